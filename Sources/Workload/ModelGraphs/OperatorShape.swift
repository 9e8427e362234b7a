/// What one operator of a model computes for ONE sample; a micro-batch multiplies it.
///
/// A sample is one image or one sequence. Shapes are in elements; number formats come from the
/// `PrecisionPolicy` when the operator is turned into kernels.
public enum OperatorShape: Sendable, Hashable {
  /// Y[rows × outputs] = X[rows × inputs] · W, the weights shared by all samples.
  case linear(rows: Int, inputs: Int, outputs: Int)
  /// The same over `experts` weight matrices, each row visiting `active` of them.
  case expertLinear(rows: Int, inputs: Int, outputs: Int, experts: Int, active: Int)
  case convolution(ConvolutionShape)
  case attention(AttentionShape)
  /// Bandwidth-bound work: norms, activations, dropout, residual sums, pooling, scans.
  case streaming(StreamingShape)
  /// Rows gathered from a table of `vocabulary` × `width`.
  case embedding(rows: Int, width: Int, vocabulary: Int)
  /// Softmax cross-entropy over `classes` for each row, in fp32.
  case crossEntropy(rows: Int, classes: Int)
  /// Work given only by its size, as measured or estimated elsewhere.
  case aggregate(AggregateShape)
}

/// A 2D convolution for one image.
public struct ConvolutionShape: Sendable, Hashable {
  public var inputChannels: Int
  public var outputChannels: Int
  public var kernelHeight: Int
  public var kernelWidth: Int
  public var inputHeight: Int
  public var inputWidth: Int
  public var outputHeight: Int
  public var outputWidth: Int
  public var groups: Int

  public init(
    inputChannels: Int, outputChannels: Int, kernelHeight: Int, kernelWidth: Int, inputHeight: Int,
    inputWidth: Int, outputHeight: Int, outputWidth: Int, groups: Int = 1
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    self.groups = groups
  }

  public var inputElements: Int { inputChannels * inputHeight * inputWidth }
  public var outputElements: Int { outputChannels * outputHeight * outputWidth }
  public var weightElements: Int { outputChannels * inputChannels / groups * kernelHeight * kernelWidth }
}

/// Scaled dot-product attention for one sequence.
public struct AttentionShape: Sendable, Hashable {
  public var queries: Int
  public var keys: Int
  public var heads: Int
  public var keyValueHeads: Int
  /// Width of a query and key head.
  public var headWidth: Int
  /// Width of a value head; differs from `headWidth` in latent attention.
  public var valueWidth: Int
  /// Each query sees only the keys before it.
  public var isCausal: Bool
  /// Keys a query sees at most, where a sliding window bounds them.
  public var window: Int?
  /// One kernel that never writes the scores; otherwise two batched products with the softmax between.
  public var isFused: Bool
  /// Whether the fused kernel's products run beside its softmax, where the device can do that.
  public var isAsynchronous = true
  /// Keys that are kept for the backward pass; fewer than `keys` where the rest comes from other ranks.
  public var heldKeys: Int
  /// Share of the pairs that lie in one text, where a sequence is several.
  public var pairShare = 1.0
  /// Nothing but queries, keys and values is kept; the rest is computed again.
  public var keepsInputsOnly = false

  public init(
    queries: Int, keys: Int, heads: Int, keyValueHeads: Int, headWidth: Int, valueWidth: Int? = nil,
    isCausal: Bool, window: Int? = nil, isFused: Bool = true
  ) {
    self.queries = queries
    self.keys = keys
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.valueWidth = valueWidth ?? headWidth
    self.isCausal = isCausal
    self.window = window
    self.isFused = isFused
    heldKeys = keys
  }

  /// Query-key pairs that a kernel which skips masked blocks computes for one head.
  ///
  /// Causal: half the rectangle; with a window w < keys: w per query after the first w.
  public var scoredPairs: Double {
    let q = Double(queries)
    let k = Double(keys)
    if let window, Double(window) < k {
      let w = Double(window)
      return isCausal ? q * w - w * w / 2 : q * min(k, 2 * w)
    }
    return pairShare * (isCausal ? q * k / 2 : q * k)
  }

  /// Scores of all heads that separate kernels write, masked ones included.
  public var writtenScores: Double { Double(queries) * Double(keys) * Double(heads) }
}

/// Elements that a bandwidth-bound operator touches for one sample.
public struct StreamingShape: Sendable, Hashable {
  /// Elements read and written forward, at activation width.
  public var forwardElements: Int
  /// Elements read and written backward, at activation width.
  public var backwardElements: Int
  /// Those of the backward elements that serve the gradients of the operator's own parameters alone.
  public var weightGradientElements: Int
  /// Elements kept for the backward pass at activation width.
  public var savedElements: Int
  /// Kept elements that are written out at activation width again before a backward pass reads them.
  public var widenedElements = 0
  /// Bytes kept besides, whatever the width: dropout masks, indices, statistics.
  public var savedBytes: Int
  /// Separate kernels an unfused framework launches, forward.
  public var launches: Int
  /// False where the elements are those of weights: touched once a micro-batch, whatever its samples.
  public var isPerSample: Bool
  /// Elements of its input and of its output, whatever passes over them; nil: half of what a forward pass touches.
  public var tensorElements: Int?
  /// What it is, where frameworks differ in how they do it.
  public var role = Role.other

  public enum Role: String, Sendable, Hashable {
    case rootMeanSquareNorm, rotary, gatedActivation, other
  }

  /// Elements of its input, and of its output.
  public var inputElements: Int { tensorElements ?? forwardElements / 2 }

  public init(
    forwardElements: Int, backwardElements: Int, weightGradientElements: Int = 0, savedElements: Int,
    savedBytes: Int = 0, launches: Int = 1, isPerSample: Bool = true
  ) {
    self.forwardElements = forwardElements
    self.backwardElements = backwardElements
    self.weightGradientElements = weightGradientElements
    self.savedElements = savedElements
    self.savedBytes = savedBytes
    self.launches = launches
    self.isPerSample = isPerSample
  }
}

/// Work known only by its totals, for one sample.
public struct AggregateShape: Sendable, Hashable {
  public var forwardFLOPs: Double
  public var backwardFLOPs: Double
  /// Activation elements written forward and kept for the backward pass.
  public var activationElements: Double
  public var inputElements: Int
  public var outputElements: Int

  /// - Parameters:
  ///   - inputElements: as many as the activations where it is not known; outputs likewise.
  public init(
    forwardFLOPs: Double, backwardFLOPs: Double, activationElements: Double, inputElements: Int? = nil,
    outputElements: Int? = nil
  ) {
    self.forwardFLOPs = forwardFLOPs
    self.backwardFLOPs = backwardFLOPs
    self.activationElements = activationElements
    self.inputElements = inputElements ?? Int(activationElements)
    self.outputElements = outputElements ?? Int(activationElements)
  }
}

extension ModelOperator {
  /// Whether it multiplies by weights; such a product keeps its input and not its result.
  package var isProduct: Bool {
    switch shape {
    case .linear, .expertLinear, .convolution: true
    case .attention, .streaming, .embedding, .crossEntropy, .aggregate: false
    }
  }
}
