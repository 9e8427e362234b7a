import Glibc
import RandomStreams

/// How many tokens answers have.
public enum AnswerLengths: Sendable, Equatable {
  case fixed(Int)
  /// Every whole number between two, both included, equally often.
  case uniform(Int, Int)
  /// A median, the standard deviation of the logarithm, and the length at which generation is cut off.
  case logNormal(median: Double, sigma: Double, most: Int)

  /// `count` lengths of at least one token; answer i depends on the seed and on i alone.
  ///
  /// - Complexity: O(count).
  public func draw(_ count: Int, seed: UInt64) -> [Int] {
    let random = RandomStreams(seed: seed).counter(named: "rollout/answer-lengths")
    return (0..<count).map { index in
      switch self {
      case .fixed(let tokens): return max(1, tokens)
      case .uniform(let least, let most):
        let share = random.uniform(0, UInt64(index))
        return max(1, least + Int(share * Double(most - least + 1)))
      case .logNormal(let median, let sigma, let most):
        let tokens = median * exp(sigma * random.normal(0, UInt64(index)))
        return max(1, Int(min(tokens, Double(most)).rounded()))
      }
    }
  }
}
