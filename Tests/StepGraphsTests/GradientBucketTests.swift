import Quantities
import StepGraphs
import Testing

@Suite("Gradient buckets") struct GradientBucketTests {
  private func mebibytes(_ values: [Int64]) -> [ByteCount] { values.map { .mebibytes($0) } }

  // From the back: 1 ≥ 1 MiB closes the first bucket; 10 + 20 ≥ 25 closes the second at tensor 1;
  // 5 is left for the last.
  @Test func `are cut from the last tensor to the first`() {
    let buckets = gradientBuckets(gradientBytes: mebibytes([5, 20, 10, 1]), limit: .mebibytes(25))
    #expect(
      buckets == [
        GradientBucket(bytes: .mebibytes(1), lastTensor: 3),
        GradientBucket(bytes: .mebibytes(30), lastTensor: 1),
        GradientBucket(bytes: .mebibytes(5), lastTensor: 0),
      ])
  }

  @Test(arguments: [1, 3, 25, 1000])
  func `hold every byte once`(limit: Int64) {
    let tensors = mebibytes([0, 7, 0, 3, 3, 3, 50, 2, 0])
    let buckets = gradientBuckets(gradientBytes: tensors, limit: .mebibytes(limit))
    #expect(buckets.reduce(ByteCount.zero) { $0 + $1.bytes } == .mebibytes(68))
    #expect(buckets.map(\.lastTensor) == buckets.map(\.lastTensor).sorted(by: >))
  }

  @Test func `of a model without parameters are none`() {
    #expect(gradientBuckets(gradientBytes: [.zero, .zero], limit: .mebibytes(25)).isEmpty)
  }
}
