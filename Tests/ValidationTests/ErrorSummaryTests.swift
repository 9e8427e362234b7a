import Testing
import Validation

@Suite("Error summaries") struct ErrorSummaryTests {
  @Test func `mean, median, ninth decile and bias by hand`() {
    let summary = ErrorSummary([-0.1, 0.2, 0.4, -0.3, 0.0])
    // |e| sorted: 0, 0.1, 0.2, 0.3, 0.4: mean 1.0 / 5, median 0.2, P90 at position 3.6: 0.3 + 0.6 · 0.1.
    #expect((summary.mean - 0.2).magnitude < 1e-12)
    #expect((summary.median - 0.2).magnitude < 1e-12)
    #expect((summary.percentile90 - 0.36).magnitude < 1e-12)
    // Signed and sorted: -0.3, -0.1, 0, 0.2, 0.4.
    #expect(summary.bias == 0)
    #expect(summary.count == 5)
  }

  @Test func `one error is its own summary`() {
    let summary = ErrorSummary([-0.25])
    #expect(summary.median == 0.25)
    #expect(summary.percentile90 == 0.25)
    #expect(summary.bias == -0.25)
  }
}
