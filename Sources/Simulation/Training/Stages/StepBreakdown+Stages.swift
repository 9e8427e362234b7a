extension StepBreakdown {
  private static let parts: [WritableKeyPath<StepBreakdown, Double> & Sendable] = [
    \.time, \.forward, \.backward, \.recompute, \.optimizer, \.communication, \.exposedCommunication,
    \.bubble,
    \.exposedOffload, \.straggler, \.other, \.rollout, \.scoring, \.weightSync,
  ]

  /// One step after the other.
  func added(to next: StepBreakdown) -> StepBreakdown {
    var sum = self
    for part in Self.parts { sum[keyPath: part] += next[keyPath: part] }
    return sum
  }

  /// The same step a number of times.
  func repeated(_ count: Int) -> StepBreakdown {
    var sum = self
    for part in Self.parts { sum[keyPath: part] *= Double(count) }
    return sum
  }
}
