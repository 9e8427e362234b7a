/// What bytes on a rank are for. Device kinds count against device memory, the others against
/// their own tier.
public enum MemoryKind: Int, Sendable, CaseIterable, BitwiseCopyable {
  case weights, gradients, optimizer, activations, workspace, buffers, overhead
  case hostOffload, diskOffload

  /// Kinds that live in device memory.
  public static let onDevice: [MemoryKind] = [
    .weights, .gradients, .optimizer, .activations, .workspace, .buffers, .overhead,
  ]

  /// The name used in documents and charts.
  public var label: String {
    switch self {
    case .weights: "weights"
    case .gradients: "gradients"
    case .optimizer: "optimizer"
    case .activations: "activations"
    case .workspace: "workspace"
    case .buffers: "buffers"
    case .overhead: "overhead"
    case .hostOffload: "host_offload"
    case .diskOffload: "disk_offload"
    }
  }
}
