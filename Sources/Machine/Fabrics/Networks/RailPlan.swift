import Quantities

/// Rails that join equal adapters of all nodes: adapter r of every node hangs on rail r.
///
/// Without a radix a rail is one switch, and `spines` join the rails. With one, each leaf switch has that many
/// ports, of which
///
///     d = ⌊radix · o / (1 + o)⌋ go down to nodes,  u = ⌊d / o⌋ go up, one to each of u spines,
///
/// o being the oversubscription, and a rail of n nodes takes ⌈n / d⌉ leaves. Where all nodes have one leaf in
/// all, that leaf needs no spine.
public struct RailPlan: Sendable, Equatable {
  public var nodes: Int
  public var rails: Int
  public var leafRadix: Int?
  /// Of rails that are one switch each; with a radix they follow from it.
  public var spines: Int
  /// What the nodes of a leaf can send over what its uplinks carry; nil: uplinks are like the nodes' links.
  public var oversubscription: Double?

  public init(
    nodes: Int, rails: Int, leafRadix: Int? = nil, spines: Int = 1, oversubscription: Double? = nil
  ) {
    self.nodes = nodes
    self.rails = rails
    self.leafRadix = leafRadix
    self.spines = spines
    self.oversubscription = oversubscription
  }

  /// Nodes on one leaf, leaves of one rail, and uplinks of a leaf.
  var leaves: (nodes: Int, perRail: Int, uplinks: Int) {
    guard let leafRadix else { return (nodes, 1, spines) }
    if rails == 1, nodes <= leafRadix { return (nodes, 1, 0) }
    let ratio = min(1e6, max(1e-6, oversubscription ?? 1))
    let down = max(1, Int(Double(leafRadix) * ratio / (1 + ratio)))
    return (down, (nodes + down - 1) / down, max(1, Int(Double(down) / ratio)))
  }
}

extension NetworkParts {
  mutating func build(_ plan: RailPlan, _ wire: NetworkWire) {
    let (perLeaf, leafCount, uplinks) = plan.leaves
    addHosts(plan.nodes * plan.rails, perNode: plan.rails)
    let leaf = addSwitches(
      (0..<plan.rails * leafCount).map {
        leafCount == 1 ? "rail \($0)" : "rail \($0 / leafCount) leaf \($0 % leafCount)"
      })
    for host in 0..<hostCount {
      let (node, rail) = (host / plan.rails, host % plan.rails)
      join(host, leaf + rail * leafCount + node / perLeaf, wire)
    }
    joinSpines(
      uplinks, above: leaf..<(leaf + plan.rails * leafCount),
      plan.leafRadix == nil ? wire.uplink(plan.nodes, uplinks, plan.oversubscription) : wire)
    // Rails that nothing joins are joined by the devices.
    hostsForward = uplinks == 0 && plan.rails > 1
  }
}
