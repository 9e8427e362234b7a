import Charts
import Glibc
import Testing

@Suite("Chart gallery") struct ChartGalleryTests {
  static let folder = getenv("REHEARSE_CHART_GALLERY").map { String(cString: $0) }

  /// For looking at: `make gallery` draws the samples at both widths.
  @Test(.enabled(if: folder != nil), arguments: ChartWidth.allCases)
  func `draws every sample`(width: ChartWidth) throws {
    let folder = try #require(ChartGalleryTests.folder) + "/\(width)"
    let charts = ChartSamples.all + AwkwardChartSamples.all
    let outcome = ChartRenderer().write(charts, to: folder, width: width)
    #expect(outcome.note == nil)
    #expect(outcome.files.count == 3 * charts.count)
  }
}
