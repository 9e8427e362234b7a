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
  /// When its last byte arrives.
  public var end: SimTime
  /// From its start to its end.
  public var duration: SimDuration
  /// The links it crossed, in order.
  public var route: [LinkID]

  public var hopCount: Int { route.count }
}

/// What one link carried.
public struct LinkLoad: Sendable, Equatable {
  public var link: LinkID
  public var flowCount: Int
  public var bytes: Double
  /// Bytes over what the link could have carried from the first start to the last end.
  public var meanUtilization: Double
}

/// Traffic that has run to its end.
public struct TrafficOutcome: Sendable, Equatable {
  /// One for each flow, in the order they were given.
  public var flows: [FlowCompletion]
  /// One for each link of the network.
  public var links: [LinkLoad]
  /// From the first start to the last end.
  public var makespan: SimDuration
  /// Instants at which flows came or went.
  public var instantCount: Int
  /// A hash of all arrivals and ends, in order.
  public var fingerprint: UInt64

  /// The links with the highest mean utilisation, idle ones left out; ties go to the lower number.
  public func hottestLinks(_ count: Int) -> [LinkLoad] {
    let busy = links.filter { $0.bytes > 0 }
    return Array(
      busy.sorted {
        ($0.meanUtilization, $1.link.index) > ($1.meanUtilization, $0.link.index)
      }.prefix(count))
  }
}
