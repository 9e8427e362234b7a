import Collectives
import Fabrics
import Quantities

/// Times of a group's all-reduces, asked of the network at powers of two and read off between.
///
///     T(s) = T(2ⁱ) + (s/2ⁱ − 1) · (T(2ⁱ⁺¹) − T(2ⁱ))        2ⁱ ≤ s < 2ⁱ⁺¹
///
/// A generating worker sums messages of thousands of sizes; a latency and a bandwidth lie on such lines.
/// Below the smallest size its time holds, above the largest the last line goes on.
struct MessageTimes: Sendable {
  /// 1 KiB to 1 GiB.
  private static let exponents = 10...30
  private let times: [SimDuration]

  /// - Throws: as the model's times.
  init(_ model: GroupCollectiveModel, among groups: RankGroups) throws(CollectiveError) {
    var times: [SimDuration] = []
    for exponent in Self.exponents {
      times.append(try model.time(.allReduce, bytes: ByteCount(Int64(1) << exponent), among: groups).duration)
    }
    self.times = times
  }

  func time(_ message: ByteCount) -> SimDuration {
    let bytes = max(message.bytes, 1 << Self.exponents.lowerBound)
    let exponent = min(63 - bytes.leadingZeroBitCount, Self.exponents.upperBound - 1)
    let index = exponent - Self.exponents.lowerBound
    let share = Double(bytes) / Double(Int64(1) << exponent) - 1
    return times[index] + (times[index + 1] - times[index]).scaled(by: share)
  }
}
