import Glibc

/// How long the texts are that samples are made of, and how they become sequences of one length.
///
/// A length is log-normal, cut off at the longest:
///
///     l = min(S, m · exp(σ z)),   z standard normal
public struct SequenceLengths: Sendable, Equatable {
  /// How texts become sequences.
  public enum Packing: String, Sendable, CaseIterable {
    /// Every text is a sequence, filled up to the longest.
    case pad
    /// Every text is a sequence, filled up to the longest of its micro-batch.
    case batch
    /// Texts follow one another until a sequence is full, and attend to themselves alone.
    case pack
  }

  /// m, in tokens.
  public var median: Double
  /// σ, the standard deviation of the logarithm.
  public var spread: Double
  /// S, the tokens of a full sequence.
  public var longest: Int
  public var packing: Packing

  /// - Precondition: lengths are positive, and the spread is not negative.
  public init(median: Double, spread: Double, longest: Int, packing: Packing) {
    precondition(median > 0 && spread >= 0 && longest > 0, "texts have tokens")
    self.median = median
    self.spread = spread
    self.longest = longest
    self.packing = packing
  }

  /// E[l].
  public var mean: Double { moment(1) }

  /// Share of a sequence's tokens that belong to a text.
  ///
  /// A packed sequence is full, the last text cut where it ends.
  public var usefulShare: Double { packing == .pack ? 1 : mean / Double(longest) }

  /// Share of a sequence's tokens that are computed in a micro-batch of `count` texts, the mean over micro-batches.
  ///
  ///     E[max] = ∫₀^S (1 − F(l)^count) dl
  public func computedShare(batch count: Int) -> Double {
    if packing != .batch { return 1 }
    if spread == 0 { return mean / Double(longest) }
    // The midpoints of equal stretches; the integrand falls from one to zero.
    let stretches = 4096
    let sum = (0..<stretches).reduce(0.0) { sum, index in
      let length = (Double(index) + 0.5) / Double(stretches) * Double(longest)
      return sum + 1 - pow(below(log(length / median) / spread), Double(count))
    }
    return sum / Double(stretches)
  }

  /// Share of a packed sequence's pairs of tokens that lie in one text: S / E[l] texts of E[l²] pairs out of S².
  public var pairShare: Double { min(1, moment(2) / (mean * Double(longest))) }

  /// Whether micro-batches differ in how long they take.
  public var varies: Bool { packing == .batch && spread > 0 }

  /// The length of the longest text among `normals.count`, by a standard normal number for each.
  public func longest(of normals: [Double]) -> Double {
    min(Double(longest), median * exp(spread * (normals.max() ?? 0)))
  }

  /// E[l^k] of a log-normal length that is cut off at S:
  ///
  ///     mᵏ · exp(k²σ²/2) · Φ(t − k σ) + Sᵏ · (1 − Φ(t)),   t = (ln S − ln m) / σ
  private func moment(_ k: Double) -> Double {
    let (m, s) = (median, Double(longest))
    if spread == 0 { return pow(min(m, s), k) }
    let t = log(s / m) / spread
    return pow(m, k) * exp(k * k * spread * spread / 2) * below(t - k * spread) + pow(s, k) * below(-t)
  }

  /// Φ, the share of standard normal numbers below one.
  private func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
}

extension Model {
  /// The same with sequences of several texts, which attend to themselves alone.
  ///
  /// A window bounds the pairs of its attention already, and stays as it is.
  public func packed(_ lengths: SequenceLengths) -> Model {
    var copy = self
    for layer in copy.layers.indices {
      for index in copy.layers[layer].operators.indices {
        guard case .attention(var shape) = copy.layers[layer].operators[index].shape else { continue }
        if let window = shape.window, window < shape.keys { continue }
        shape.pairShare = lengths.pairShare
        copy.layers[layer].operators[index].shape = .attention(shape)
      }
    }
    return copy
  }
}
