import ModelGraphs

/// How GaLore and APOLLO project the gradient of an m × n matrix, m ≤ n, to rank × n.
public struct LowRankProjection: Sendable, Hashable {
  /// r; the shorter side of a matrix where that is less.
  public var rank: Int
  /// Steps from one singular value decomposition of GaLore to the next.
  public var refreshSteps: Int

  public init(rank: Int, refreshSteps: Int = 200) {
    precondition(rank > 0 && refreshSteps > 0, "a projection has a rank and is refreshed")
    self.rank = rank
    self.refreshSteps = refreshSteps
  }

  /// Rank 128 and a refresh every 200 steps, as the papers train their smallest models; they take a quarter
  /// of the width, up to 1024 for 7 billion parameters.
  public static let standard = LowRankProjection(rank: 128)
}

extension ParameterTensor {
  var shortSide: Double { Double(min(rows, columns)) }
  var longSide: Double { Double(max(rows, columns)) }
}

extension Optimizer {
  /// Rank in which gradients of a tensor are projected; `nil` for rules that do not project.
  func rank(_ tensor: ParameterTensor, _ projection: LowRankProjection) -> Double? {
    if tensor.role != .hidden { return nil }
    switch self {
    case .galore, .apollo: return min(Double(projection.rank), tensor.shortSide)
    case .apolloMini: return 1
    default: return nil
    }
  }
}
