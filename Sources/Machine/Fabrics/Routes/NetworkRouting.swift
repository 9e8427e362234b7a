import Quantities

/// By what rule a network's routes are made. Whatever the rule, a pair has one route.
public enum NetworkRouting: Sendable, Equatable {
  /// Fewest links, one of the equal routes by a hash.
  case shortest
  /// Least sum over links of latency + reference message / bandwidth, and of the latency of the vertices
  /// passed; one of the equal routes by a hash.
  case weighted(reference: ByteCount)
  /// On grids and cubes: one dimension after the other, the first one first, the shorter way round a ring,
  /// upwards where both are equal.
  ///
  /// - Source: Dally & Seitz 1987, doi:10.1109/TC.1987.1676939.
  case dimensionOrder
  /// On a dragonfly: at most one cable between groups, the one from the source's to the target's.
  case minimal
  /// On a dragonfly: minimally to a third group that a hash chooses, and minimally on from there.
  ///
  /// - Source: Kim, Dally, Scott & Abts 2008, doi:10.1109/ISCA.2008.19, after Valiant 1982.
  case valiant
  /// On rails: over the node's own switch to the device that sits where the target does in its node, hence
  /// on the target's rail, then with the fewest links.
  case alongRails

  public var name: String {
    switch self {
    case .shortest: "shortest"
    case .weighted: "weighted"
    case .dimensionOrder: "dimension_order"
    case .minimal: "minimal"
    case .valiant: "valiant"
    case .alongRails: "pxn"
    }
  }

  /// Whether a rule makes routes without looking for others.
  var isFixed: Bool {
    switch self {
    case .shortest, .weighted, .alongRails: false
    case .dimensionOrder, .minimal, .valiant: true
    }
  }
}

extension NetworkShape {
  /// Refuses a rule that the shape has no meaning for.
  func check(_ routing: NetworkRouting) throws(NetworkError) {
    switch (routing, places) {
    case (.shortest, _): break
    case (.weighted(let reference), _):
      if reference.bytes < 1 {
        throw .badShape(
          "the reference message of weighted routes must be at least 1 byte, not \(reference.bytes)")
      }
    case (.dimensionOrder, .torus), (.dimensionOrder, .mesh), (.dimensionOrder, .hypercube): break
    case (.dimensionOrder, _):
      throw .badShape("dimension_order needs a torus, a mesh or a hypercube, not a \(name)")
    case (.minimal, .dragonfly): break
    case (.valiant, .dragonfly(let groups, _, _)):
      if groups < 3 { throw .badShape("valiant needs a third group, and the dragonfly has \(groups)") }
    case (.minimal, _), (.valiant, _): throw .badShape("\(routing.name) needs a dragonfly, not a \(name)")
    case (.alongRails, _):
      guard hasRailsAndInnerSwitches else {
        throw .badShape("pxn needs rails and a switch inside every node, which a \(name) here does not have")
      }
    }
    if routing.isFixed, case .nodes(let groups, _) = self, groups.contains(where: { $0.inside.pcie != nil }) {
      throw .badShape("\(routing.name) starts at a device's own router: leave out what lies between, pcie")
    }
  }

  private var hasRailsAndInnerSwitches: Bool {
    switch self {
    case .railOptimized: true
    case .nodes(let groups, .rails):
      groups.allSatisfy { $0.inside.scaleUp != nil && $0.inside.devices == groups[0].inside.devices }
    default: false
    }
  }
}

extension NetworkGraph {
  /// What a link costs in the routes' sums: ticks where they are weighted, at most 2⁴⁰ of them (1.1 s), so
  /// that the sums of the longest routes are numbers; else 1.
  func cost(_ link: Int32) -> Int64 {
    guard case .weighted(let reference) = routing else { return 1 }
    let link = links[Int(link)]
    let seconds = Double(reference.bytes) / link.bandwidth.bytesPerSecond
    let most = Int64(1) << 40
    if seconds > 2 || link.latency.ticks > most || switchLatency.ticks > most { return most }
    let passing = Int(link.from.index) < firstInner ? switchLatency : .zero
    return min(most, max(1, (link.latency + passing + SimDuration(seconds: seconds)).ticks))
  }
}
