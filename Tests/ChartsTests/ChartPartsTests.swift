import TestSupport
import Testing

@testable import Charts

@Suite("Chart parts") struct ChartPartsTests {
  @Test func `means keep the area`() {
    // 1 for 1 s, 3 for 2 s, 0 for 1 s: area 7, in two halves 1 + 3 and 3 + 0.
    let series = StepSeries(starts: [0, 1, 3], values: [1, 3, 0], end: 4)
    let means = series.means(count: 2)
    #expect(means.starts == [0, 2])
    #expect(means.values == [2, 1.5])
    #expect(series.means(count: 3).values == [1, 3, 0])
  }

  @Test func `peaks keep the highest value of each interval`() {
    let series = StepSeries(starts: [0, 1, 1.5, 3], values: [1, 9, 2, 5], end: 4)
    let peaks = series.peaks(count: 2)
    #expect(peaks.map(\.start) == [0, 2])
    #expect(peaks.map { series.values[$0.index] } == [9, 5])
  }

  @Test(arguments: [3, 7, 10, 600])
  func `reduction conserves area for any number of intervals`(count: Int) {
    let starts = (0..<1000).map { Double($0) * 0.37 }
    let values = starts.indices.map { Double(($0 * 7919) % 101) }
    let series = StepSeries(starts: starts, values: values, end: 371)
    let area = zip(starts.indices, values).reduce(0) { sum, item in
      sum + item.1 * ((item.0 + 1 < starts.count ? starts[item.0 + 1] : 371) - starts[item.0])
    }
    let reduced = series.means(count: count)
    #expect(agree(reduced.values.reduce(0, +) * 371 / Double(count), area))
    #expect(series.peaks(count: count).map { values[$0.index] }.max() == values.max())
  }

  @Test func `samples are put in order`() {
    let series = StepSeries(starts: [2, 0, .nan], values: [20, 10, 5], end: 1)
    #expect(series.starts == [0, 2])
    #expect(series.values == [10, 20])
    #expect(series.end == 2)
  }

  @Test func `a crowded row is drawn in proportion to the time of each phase`() {
    // Ten intervals of 1 s: 0.625 s forward and 0.375 s communication in each of the first four, then idle. Owed are
    // 0.625 and 0.375 (forward gets it), 0.25 and 0.75 (communication), 0.875 and 0.125, 0.5 and 0.5 (the first).
    var spans: [TimelineChart.Span] = []
    for second in 0..<4 {
      let start = Double(second)
      spans.append(.init(phase: .forward, startSeconds: start, endSeconds: start + 0.625))
      spans.append(.init(phase: .communication, startSeconds: start + 0.625, endSeconds: start + 1))
    }
    let runs = TimelineChart.proportionalPhases(of: spans, from: 0, to: 10, count: 10)
    #expect(runs.filter { $0.phase == .communication }.map(\.startSeconds).first == 1)
    #expect(runs.reduce(0) { $0 + $1.endSeconds - $1.startSeconds } == 4)
    #expect(runs.last?.endSeconds == 4)
  }

  @Test func `many short spans leave as much white as there is idle time`() {
    // 10,000 spans of 0.25 ms, one each millisecond: a quarter of 100 intervals.
    let spans = (0..<10_000).map {
      TimelineChart.Span(
        phase: .backward, startSeconds: Double($0) / 1000, endSeconds: Double($0) / 1000 + 0.00025)
    }
    let runs = TimelineChart.proportionalPhases(of: spans, from: 0, to: 10, count: 100)
    let drawn = runs.reduce(0) { $0 + $1.endSeconds - $1.startSeconds }
    #expect(abs(drawn - 2.5) <= 0.1)
  }

  @Test func `titles are broken into lines of like length`() {
    #expect(ChartText.lines("one two three four", limit: 40) == ["one two three four"])
    #expect(ChartText.lines("one two three four", limit: 14) == ["one two", "three four"])
    #expect(ChartText.lines("a b c d e f g h", limit: 3) == ["a b", "c d", "e …"])
    #expect(ChartText.lines("abcdefgh", limit: 5) == ["abcd…"])
    #expect(ChartText.lines("", limit: 5) == [])
  }

  @Test func `labels of one family keep what tells them apart`() {
    #expect(ChartText.compact(["node-10.rack", "node-11.rack"], limit: 7) == ["10.rack", "11.rack"])
    #expect(ChartText.compact(["rank 0", "rank 1"], limit: 7) == ["rank 0", "rank 1"])
    #expect(ChartText.compact(["alphabetical", "b"], limit: 7) == ["alphab…", "b"])
    #expect(ChartText.withinSentence("Step time") == "step time")
    #expect(ChartText.withinSentence("MFU") == "MFU")
  }

  @Test func `units are of handy size`() {
    #expect(ShownUnit.time(for: 0.5).name == "ms")
    #expect(ShownUnit.time(for: 5).name == "s")
    #expect(ShownUnit.time(for: 2e-5).name == "µs")
    #expect(ShownUnit.bytes(for: 80e9).text(80e9) == "74.5 GiB")
    #expect(ShownUnit.bytes(for: 0x1p33).text(0x1p33) == "8 GiB")
  }

  @Test func `logarithmic ticks suit the range`() {
    #expect(PredictionChart.ticks(from: 50, to: 2e6) == [100, 1000, 1e4, 1e5, 1e6])
    #expect(PredictionChart.ticks(from: 0.09, to: 1.1) == [0.1, 0.2, 0.5, 1])
    #expect(PredictionChart.ticks(from: 1, to: 2) == [1, 1.2, 1.5, 2])
  }
}
