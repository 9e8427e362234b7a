/// Which activations are kept and which are computed again in the backward pass.
///
/// The layers between embedding and head are cut into segments; a segment keeps its input alone and runs its
/// forward pass again when the backward pass reaches it.
///
/// - Source: Chen et al. 2016, arXiv:1604.06174 (segments of √L layers).
public enum RecomputePolicy: Sendable, Equatable {
  case none
  /// Attention between its projections is computed again; nothing else is (Korthikanti et al. 2022,
  /// arXiv:2205.05198, section 5).
  case selective
  /// Every layer is a segment, and keeps the outputs of attention and of every second matrix product besides
  /// (selective activation checkpoint of PyTorch, as torchtitan sets it: Liang et al. 2024, arXiv:2410.06511).
  case products
  /// Every layer is a segment.
  case full
  /// Segments of ⌈√L⌉ layers.
  case squareRoot
  /// Segments of a given number of layers.
  case every(Int)

  /// Layers in a segment of a model of `layerCount` layers; `nil` where nothing is recomputed.
  public func segmentLength(layerCount: Int) -> Int? {
    switch self {
    case .none, .selective: nil
    case .full, .products: 1
    case .squareRoot: max(1, Int(Double(layerCount).squareRoot().rounded(.up)))
    case .every(let count): max(1, min(count, layerCount))
    }
  }

  /// Whether whole layers run forward again.
  public var recomputesLayers: Bool { self != .none && self != .selective }
  /// Whether attention alone runs forward again.
  public var recomputesAttention: Bool { self == .selective }
}
