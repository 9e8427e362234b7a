import Collectives
import Fabrics
import Quantities
import Testing

@testable import Training

@Suite("Times of a worker's messages") struct MessageTimesTests {
  private let cluster = job(nodes: 1).cluster
  private let pair = RankGroups(first: [DeviceID(0), DeviceID(1)])

  @Test func `are the network's at powers of two, and on lines between`() throws {
    let model = try GroupCollectiveModel(cluster, device: referenceDevice)
    let times = try MessageTimes(model, among: pair)
    func asked(_ bytes: Int64) throws -> SimDuration {
      try model.time(.allReduce, bytes: ByteCount(bytes), among: pair).duration
    }
    for exponent in [10, 16, 23, 30] {
      #expect(times.time(ByteCount(Int64(1) << exponent)) == (try asked(Int64(1) << exponent)))
    }
    // Half way from 2¹⁶ to 2¹⁷.
    let middle = (try asked(1 << 16).ticks + asked(1 << 17).ticks) / 2
    #expect(abs(times.time(ByteCount(Int64(3 << 15))).ticks - middle) <= 1)
  }

  @Test func `hold below the smallest and go on above the largest`() throws {
    let times = try MessageTimes(GroupCollectiveModel(cluster, device: referenceDevice), among: pair)
    #expect(times.time(ByteCount(Int64(8))) == times.time(ByteCount(Int64(1024))))
    let (one, two) = (times.time(.gibibytes(1)), times.time(.gibibytes(2)))
    #expect(two > one && two < one * 3)
  }
}
