import Diagnostics
import Documents
import Hardware
import MemoryModels

/// How a training framework turns a model into kernels, as far as it changes their time.
///
/// It describes software of a time, not a model or a measurement: every model that runs on the framework
/// gets the same entry.
public struct FrameworkEntry: Sendable, Equatable {
  public var name: String
  public var aliases: [String]
  /// Bytes that bandwidth-bound operators move, relative to one kernel for each operation. Fused kernels
  /// move less; casts and copies between formats add.
  public var elementwiseTraffic: Double
  /// Whether 16-bit convolutions run on channels-last tensors. Tensor cores want that order; on
  /// channels-first tensors each pass of a convolution transposes what it reads and writes.
  public var hasChannelsLast: Bool
  /// Whether attention is one kernel that never writes its scores.
  public var hasFusedAttention: Bool
  /// Whether that kernel's products run beside its softmax where the device's units can (FlashAttention-3, cuDNN), not
  /// one after the other (FlashAttention-2).
  public var hasAsynchronousAttention = true
  /// Whether rotary embeddings and gated activations are one kernel each.
  public var hasFusedElementwise: Bool
  /// Whether an RMS norm is one kernel.
  public var hasFusedNorm: Bool
  /// Copies of the logits in fp32 that the loss keeps: see `ModelOperator.lossCopies`.
  public var lossCopies: Int
  /// Whether the kernel of a product adds its bias and sums its bias gradient.
  public var hasFusedBias: Bool
  /// Format in which mixed precision keeps and reduces gradients.
  public var mixedGradient: DataType
  /// Bytes that the optimizer's update moves, relative to one kernel for all of it.
  public var updateTraffic: Double
  /// How the update runs, as far as it needs memory.
  public var updateMethod = UpdateMethod.fused
  /// Whether fp32 products run on tf32 units where a device has them.
  public var usesTF32: Bool
  /// Whether tensor ranks gather the logits and each takes the loss over all classes.
  public var gathersLogits: Bool
  /// Whether products of frozen 4-bit weights keep what they read although no gradient asks for it.
  public var keepsQuantisedInputs = false
  /// Whether frozen parameters of a layer that has trained ones have gradients where parameters are shared out: those of one
  /// flat parameter have one gradient.
  public var hasFrozenGradients = false
  /// Whether recomputation of a layer ends once all that its backward pass reads is there: see `recomputedShares`.
  public var stopsRecomputationEarly = false
  /// Whether a compiler that knows all lifetimes lays out device memory, so that nothing is lost between requests.
  public var plansMemory: Bool
  /// Slots that a pipeline stage but the last has for what it keeps of a micro-batch, as a multiple of the number of stages; 0:
  /// as many as are in flight.
  public var pipelineSlots = 0
  /// Whether the micro-batches of a step read their weights from a second copy.
  public var repeatsWeights = false
  public var source: String
  public var note: String?

  /// One kernel for each operation and nothing known of the framework.
  public static let plain = FrameworkEntry(
    name: "plain", aliases: [], elementwiseTraffic: 1, hasChannelsLast: true, hasFusedAttention: false,
    hasFusedElementwise: true, hasFusedNorm: true, lossCopies: 1, hasFusedBias: false, mixedGradient: .fp32,
    updateTraffic: 1, usesTF32: false, gathersLogits: false, plansMemory: false,
    source: "one kernel for each operation")
}

extension FrameworkEntry: CatalogueEntry {
  static let kindName = "framework"
  static let folder = "frameworks"

  /// Reads one file under `frameworks/`.
  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["name", "source"] where fields.lacks(key) { fields.missing(key) }
    let plain = FrameworkEntry.plain
    let name = fields.text("name")
    let aliases = fields.texts("aliases")
    let traffic = fields.number("elementwise_traffic", 0.05...10) ?? plain.elementwiseTraffic
    let channelsLast = fields.flag("channels_last") ?? plain.hasChannelsLast
    let fusedAttention = fields.flag("fused_attention") ?? plain.hasFusedAttention
    let asynchronousAttention =
      fields.flag("asynchronous_attention") ?? plain.hasAsynchronousAttention
    let keepsQuantisedInputs = fields.flag("quantised_inputs_kept") ?? plain.keepsQuantisedInputs
    let frozenGradients = fields.flag("frozen_gradients") ?? plain.hasFrozenGradients
    let stopsRecomputation =
      fields.flag("recomputation_stops_early") ?? plain.stopsRecomputationEarly
    let fusedElementwise = fields.flag("fused_elementwise") ?? plain.hasFusedElementwise
    let fusedNorm = fields.flag("fused_norm") ?? fusedElementwise
    let lossCopies = fields.number("loss_copies", 0...2).map { Int($0) } ?? plain.lossCopies
    let fusedBias = fields.flag("fused_bias") ?? plain.hasFusedBias
    let gradient = fields.choice("mixed_gradient", DataType.self) ?? plain.mixedGradient
    let update = fields.number("update_traffic", 0.5...20) ?? plain.updateTraffic
    let method = fields.choice("update", UpdateMethod.self) ?? plain.updateMethod
    let usesTF32 = fields.flag("tf32") ?? plain.usesTF32
    let gathersLogits = fields.flag("gathered_logits") ?? plain.gathersLogits
    let plansMemory = fields.flag("planned_memory") ?? plain.plansMemory
    let slots = fields.integer("pipeline_slots", 0...16) ?? plain.pipelineSlots
    let repeatsWeights = fields.flag("repeated_weights") ?? plain.repeatsWeights
    let source = fields.text("source")
    let note = fields.text("note")
    fields.finish()
    guard let name, let source else { return nil }
    self.init(
      name: name, aliases: aliases, elementwiseTraffic: traffic, hasChannelsLast: channelsLast,
      hasFusedAttention: fusedAttention, hasAsynchronousAttention: asynchronousAttention,
      hasFusedElementwise: fusedElementwise, hasFusedNorm: fusedNorm, lossCopies: lossCopies,
      hasFusedBias: fusedBias,
      mixedGradient: gradient,
      updateTraffic: update, updateMethod: method, usesTF32: usesTF32, gathersLogits: gathersLogits,
      keepsQuantisedInputs: keepsQuantisedInputs, hasFrozenGradients: frozenGradients,
      stopsRecomputationEarly: stopsRecomputation,
      plansMemory: plansMemory, pipelineSlots: slots, repeatsWeights: repeatsWeights,
      source: source, note: note)
  }
}
