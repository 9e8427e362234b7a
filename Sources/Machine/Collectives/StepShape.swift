import Quantities

/// What a pattern of equal messages costs on a fabric, whatever their size.
///
/// Loads grow with the size of the messages alone, so one look at the routes serves every size.
struct StepShape: Sendable {
  var sendCount: Int
  /// α: the latency of the slowest route.
  var latency: SimDuration
  /// β: seconds that the most loaded link takes per byte of one message.
  var secondsPerByte: Double
  /// Whether all routes have one latency.
  var hasOneLatency: Bool
  /// Whether α + bytes · β is exact without reductions.
  var isExact: Bool
  /// Whether all messages end together.
  var endsTogether: Bool
  /// Whether some arrivals are not reduced in a step that reduces.
  var hasUnreduced: Bool
  /// Messages that one rank reduces, at most.
  var mostReduced: Int
  /// Whether all ranks reduce equally many.
  var reducesEvenly: Bool
  var allTakePart: Bool
  /// Whether no two messages share a link.
  var isUnshared: Bool

  /// The cost of one step of the pattern.
  ///
  /// - Parameter gamma: seconds of reduction per byte, 0 where the step does not reduce.
  func cost(bytes: Double, repeatCount: Int, gamma: Double) -> StepCost {
    // Without bytes only latencies can tell messages apart.
    let endsTogether = bytes > 0 ? endsTogether : hasOneLatency
    var isExact = bytes > 0 ? isExact : hasOneLatency
    var duration = latency + SimDuration(seconds: bytes * secondsPerByte)
    if gamma > 0 {
      // If all arrive at once, or each rank reduces one message, the arithmetic simply follows.
      isExact = isExact && !hasUnreduced && (endsTogether || mostReduced <= 1)
      duration += SimDuration(seconds: Double(mostReduced) * bytes * gamma)
    }
    return StepCost(
      repeatCount: repeatCount, sendCount: sendCount, bytes: bytes, latency: latency,
      secondsPerByte: bytes > 0 ? secondsPerByte : 0, duration: duration, isExact: isExact,
      isUniform: endsTogether && (gamma == 0 || reducesEvenly) && allTakePart, isUnshared: isUnshared)
  }
}
