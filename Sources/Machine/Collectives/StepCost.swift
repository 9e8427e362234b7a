import Quantities

/// What one step costs when all its ranks begin together on idle links.
public struct StepCost: Sendable, Equatable {
  /// How often the step is done.
  public var repeatCount: Int
  /// Messages of one repetition.
  public var sendCount: Int
  /// Bytes of its largest message.
  public var bytes: Double
  /// α: the latency of the slowest route.
  public var latency: SimDuration
  /// β: seconds that the most loaded link takes per byte of one message, sharing included.
  public var secondsPerByte: Double
  /// One repetition.
  public var duration: SimDuration
  /// Whether `duration` is exact for such a step, not only a bound from above.
  public var isExact: Bool
  /// Whether every rank takes part and all messages end together, so that no rank runs ahead.
  public var isUniform: Bool
  /// Whether no two messages of the step share a link.
  public var isUnshared: Bool

  /// All repetitions.
  public var total: SimDuration { duration * repeatCount }
}
