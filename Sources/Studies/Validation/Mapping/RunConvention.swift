/// What a source does in all its runs and therefore leaves out of its tables.
///
/// A convention belongs to a source, or to one of its tasks, and to its documents; never to a row.
struct RunConvention {
  /// How the `source` column begins.
  var source: String
  /// Part of the `source_locator` column, a document and perhaps its version; empty for all.
  var document = ""
  /// Part of the `hardware` column; empty for all.
  var hardware = ""
  /// How the `model` column begins; empty for all.
  var model = ""
  /// Part of the `attention_kernel` column, and of the notes; empty for all.
  var attentionKernel = ""
  var notes = ""
  /// How the `framework` column begins; empty for all.
  var build = ""
  /// Tensor-parallel degree that it is for; `nil`: all.
  var tensor: Int?
  /// A framework build of the catalogue; `nil`: fused kernels.
  var framework: String?
  /// Format in which gradients are kept and reduced; `nil`: as the activations.
  var gradient: String?
  /// Which messages run beneath computation.
  var overlap: Set<RunOverlap> = []
  /// Links of a node where the row names none that can be read.
  var network: String?
  /// Whether tensor-parallel ranks also split the sequence where the row does not say.
  var splitsSequence = false
  /// Tensor-parallel degree of the experts; `nil`: that of the rest.
  var expertTensor: Int?
  /// ZeRO stage where the row does not say.
  var zeroStage = 0
  /// Whether pipeline stages keep parameters and gradients whole through a step and share out optimizer states alone,
  /// whatever the stage.
  var keepsWholeInPipelines = false
  /// Whether ranks that share gradients out reduce them once a step.
  var reducesOnce = false
  /// Model chunks of a pipeline rank where the row does not say.
  var virtualStages = 1
  /// Samples of one pass where the row does not say.
  var microBatch: Int?
  /// Words of a model that is given by its dimensions where the row does not say.
  var vocabulary: Int?
  /// Whether dropout runs, for models that are given by their dimensions; `nil`: as is usual for them.
  var hasDropout: Bool?
  /// What the source calls selective recomputation, in a scenario's words.
  var selective = "selective"
  /// Whether weights of 8-bit products are stored in 8 bits alone.
  var hasNarrowPrimaryWeights = false
  /// Whether PyTorch's allocator grows its segments.
  var hasExpandableSegments = false
  /// Where the convention can be read.
  var evidence: String
}

/// Messages that can run beneath computation.
enum RunOverlap: String {
  /// Reduction of gradients.
  case gradients
  /// Gathering of sharded parameters.
  case parameters
  /// Messages of tensor parallelism.
  case tensor
  /// Sends between pipeline stages.
  case pipeline
}

extension RunConvention {
  /// The convention of a measurement's source; one that knows nothing where the list has none.
  static func of(_ measurement: Measurement) -> RunConvention {
    (papers + products).first {
      measurement.source.hasPrefix($0.source)
        && ($0.document.isEmpty || measurement.locator.contains($0.document))
        && measurement.framework.hasPrefix($0.build)
        && ($0.tensor == nil || $0.tensor == measurement.layout.tensor)
        && ($0.hardware.isEmpty || measurement.hardware.contains($0.hardware))
        && measurement.model.hasPrefix($0.model)
        && ($0.attentionKernel.isEmpty || measurement.attention.contains($0.attentionKernel))
        && ($0.notes.isEmpty || measurement.notes.contains($0.notes))
    } ?? RunConvention(source: measurement.source, evidence: "none")
  }
}
