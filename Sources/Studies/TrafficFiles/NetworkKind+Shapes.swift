import Diagnostics
import Documents
import Fabrics
import Quantities

extension FieldReader {
  /// The shape of a kind, with nodes in its places where the document says what is inside them.
  mutating func shape(_ kind: NetworkKind, _ common: NetworkWire?) -> NetworkShape {
    let wire = common ?? NetworkWire(bandwidth: Bandwidth(bytesPerSecond: 1), latency: .zero)
    switch kind {
    case .railOptimized: return rails(wire)
    case .hierarchical: return .hierarchical(levels(common))
    case .fatTree: return withNodes(in: .fatTree(k: required("k")), wire)
    case .leafSpine:
      let shape = NetworkShape.leafSpine(
        leaves: required("leaves"), spines: required("spines"), hostsPerLeaf: required("hosts_per_leaf"),
        oversubscription: oversubscription())
      return withNodes(in: shape, wire)
    case .dragonfly:
      let shape = NetworkShape.dragonfly(
        groups: required("groups"), routersPerGroup: required("routers_per_group"),
        hostsPerRouter: required("hosts_per_router"))
      return withNodes(in: shape, wire)
    case .hypercube: return withNodes(in: .hypercube(dimensions: required("dimensions", 0)), wire)
    case .torus: return withNodes(in: .torus(lengths()), wire)
    case .mesh: return withNodes(in: .mesh(lengths()), wire)
    case .fullMesh: return withNodes(in: .fullMesh(hosts: required("hosts")), wire)
    case .ring: return withNodes(in: .ring(hosts: required("hosts")), wire)
    case .binaryTree: return withNodes(in: .binaryTree(hosts: required("hosts")), wire)
    case .star: return withNodes(in: .star(hosts: required("hosts")), wire)
    case .wideArea: return withNodes(in: .wideArea(sites(common), spans: spans(common)), wire)
    }
  }

  private mutating func withNodes(in outer: NetworkShape, _ wire: NetworkWire) -> NetworkShape {
    guard let items = value("node") else { return outer }
    let groups = groups(items, adapters: nil, wire)
    return .nodes(groups, over: outer)
  }

  /// Rails with inner switches and spines one by one, or in short with rails, leaves and nodes' insides.
  private mutating func rails(_ wire: NetworkWire) -> NetworkShape {
    if !lacks("devices_per_node") || !lacks("node_link") {
      var inner = wire
      inner.bandwidth = Bandwidth(bytesPerSecond: required(quantity: "node_link", .bandwidth))
      return .railOptimized(
        nodes: required("nodes"), devicesPerNode: required("devices_per_node"), spines: required("spines", 0),
        nodeLink: inner, oversubscription: oversubscription())
    }
    let rails = required("rails")
    var groups: [NodeGroup] = []
    if let items = value("node") { groups = self.groups(items, adapters: rails, wire) }
    let listed = groups.reduce(0) { $0 + min($1.count, NetworkGraph.largestCount) }
    // A list of groups counts the nodes itself.
    let nodes = if groups.isEmpty || isMapping("node") { required("nodes") } else { listed }
    let radix = integer("leaf_radix", 2...1 << 16)
    let spines = integer("spines", 0...1 << 16)
    if radix != nil, let node = node["spines"] {
      report(.conflict("the spines follow from leaf_radix"), node, mend: "leave one of them out")
    }
    let plan = RailPlan(
      nodes: nodes, rails: rails, leafRadix: radix, spines: spines ?? 1, oversubscription: oversubscription())
    return groups.isEmpty ? .rails(plan) : .nodes(groups, over: .rails(plan))
  }

  private func isMapping(_ key: String) -> Bool { node[key]?.entries != nil }

  /// One kind of node, as many as `nodes` says, or a list of kinds with their counts.
  private mutating func groups(_ items: DocumentNode, adapters: Int?, _ wire: NetworkWire) -> [NodeGroup] {
    guard case .sequence(let list) = items.content else {
      var reader = FieldReader(items, findings)
      let inside = reader.interior(adapters, wire)
      reader.finish()
      return [NodeGroup(count: required("nodes"), inside: inside)]
    }
    return list.map { item in
      var reader = FieldReader(item, findings)
      let group = NodeGroup(count: reader.required("count"), inside: reader.interior(adapters, wire))
      reader.finish()
      return group
    }
  }

  private mutating func interior(_ adapters: Int?, _ wire: NetworkWire) -> NodeInterior {
    func link(_ key: String) -> NetworkWire? {
      let rate = quantity(key, .bandwidth)
      let latency = latency("\(key)_latency", else: wire.latency)
      if rate == nil, let node = node["\(key)_latency"], lacks(key) {
        report(.conflict("a latency of \(key) without its rate"), node, mend: "give \(key) too")
      }
      return rate.map { NetworkWire(bandwidth: Bandwidth(bytesPerSecond: $0), latency: latency) }
    }
    let nics = integer("nics", 1...1 << 16)
    let devices = integer("gpus", 1...1 << 16) ?? nics ?? adapters
    if devices == nil { missing("gpus") }
    return NodeInterior(
      devices: devices ?? 1, scaleUp: link("nvlink"), pcie: link("pcie"), adapters: nics ?? adapters,
      devicesPerSwitch: integer("gpus_per_pcie_switch", 1...1 << 16))
  }

  private mutating func items(_ key: String) -> [FieldReader] {
    if lacks(key) { missing(key) }
    return (list(key) ?? []).map { FieldReader($0, findings) }
  }

  private mutating func levels(_ common: NetworkWire?) -> [NetworkLevel] {
    items("levels").map { item in
      var reader = item
      let kind = reader.word(
        "kind", NetworkLevel.Kind.self, aliases: ["star": .star, "fully_connected": .fullMesh])
      if reader.lacks("kind") { reader.missing("kind") }
      let level = NetworkLevel(
        kind ?? .ring, size: reader.required("size"), wire: reader.wire(common: common))
      reader.finish()
      return level
    }
  }

  private mutating func sites(_ common: NetworkWire?) -> [NetworkSite] {
    items("sites").map { item in
      var reader = item
      let site = NetworkSite(
        name: reader.requiredText("name"), hosts: reader.required("hosts"), wire: reader.wire(common: common))
      reader.finish()
      return site
    }
  }

  private mutating func spans(_ common: NetworkWire?) -> [NetworkSpan] {
    items("spans").map { item in
      var reader = item
      let span = NetworkSpan(
        from: reader.requiredText("from"), to: reader.requiredText("to"), wire: reader.wire(common: common))
      reader.finish()
      return span
    }
  }

  private mutating func requiredText(_ key: String) -> String {
    if lacks(key) { missing(key) }
    return text(key) ?? ""
  }
}
