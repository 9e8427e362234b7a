import Documents
import Testing

@testable import Charts

@Suite("Growth and spread") struct GrowthAndSpreadTests {
  @Test func `the exponent of a power is that power`() throws {
    let powers: [(Double, (Double) -> Double)] = [
      (1, { $0 }), (1.5, { $0 * $0.squareRoot() }), (2, { $0 * $0 }),
    ]
    for (power, time) in powers {
      let points = [1.0, 2, 4, 8].map { (size: $0, seconds: time($0)) }
      let fit = try #require(GrowthChart.Series(label: "a", points: points).fit)
      #expect((fit.exponent - power).magnitude < 1e-12)
    }
    #expect(GrowthChart.Series(label: "a", points: [(2, 1), (2, 3)]).fit == nil)
    #expect(GrowthChart.Series(label: "a", points: []).fit == nil)
  }

  @Test func `median and percentile are values that occur`() throws {
    // Of 1, 2, 3, 4: two are at most 2, all are at most 4.
    let chart = DistributionChart(
      title: "t", quantity: "q", items: "i", values: [4, 2, 3, 1], unit: .seconds)
    let json = try #require(chart.specification()).json()
    #expect(json.contains("median 2\u{A0}s, 99th percentile 4\u{A0}s, most 4\u{A0}s"))
  }

  @Test func `rates are told apart as far as thickness can be`() {
    #expect(CableRates([1e9, 1e9]).labels == ["1 GB/s"])
    #expect(CableRates([1e9, 1e9]).remark == "all links 1 GB/s each way")
    let few = CableRates([25e9, 12.5e9, 450e9])
    #expect(few.labels == ["12.5 GB/s", "25 GB/s", "450 GB/s"])
    #expect(few.label(of: 25e9) == "25 GB/s")
    let many = CableRates((0..<12).map { 1e6 * Double(1 << (2 * $0)) })
    #expect(many.labels.count == 5 && many.labels[0] == "from 1 MB/s")
    #expect(many.label(of: 5e6) == "from 1 MB/s")
    #expect(CableRates([]).labels.isEmpty)
  }
}
