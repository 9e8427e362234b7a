/// A quantity over time that keeps each value until the next one: `values[i]` from `starts[i]` on.
struct StepSeries {
  var starts: [Double]
  var values: [Double]
  /// Where the last value ends.
  var end: Double

  /// Pairs of a start and a value, put in order of time, without what is not finite.
  ///
  /// - Parameter end: where the last value ends; the last start if that is later.
  init(starts: [Double], values: [Double], end: Double) {
    let pairs = zip(starts, values).filter { $0.0.isFinite && $0.1.isFinite }
      .enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element)
    self.starts = pairs.map { $0.0 }
    self.values = pairs.map { $0.1 }
    self.end = max(end.isFinite ? end : -.infinity, pairs.last?.0 ?? 0)
  }

  /// Means over at most `count` equal intervals, for pictures that have no more pixels than that; areas
  /// are kept. A shorter series is returned as it is.
  ///
  /// - Complexity: O(values + count).
  func means(count: Int) -> StepSeries {
    guard values.count > count, let first = starts.first, end > first else { return self }
    var sums = [Double](repeating: 0, count: count)
    visitIntervals(count: count) { interval, index, span in sums[interval] += values[index] * span }
    let interval = (end - first) / Double(count)
    var result = self
    result.starts = (0..<count).map { first + interval * Double($0) }
    result.values = sums.map { $0 / interval }
    return result
  }

  /// The position of the largest value within each of at most `count` equal intervals, with the
  /// interval's start; peaks are kept. A shorter series gives all its positions.
  ///
  /// - Complexity: O(values + count).
  func peaks(count: Int) -> [(start: Double, index: Int)] {
    guard values.count > count, let first = starts.first, end > first else {
      return starts.indices.map { (starts[$0], $0) }
    }
    var best = [Int](repeating: -1, count: count)
    visitIntervals(count: count) { interval, index, _ in
      if best[interval] < 0 || values[index] > values[best[interval]] { best[interval] = index }
    }
    let interval = (end - first) / Double(count)
    return best.indices.filter { best[$0] >= 0 }.map { (first + interval * Double($0), best[$0]) }
  }

  /// Calls `body` with every interval that a value reaches into, the value's index and the time it holds
  /// there.
  private func visitIntervals(count: Int, _ body: (Int, Int, Double) -> Void) {
    let first = starts[0]
    let interval = (end - first) / Double(count)
    for index in values.indices {
      let next = index + 1 < starts.count ? starts[index + 1] : end
      var position = starts[index]
      var bin = min(count - 1, Int((position - first) / interval))
      repeat {
        let binEnd = bin == count - 1 ? end : first + interval * Double(bin + 1)
        let stop = max(position, min(next, binEnd))
        body(bin, index, stop - position)
        position = stop
        bin += 1
      } while position < next && bin < count
    }
  }
}
