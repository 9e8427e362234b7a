/// How far predictions lie from measurements over some rows.
///
/// The error of a row is predicted / measured − 1, so 0.1 means ten per cent too fast.
public struct ErrorSummary: Sendable, Equatable {
  public var count: Int
  /// Mean of the absolute errors.
  public var mean: Double
  /// Median of the absolute errors.
  public var median: Double
  /// The absolute error that nine rows in ten stay below.
  public var percentile90: Double
  /// Median of the signed errors.
  public var bias: Double

  /// - Parameter errors: signed; at least one.
  public init(_ errors: [Double]) {
    precondition(!errors.isEmpty, "a summary needs an error")
    let sizes = errors.map(\.magnitude)
    count = errors.count
    mean = sizes.reduce(0, +) / Double(sizes.count)
    median = quantile(sizes, 0.5)
    percentile90 = quantile(sizes, 0.9)
    bias = quantile(errors, 0.5)
  }
}

/// The q-quantile of some values, between neighbours in proportion.
///
/// - Source: Hyndman & Fan 1996, definition 7, doi:10.2307/2684934.
func quantile(_ values: [Double], _ q: Double) -> Double {
  let sorted = values.sorted()
  let position = q * Double(sorted.count - 1)
  let lower = Int(position)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
}
