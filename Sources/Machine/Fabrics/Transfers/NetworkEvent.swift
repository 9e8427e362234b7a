import Quantities

/// Something that happens to a network at an instant.
public struct NetworkEvent: Sendable, Equatable {
  /// What it happens to; where several links join two vertices, to all of them.
  public enum Target: Sendable, Equatable {
    /// Links in one direction.
    case link(from: VertexID, to: VertexID)
    /// Links both ways.
    case cable(VertexID, VertexID)
    /// A host or a switch with all its links.
    case vertex(VertexID)
  }

  public enum Change: Sendable, Equatable {
    /// It carries nothing.
    case fail
    /// It gives a share of its bandwidth, above 0 and at most 1; a vertex that share of every link's.
    case slow(share: Double)
    /// It gives at most this rate on each link.
    case limit(Bandwidth)
    /// It is as it was built.
    case recover
    /// Traffic of others in the target's direction: up to a rate, until a time or for ever.
    case background(Bandwidth, until: SimTime?)
  }

  public var time: SimTime
  public var change: Change
  public var target: Target

  public init(at time: SimTime, _ change: Change, _ target: Target) {
    self.time = time
    self.change = change
    self.target = target
  }
}

/// What happens to a network in simulated time.
public struct NetworkTimeline: Sendable, Equatable {
  /// In any order of their times; those of one instant act in the order they have here.
  public var events: [NetworkEvent]
  /// From a failure, or a recovery, to when routes follow it.
  public var rerouteDelay: SimDuration

  public init(_ events: [NetworkEvent] = [], rerouteDelay: SimDuration = .zero) {
    self.events = events
    self.rerouteDelay = rerouteDelay
  }

  /// Nothing happens.
  public static let quiet = NetworkTimeline()

  /// - Throws: `NetworkError.badEvent` for the first event that makes no sense on a network.
  public func check(on network: NetworkGraph) throws(NetworkError) {
    for (index, event) in events.enumerated() {
      if let flaw = event.flaw(on: network) { throw .badEvent(index: index, reason: flaw) }
    }
    if rerouteDelay < .zero { throw .badShape("a reroute delay must not be negative") }
  }
}

extension NetworkEvent {
  /// Events lie well within the simulated clock.
  public static let latestSeconds = 8e6

  /// Why the event makes no sense on a network; nil where it does.
  public func flaw(on network: NetworkGraph) -> String? {
    if time < .zero { return "it happens before time zero" }
    if time.seconds > Self.latestSeconds { return "it happens after \(Int(Self.latestSeconds)) s" }
    for vertex in target.vertices where !(0..<network.vertexCount).contains(Int(vertex.index)) {
      return "there is no vertex \(vertex.index) among \(network.vertexCount)"
    }
    switch change {
    case .fail, .recover: return targetFlaw(on: network)
    case .slow(let share):
      return share > 0 && share <= 1
        ? targetFlaw(on: network) : "a share must be above 0 and at most 1, not \(share)"
    case .limit(let rate):
      if !(rate.bytesPerSecond > 0 && rate.bytesPerSecond.isFinite) { return "its rate must be above zero" }
      return targetFlaw(on: network)
    case .background(let rate, let until):
      if !(rate.bytesPerSecond > 0 && rate.bytesPerSecond.isFinite) { return "its rate must be above zero" }
      if let until, until <= time { return "it ends before it begins" }
      if let until, until.seconds > Self.latestSeconds { return "it ends after \(Int(Self.latestSeconds)) s" }
      return backgroundFlaw(on: network)
    }
  }

  private func targetFlaw(on network: NetworkGraph) -> String? {
    let directions: [(VertexID, VertexID)] =
      switch target {
      case .link(let from, let to): [(from, to)]
      case .cable(let a, let b): [(a, b), (b, a)]
      case .vertex: []
      }
    for (from, to) in directions where network.links(from: from, to: to).isEmpty {
      return "no link leads from \(network.name(of: from)) to \(network.name(of: to))"
    }
    return nil
  }

  /// Between two hosts it needs a route, which is looked for when it starts; elsewhere a link.
  private func backgroundFlaw(on network: NetworkGraph) -> String? {
    if case .vertex = target { return "background traffic needs a link or two hosts, not one vertex" }
    let ends = target.vertices
    if ends[0] == ends[1] { return "background traffic goes from \(network.name(of: ends[0])) to itself" }
    return network.areHosts(ends) ? nil : targetFlaw(on: network)
  }
}

extension NetworkEvent.Target {
  var vertices: [VertexID] {
    switch self {
    case .link(let a, let b), .cable(let a, let b): [a, b]
    case .vertex(let vertex): [vertex]
    }
  }
}

extension NetworkGraph {
  /// A vertex's name.
  public func name(of vertex: VertexID) -> String { vertexNames[Int(vertex.index)] }

  /// A target as files write it: `a -> b`, `a <-> b` or `a`.
  public func name(of target: NetworkEvent.Target) -> String {
    switch target {
    case .link(let from, let to): "\(name(of: from)) -> \(name(of: to))"
    case .cable(let a, let b): "\(name(of: a)) <-> \(name(of: b))"
    case .vertex(let vertex): name(of: vertex)
    }
  }

  /// All links from one vertex straight to another.
  func links(from: VertexID, to: VertexID) -> [Int32] {
    outgoing[Int(from.index)].filter { links[Int($0)].to == to }
  }

  func areHosts(_ vertices: [VertexID]) -> Bool { vertices.allSatisfy { Int($0.index) < hostCount } }
}
