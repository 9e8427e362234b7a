import Quantities

extension NetworkShape {
  /// Refuses shapes that make no network, before anything is built.
  func check() throws(NetworkError) {
    switch self {
    case .fatTree(let k):
      guard k >= 2, k % 2 == 0 else {
        throw .badShape("k of a fat tree must be even and at least 2, not \(k)")
      }
      try checkCount([k, k, k])
    case .leafSpine(let leaves, let spines, let hosts, let oversubscription):
      try atLeastOne([("leaves", leaves), ("spines", spines), ("hosts per leaf", hosts)])
      try check(oversubscription)
      try checkCount([leaves, hosts])
      try checkCount([leaves, spines])
    case .railOptimized(let nodes, let devices, let spines, let nodeLink, let oversubscription):
      try atLeastOne([("nodes", nodes), ("devices per node", devices)])
      if spines < 0 { throw .badShape("spines must not be negative, not \(spines)") }
      try check(oversubscription)
      try nodeLink.check("a node's inner link")
      try checkCount([nodes, devices])
      try checkCount([devices, max(1, spines)])
    case .dragonfly(let groups, let routers, let hosts):
      try atLeastOne([("groups", groups), ("routers per group", routers), ("hosts per router", hosts)])
      try checkCount([groups, routers, hosts])
      try checkCount([groups, routers, routers])
      try checkCount([groups, groups])
    case .hypercube(let dimensions):
      guard (0...18).contains(dimensions) else {
        throw .badShape("a hypercube has 0 to 18 dimensions, not \(dimensions)")
      }
    case .torus(let lengths), .mesh(let lengths):
      if lengths.isEmpty { throw .badShape("a \(name) needs the length of each dimension") }
      for length in lengths { try atLeastOne([("length of a dimension", length)]) }
      try checkCount(lengths)
    case .fullMesh(let hosts):
      try atLeastOne([("hosts", hosts)])
      try checkCount([hosts, hosts])
    case .ring(let hosts), .binaryTree(let hosts), .star(let hosts):
      try atLeastOne([("hosts", hosts)])
      try checkCount([hosts, 2])
    case .hierarchical(let levels): try check(levels)
    case .wideArea(let sites, let spans): try check(sites, spans)
    case .rails(let plan): try check(plan)
    case .nodes(let groups, let outer): try check(groups, over: outer)
    case .edges(let edges):
      try checkCount([edges.count])
      for edge in edges {
        if edge.from == edge.to { throw .badShape("a link joins \(edge.from) to itself") }
        try edge.wire.check("link \(edge.from) -> \(edge.to)")
      }
    case .described(let description): try description.check()
    }
  }

  func atLeastOne(_ counts: [(what: String, count: Int)]) throws(NetworkError) {
    for (what, count) in counts where count < 1 {
      throw .badShape("\(what) must be at least 1, not \(count)")
    }
  }

  func check(_ oversubscription: Double?) throws(NetworkError) {
    guard let oversubscription else { return }
    guard oversubscription > 0, oversubscription.isFinite else {
      throw .badShape("oversubscription must be above zero, not \(oversubscription)")
    }
  }

  func checkCount(_ factors: [Int]) throws(NetworkError) {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow || next > NetworkGraph.largestCount {
        throw .badShape("a \(name) of this size exceeds the limit of \(NetworkGraph.largestCount) parts")
      }
      product = next
    }
  }
}
