import Quantities

/// What the links of a network give at an instant.
///
/// Links and vertices each have a condition, the one that the last event gave them. A link gives
///
///     C = min over itself and its two ends  ( 0 if failed,  s · B if slowed to the share s,  min(r, B) if limited )
///
/// so a link whose switch recovers is still down if it has failed itself.
struct NetworkConditions: Sendable {
  private enum Condition {
    case whole, down
    case share(Double)
    case rate(Double)

    func rate(of bandwidth: Double) -> Double {
      switch self {
      case .whole: bandwidth
      case .down: 0
      case .share(let share): bandwidth * share
      case .rate(let rate): min(rate, bandwidth)
      }
    }

    init?(_ change: NetworkEvent.Change) {
      switch change {
      case .fail: self = .down
      case .slow(let share): self = .share(share)
      case .limit(let rate): self = .rate(rate.bytesPerSecond)
      case .recover: self = .whole
      case .background: return nil
      }
    }
  }

  /// What an event did to the links.
  struct Effect {
    /// Links with another capacity than before.
    var changed: [Int32] = []
    var hasFailures = false
    var hasRecoveries = false
  }

  let network: NetworkGraph
  private var ofLinks: [Condition]
  private var ofVertices: [Condition]
  /// Of links, in bytes per second; 0 for one that is down.
  private(set) var capacities: [Double]
  /// Of links: when each that is down went down.
  private(set) var downSince: [SimTime]
  private var surviving: NetworkGraph?

  init(_ network: NetworkGraph) {
    self.network = network
    ofLinks = Array(repeating: .whole, count: network.links.count)
    ofVertices = Array(repeating: .whole, count: network.vertexCount)
    capacities = network.links.map(\.bandwidth.bytesPerSecond)
    downSince = Array(repeating: .zero, count: network.links.count)
  }

  func isUp(_ route: [Int32]) -> Bool { route.allSatisfy { capacities[Int($0)] > 0 } }

  /// Changes the condition of an event's target.
  ///
  /// - Complexity: O(links at the target's vertices).
  mutating func apply(_ event: NetworkEvent, at now: SimTime) -> Effect {
    guard let condition = Condition(event.change) else { return Effect() }
    var links: [Int32]
    switch event.target {
    case .link(let from, let to): links = network.links(from: from, to: to)
    case .cable(let a, let b): links = network.links(from: a, to: b) + network.links(from: b, to: a)
    case .vertex(let vertex):
      ofVertices[Int(vertex.index)] = condition
      links = Array(network.outgoing[Int(vertex.index)]) + network.incoming[Int(vertex.index)]
      return update(links, at: now)
    }
    for link in links { ofLinks[Int(link)] = condition }
    return update(links, at: now)
  }

  private mutating func update(_ links: [Int32], at now: SimTime) -> Effect {
    var effect = Effect()
    for link in links {
      let index = Int(link)
      let place = network.links[index]
      let conditions = [ofLinks[index], ofVertices[Int(place.from.index)], ofVertices[Int(place.to.index)]]
      let rates = conditions.map { $0.rate(of: place.bandwidth.bytesPerSecond) }
      let (old, new) = (capacities[index], min(rates[0], rates[1], rates[2]))
      if old == new { continue }
      capacities[index] = new
      effect.changed.append(link)
      if new == 0 {
        downSince[index] = now
        effect.hasFailures = true
      } else if old == 0 {
        effect.hasRecoveries = true
      }
    }
    if effect.hasFailures || effect.hasRecoveries { surviving = nil }
    return effect
  }

  /// The network without the links that are down, the others numbered as they were.
  ///
  /// - Complexity: O(vertices + links) after a failure or a recovery.
  mutating func survivingNetwork() -> NetworkGraph {
    if let surviving { return surviving }
    let graph = network.withoutLinks { capacities[Int($0)] == 0 }
    surviving = graph
    return graph
  }
}

extension NetworkGraph {
  /// The same graph in which no route finds some of the links; all keep their numbers.
  func withoutLinks(where isGone: (Int32) -> Bool) -> NetworkGraph {
    var copy = self
    copy.outgoing = Adjacency(
      vertexCount: vertexCount, vertices: links.map(\.from.index), leavingOut: isGone)
    copy.incoming = Adjacency(
      vertexCount: vertexCount, vertices: links.map(\.to.index), leavingOut: isGone)
    return copy
  }
}
