import Fabrics
import Quantities

/// Bytes that one host sends to another.
public struct TrafficFlow: Sendable, Equatable {
  /// When the first byte leaves.
  public var start: SimTime
  public var source: VertexID
  public var target: VertexID
  public var bytes: Double
  /// Share of a contended link relative to other flows.
  public var weight: Double
  /// A rate it never exceeds, nil for none.
  public var rateCap: Bandwidth?

  public init(
    start: SimTime = .zero, from source: VertexID, to target: VertexID, bytes: Double, weight: Double = 1,
    rateCap: Bandwidth? = nil
  ) {
    self.start = start
    self.source = source
    self.target = target
    self.bytes = bytes
    self.weight = weight
    self.rateCap = rateCap
  }
}

/// What became of one flow.
public struct FlowCompletion: Sendable, Equatable {
  /// When its last byte arrives; of a flow that was cut off, when nothing was left to happen.
  public var end: SimTime
  /// From its start to its end.
  public var duration: SimDuration
  /// The links it crossed, in order; of several routes the last.
  public var route: [LinkID]
  /// How often it took another route than before.
  public var rerouteCount = 0
  /// What its target still lacks: zero, but for a flow that was cut off for ever.
  public var bytesLeft = 0.0

  public var isCut: Bool { bytesLeft > 0 }
  public var hopCount: Int { route.count }
}

/// What one link carried.
public struct LinkLoad: Sendable, Equatable {
  public var link: LinkID
  /// Flows that crossed it, once each.
  public var flowCount: Int
  /// Of flows.
  public var bytes: Double
  /// Of background traffic.
  public var backgroundBytes = 0.0
  /// All bytes over what the link could have carried from the first start to the last end, with the capacity
  /// that it had at each time.
  public var meanUtilization: Double
}

/// Traffic that has run to its end.
public struct TrafficOutcome: Sendable, Equatable {
  /// One for each flow, in the order they were given.
  public var flows: [FlowCompletion]
  /// One for each link of the network.
  public var links: [LinkLoad]
  /// From the first start to the last end; where flows were cut off, to when nothing was left to happen.
  public var makespan: SimDuration
  /// Instants at which flows came or went.
  public var instantCount: Int
  /// A hash of all arrivals and ends, and of all that happened to the network, in order.
  public var fingerprint: UInt64
  /// The events of the timeline that happened before the end, in order.
  public var events: [DisturbedTransfers.Happening] = []

  /// Flows that were cut off for ever.
  public var cutCount: Int { flows.count(where: \.isCut) }

  /// The links with the highest mean utilisation, idle ones left out; ties go to the lower number.
  public func hottestLinks(_ count: Int) -> [LinkLoad] {
    let busy = links.filter { $0.bytes + $0.backgroundBytes > 0 }
    return Array(
      busy.sorted {
        ($0.meanUtilization, $1.link.index) > ($1.meanUtilization, $0.link.index)
      }.prefix(count))
  }
}
