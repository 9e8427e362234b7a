import Collectives
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Lines for classes of sizes, where one class ends searched over all the places between two sizes.
///
/// For one, two and three classes the breaks of least loss are found by dynamic programming; as many are
/// kept as lower Schwarz's criterion, m ln(2 L/m + ε²) + p ln m for m points, loss L and p parameters (a
/// class has α and β, a break is one more). ε is half a percent: what is closer than that is no evidence.
///
/// - Complexity: O(b² m) fits' evaluations, for m points and b ≤ 24 places to break.
/// - Source: Bai & Perron 2003, doi:10.1002/jae.659; Schwarz 1978, doi:10.1214/aos/1176344136.
struct SegmentedFit {
  struct Segment {
    /// Positions among the points.
    var range: Range<Int>
    var line: LineFit
  }

  static let mostSegments = 3
  /// Points that a class needs.
  static let fewestPoints = 4
  private static let resolution = 0.005
  private static let mostBreaks = 24

  var segments: [Segment]

  /// - Parameters:
  ///   - sizes: rising, above zero.
  ///   - seconds: above zero, one for each size.
  /// - Precondition: there is a point.
  init(sizes: [Double], seconds: [Double]) {
    let count = sizes.count
    let places = SegmentedFit.breaks(count)
    var known: [Range<Int>: LineFit] = [:]
    func line(_ range: Range<Int>) -> LineFit {
      if let line = known[range] { return line }
      let line = LineFit(sizes: Array(sizes[range]), seconds: Array(seconds[range]))
      known[range] = line
      return line
    }
    /// The best division of the points before a place into some segments.
    var best: [[(loss: Double, ends: [Int])?]] = [
      places.map { (line(0..<$0).loss, [$0]) }
    ]
    for _ in 1..<SegmentedFit.mostSegments {
      let before = best[best.count - 1]
      best.append(
        places.indices.map { index in
          var found: (loss: Double, ends: [Int])?
          for (earlier, start) in places[..<index].enumerated() {
            guard let head = before[earlier], places[index] - start >= SegmentedFit.fewestPoints else {
              continue
            }
            let loss = head.loss + line(start..<places[index]).loss
            if loss < found?.loss ?? .infinity { found = (loss, head.ends + [places[index]]) }
          }
          return found
        })
    }
    let points = Double(count)
    var chosen: (criterion: Double, ends: [Int])?
    for division in best.compactMap({ $0[places.count - 1] }) {
      let spread = 2 * division.loss / points + SegmentedFit.resolution * SegmentedFit.resolution
      let criterion = points * log(spread) + Double(3 * division.ends.count - 1) * log(points)
      if criterion < chosen?.criterion ?? .infinity { chosen = (criterion, division.ends) }
    }
    var start = 0
    segments = (chosen?.ends ?? [count]).map { end in
      defer { start = end }
      return Segment(range: start..<end, line: line(start..<end))
    }
  }

  /// Where a class may end, the end of all points last; of many points, evenly spaced ones.
  private static func breaks(_ count: Int) -> [Int] {
    let inner = max(0, count - 2 * fewestPoints + 1)
    let kept = min(inner, mostBreaks)
    return (0..<kept).map { fewestPoints + $0 * inner / kept } + [count]
  }
}
