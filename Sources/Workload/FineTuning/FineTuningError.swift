/// A method that the model cannot take.
public enum FineTuningError: Error, Equatable, Sendable {
  /// Targets that the model has no product for, and what it has.
  case unknownTargets([String], available: [String])
  case noTargets(available: [String])
  /// The model has no product between its embedding and its head.
  case noProducts(model: String)
  case rank(Int)
  /// More singular vectors are asked for than a matrix has.
  case rankBeyondMatrix(Int, product: String, most: Int)
  case dropout(Double)
  case trainableLayers(Int, blocks: Int)
}

extension FineTuningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownTargets(let names, let available):
      "the model has no product named \(names.joined(separator: ", ")): use \(available.joined(separator: ", ")) or "
        + "all-linear"
    case .noTargets(let available):
      "no target is named: use \(available.joined(separator: ", ")) or all-linear"
    case .noProducts(let model):
      "\(model) has no matrix product that an adapter could stand beside: use full or freeze"
    case .rank(let rank): "rank \(rank) leaves nothing to train: use 1 or more"
    case .rankBeyondMatrix(let rank, let product, let most):
      "rank \(rank) is more than the \(most) singular vectors of \(product): use \(most) or less, or leave it out"
    case .dropout(let share): "dropout \(share) is no share: use 0 or more and less than 1"
    case .trainableLayers(let count, let blocks):
      "\(count) trainable layers of a model with \(blocks): use 1 to \(blocks)"
    }
  }
}
