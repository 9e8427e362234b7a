import ModelGraphs

/// What bytes on a device are for, as finely as a memory table tells them apart.
///
/// `MemoryKind` says how bytes behave over a step; parts divide its optimizer memory into master weights and
/// states, its activations by what made them, and its overhead by who takes it.
public enum MemoryPart: Int, Sendable, CaseIterable, BitwiseCopyable {
  case weights, gradients, masterWeights, optimizerStates
  case attention, feedForward, norms, embedding, logits, layerInputs, otherActivations
  case workspace, buffers, context, communication

  /// The name used in documents.
  public var label: String {
    switch self {
    case .weights: "weights"
    case .gradients: "gradients"
    case .masterWeights: "master_weights"
    case .optimizerStates: "optimizer_states"
    case .attention: "attention_activations"
    case .feedForward: "mlp_activations"
    case .norms: "norm_activations"
    case .embedding: "embedding_activations"
    case .logits: "logits_and_loss"
    case .layerInputs: "layer_inputs"
    case .otherActivations: "other_activations"
    case .workspace: "workspace"
    case .buffers: "buffers"
    case .context: "context"
    case .communication: "communication_library"
    }
  }

  /// The name used in tables.
  public var title: String {
    switch self {
    case .masterWeights: "master weights"
    case .optimizerStates: "optimizer states"
    case .attention: "activations: attention"
    case .feedForward: "activations: mlp"
    case .norms: "activations: norms, sums"
    case .embedding: "activations: embedding"
    case .logits: "logits and loss"
    case .layerInputs: "layer inputs"
    case .otherActivations: "activations: other"
    case .buffers: "gathers and buffers"
    case .communication: "communication library"
    default: label
    }
  }

  /// Whether the part is memory that PyTorch's allocator hands out; the driver and libraries take the others.
  public var isAllocated: Bool { self != .context && self != .communication }
}

extension ModelOperator {
  /// The part that what the operator keeps for its backward pass counts to.
  ///
  /// Norms and residual sums around a branch are told from the branch by name; norms inside attention, as of
  /// queries and keys, count to attention. Mixers of sequences other than attention count to it too.
  public func memoryPart(in kind: LayerKind) -> MemoryPart {
    let base = name.prefix { $0 != "." }
    switch kind {
    case .embedding: return .embedding
    case .head:
      if case .streaming = shape { return .norms }
      return .logits
    case .transformerBlock, .mixerBlock:
      if base == "norm" || Self.namesBetweenBranches.contains(where: { base.hasSuffix($0) }) { return .norms }
      return Self.prefixesOfFeedForward.contains { base.hasPrefix($0) } ? .feedForward : .attention
    case .convolutionBlock, .pooling, .linear, .custom: return .otherActivations
    }
  }

  private static let namesBetweenBranches = [
    "residual", "output_norm", "attention_norm", "mlp_norm", "mixer_norm", "cross_norm",
  ]
  private static let prefixesOfFeedForward = ["mlp", "shared", "router", "dispatch", "experts", "combine"]
}
