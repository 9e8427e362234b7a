/// A resource that holds the job back, with the figures behind the claim.
public struct Bottleneck: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case compute
    case memoryBandwidth = "memory_bandwidth"
    case memory
    case network
    case host
  }

  public enum Level: String, Sendable, Comparable {
    case minor, moderate, severe

    public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
    private var rank: Int {
      switch self {
      case .minor: 0
      case .moderate: 1
      case .severe: 2
      }
    }
  }

  public var kind: Kind
  /// The share of the step, or of the capacity, that the resource takes: 0 to 1 (memory may pass 1).
  public var severity: Double
  public var level: Level
  /// Share of the step time saved if the resource were twice as fast; `nil` where speed is not what
  /// the resource lacks, such as memory capacity.
  public var gainIfDoubled: Double?
  public var evidence: String
  public var recommendations: [String]
}
