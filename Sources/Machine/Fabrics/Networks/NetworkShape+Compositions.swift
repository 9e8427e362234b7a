import Quantities

extension NetworkShape {
  /// The network whose places hosts or adapters take.
  package var places: NetworkShape {
    if case .nodes(_, let outer) = self { return outer }
    return self
  }

  /// Places that nodes can take; nil where hosts are named or grouped already.
  public var placeCount: Int? {
    switch self {
    case .fatTree(let k): k * k * k / 4
    case .leafSpine(let leaves, _, let hosts, _): leaves * hosts
    case .dragonfly(let groups, let routers, let hosts): groups * routers * hosts
    case .hypercube(let dimensions): 1 << dimensions
    case .torus(let lengths), .mesh(let lengths): lengths.reduce(1, *)
    case .fullMesh(let hosts), .ring(let hosts), .binaryTree(let hosts), .star(let hosts): hosts
    case .wideArea(let sites, _): sites.reduce(0) { $0 + $1.hosts }
    case .rails(let plan): plan.nodes * plan.rails
    case .railOptimized, .hierarchical, .nodes, .edges, .described: nil
    }
  }

  func check(_ levels: [NetworkLevel]) throws(NetworkError) {
    if levels.isEmpty { throw .badShape("a \(name) needs at least one level") }
    var sizes: [Int] = []
    for (depth, level) in levels.enumerated() {
      try atLeastOne([("size of a level", level.size)])
      try level.wire.check("level \(depth)")
      sizes.append(level.size)
      try checkCount(sizes)
    }
    for level in levels where level.kind == .fullMesh { try checkCount(sizes + [level.size]) }
    try checkCount([2 * levels.count] + sizes)
  }

  func check(_ sites: [NetworkSite], _ spans: [NetworkSpan]) throws(NetworkError) {
    if sites.isEmpty { throw .badShape("a \(name) needs at least one site") }
    var names: Set<String> = []
    var hosts = 0
    for site in sites {
      if !names.insert(site.name).inserted { throw .badShape("two sites are named '\(site.name)'") }
      try atLeastOne([("hosts of a site", site.hosts)])
      try checkCount([site.hosts])
      hosts += site.hosts
      try checkCount([2, hosts])
      try site.wire.check("a host of site \(site.name)")
    }
    try checkCount([spans.count])
    for span in spans {
      for end in [span.from, span.to] where !names.contains(end) {
        throw .badShape("a span ends at site '\(end)', and there is none of that name")
      }
      if span.from == span.to { throw .badShape("a span joins site '\(span.from)' to itself") }
      try span.wire.check("span \(span.from) - \(span.to)")
    }
  }

  func check(_ plan: RailPlan) throws(NetworkError) {
    try atLeastOne([("nodes", plan.nodes), ("rails", plan.rails)])
    if plan.spines < 0 { throw .badShape("spines must not be negative, not \(plan.spines)") }
    try check(plan.oversubscription)
    try checkCount([plan.nodes, plan.rails, 2])
    if let radix = plan.leafRadix {
      guard (2...1 << 16).contains(radix) else {
        throw .badShape("a leaf has 2 to 65536 ports, not \(radix)")
      }
      let (down, perRail, uplinks) = plan.leaves
      if uplinks > 0 {
        let leaves = perRail * plan.rails
        guard down + uplinks <= radix else {
          throw .badShape("\(down) ports down and \(uplinks) up do not fit a leaf of \(radix)")
        }
        guard leaves <= radix else {
          throw .badShape("\(leaves) leaves do not fit a spine of \(radix) ports: use a larger leaf_radix")
        }
      }
      try checkCount([plan.rails * perRail, max(1, uplinks)])
    } else {
      try checkCount([plan.rails, max(1, plan.spines)])
    }
  }

  func check(_ groups: [NodeGroup], over outer: NetworkShape) throws(NetworkError) {
    guard outer.placeCount != nil else {
      throw .badShape("a \(outer.name) has hosts of its own and takes no nodes with an inside")
    }
    try outer.check()
    if groups.isEmpty { throw .badShape("nodes with an inside need at least one group") }
    var adapters = 0
    for group in groups {
      try group.inside.check()
      try atLeastOne([("nodes of a group", group.count)])
      try checkCount([group.count, group.inside.devices, 4])
      try checkCount([group.count, group.inside.adapters, 4])
      adapters += group.count * group.inside.adapters
      try checkCount([adapters])
    }
    if case .rails(let plan) = outer {
      for group in groups where group.inside.adapters != plan.rails {
        throw .badShape(
          "nodes with \(group.inside.adapters) network adapters do not hang on \(plan.rails) rails")
      }
    }
    // Checked above.
    let places = outer.placeCount ?? 0
    if adapters > places {
      throw .badShape("\(adapters) network adapters do not find a place in a \(name) of \(places)")
    }
  }
}
