/// An algorithm for a collective: what is sent, in which steps.
///
/// The built-in algorithms conform to it, and so can yours: return the steps, and they run on any fabric,
/// folded or event by event.
public protocol CollectivePattern: Sendable {
  /// The steps for a group of ranks.
  ///
  /// - Throws: `CollectiveError` if the group does not suit the algorithm.
  func schedule(for group: RankGroup) throws(CollectiveError) -> CollectiveSchedule

  /// The time by the textbook, in seconds, if there is one: equal hops, full duplex, one port per rank.
  func textbookTime(for group: RankGroup) -> Double?
}

extension CollectivePattern {
  public func textbookTime(for group: RankGroup) -> Double? { nil }
}

/// What an algorithm may know of its group.
public struct RankGroup: Sendable, Equatable {
  /// n.
  public var rankCount: Int
  /// S, the whole buffer in bytes; `CollectiveKind` says of what.
  public var bytes: Double
  /// Ranks on each node if they are equally many and numbered node by node.
  public var ranksPerNode: Int?
  /// Ranks of each level of a hierarchy, innermost first, if given.
  public var levels: [Int]?
  /// Whether one switch joins the ranks of a group on one node, or else those of equal place on all nodes.
  public var hasCommonSwitch: Bool
  /// α and β from each rank to the next, of the slowest pair.
  public var hop: HopCost
  /// γ, in seconds per reduced byte.
  public var reductionSecondsPerByte: Double
  /// Chunks of a pipelined algorithm, if given.
  public var chunkCount: Int?

  public init(
    rankCount: Int, bytes: Double, ranksPerNode: Int? = nil, levels: [Int]? = nil,
    hasCommonSwitch: Bool = false, hop: HopCost, reductionSecondsPerByte: Double = 0, chunkCount: Int? = nil
  ) {
    self.rankCount = rankCount
    self.bytes = bytes
    self.ranksPerNode = ranksPerNode
    self.levels = levels
    self.hasCommonSwitch = hasCommonSwitch
    self.hop = hop
    self.reductionSecondsPerByte = reductionSecondsPerByte
    self.chunkCount = chunkCount
  }

  /// S/n.
  public var share: Double { bytes / Double(rankCount) }

  /// Time of one step that sends some bytes and reduces them or not: α + bytes β (+ bytes γ).
  func stepTime(_ bytes: Double, reduces: Bool = false) -> Double {
    hop.latency + bytes * hop.secondsPerByte + (reduces ? bytes * reductionSecondsPerByte : 0)
  }
}

/// The cost of a message of the α–β model (Hockney 1994): T = α + bytes · β.
public struct HopCost: Sendable, Equatable {
  /// α, in seconds.
  public var latency: Double
  /// β, in seconds per byte.
  public var secondsPerByte: Double

  public init(latency: Double, secondsPerByte: Double) {
    self.latency = latency
    self.secondsPerByte = secondsPerByte
  }
}
