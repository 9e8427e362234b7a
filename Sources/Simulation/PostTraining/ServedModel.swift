import ComputeModels
import Hardware
import ModelGraphs
import Quantities

/// A model that generates: what its passes cost on one rank of a tensor-parallel group.
///
/// Weights are read once a pass, whatever the batch; keys and values of all tokens before are read for every
/// token. Each kernel takes its `kernelTime`; ranks meet after every product that tensor parallelism
/// divides by rows.
public struct ServedModel: Sendable {
  public var architecture: TransformerArchitecture
  public var device: Accelerator
  public var precision: PrecisionPolicy
  /// Ranks that divide every layer.
  public var tensorParallel: Int
  /// Time for the group to sum a message; asked only where there is more than one rank.
  public var allReduce: @Sendable (ByteCount) -> SimDuration

  /// - Precondition: `tensorParallel` is positive.
  public init(
    _ architecture: TransformerArchitecture, on device: Accelerator, precision: PrecisionPolicy = .bf16,
    tensorParallel: Int = 1, allReduce: @escaping @Sendable (ByteCount) -> SimDuration = { _ in .zero }
  ) {
    precondition(tensorParallel > 0, "a group has ranks")
    self.architecture = architecture
    self.device = device
    self.precision = precision
    self.tensorParallel = tensorParallel
    self.allReduce = allReduce
  }

  /// Bytes of keys and values that one token leaves on a rank.
  ///
  ///     L · w · 2·g·d / min(t, g)    or, with latent attention,    L · w · (rank + rope)
  ///
  /// L layers with attention, g key-value heads of width d, w bytes an element, t ranks. A latent is
  /// shared by all heads, so every rank keeps it whole.
  public var cacheBytesPerToken: Int {
    guard let attention = architecture.attention else { return 0 }
    let layers = (0..<architecture.layerCount).filter(architecture.usesAttention).count
    let bytes = Double(attention.cacheElementsPerToken * layers) * precision.activation.byteWidth
    let shares = attention.latent == nil ? min(tensorParallel, attention.keyValueHeads) : 1
    return Int((bytes / Double(shares)).rounded(.up))
  }

  /// Bytes of weights on a rank.
  public var weightBytes: Double {
    architecture.model(sequenceLength: 1).layers.reduce(0) { sum, layer in
      sum + layer.operators.reduce(0) { $0 + $1.share(of: tensorParallel).weightBytes(precision) }
    }
  }

  /// Time to pass whole prompts once; logits of the last token alone.
  ///
  /// - Parameter prompts: sequences of `tokens` tokens each.
  public func prefillTime(prompts: Int, tokens: Int) -> SimDuration {
    guard prompts > 0, tokens > 0 else { return .zero }
    return passTime(of: architecture.model(sequenceLength: tokens), batch: prompts) { $0.generating(in: $1) }
  }

  /// Time of one forward pass over whole sequences with the log-probability of every token: scoring.
  public func scoringTime(sequences: Int, tokens: Int) -> SimDuration {
    guard sequences > 0, tokens > 0 else { return .zero }
    return passTime(of: architecture.model(sequenceLength: tokens), batch: sequences) { item, _ in item }
  }

  private func passTime(
    of model: Model, batch: Int, as change: (ModelOperator, LayerKind) -> ModelOperator?
  ) -> SimDuration {
    var time = SimDuration.zero
    for layer in model.layers {
      for item in layer.operators {
        if let item = change(item, layer.kind) { time += duration(of: item, batch: batch) }
      }
    }
    return time
  }

  /// Time of one operator's forward kernels and of the sum that follows it.
  func duration(of item: ModelOperator, batch: Int) -> SimDuration {
    let share = item.share(of: tensorParallel)
    var time = share.kernels(.forward, batch: batch, precision: precision)
      .reduce(SimDuration.zero) { $0 + kernelTime($1, on: device).duration }
    let sums = item.split == .rows || (item.split == .experts && item.name == "experts_out")
    if tensorParallel > 1, sums {
      let message = Double(batch * item.outputElements) * precision.activation.byteWidth
      time += allReduce(ByteCount(rounding: message))
    }
    return time
  }
}

extension ModelOperator {
  /// The operator where only the next token is asked for: no loss, and logits of the last row alone.
  func generating(in layer: LayerKind) -> ModelOperator? {
    if case .crossEntropy = shape { return nil }
    guard layer == .head, case .linear(_, let inputs, let outputs) = shape else { return self }
    var result = self
    result.shape = .linear(rows: 1, inputs: inputs, outputs: outputs)
    return result
  }
}
