import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities

/// Kinds of network that documents name.
enum NetworkKind: String, CaseIterable {
  case fatTree = "fat_tree"
  case leafSpine = "leaf_spine"
  case railOptimized = "rail_optimized"
  case dragonfly, hypercube, torus, mesh
}

/// Reads a network from a file: an edge list where its name ends in `.csv`, else a YAML or JSON document.
///
///     {kind: fat_tree, k: 4, link: 100 Gb/s, latency: 1 us}
///
/// Descriptions of NCCL, ASTRA-sim, SimAI and InfraGraph are known by what they hold.
///
/// - Throws: all that is wrong, with line and column.
public func readNetwork(_ text: String, file: String) throws(Diagnostics) -> NetworkGraph {
  if file.hasSuffix(".csv") { return try readEdges(text, file: file) }
  if let network = try describedNetwork(text, file: file) {
    return try build(network, at: SourceLocation(file: file))
  }
  let node = try parseDocument(text, file: file)
  if let network = try describedNetwork(node) { return try build(network, at: node.location) }
  let findings = Findings()
  var reader = FieldReader(node, findings)
  let kind = reader.choice("kind", NetworkKind.self)
  if reader.lacks("kind") { reader.missing("kind") }
  let link = reader.required(quantity: "link", .bandwidth)
  let latency = reader.quantity("latency", .duration) ?? 0
  let switchLatency = reader.quantity("switch_latency", .duration) ?? 0
  for (key, value) in [("latency", latency), ("switch_latency", switchLatency)] where value > 3600 {
    reader.report(.outOfRange(value: "\(value) s", allowed: "at most 1 h"), node[key] ?? node)
  }
  try findings.diagnostics.throwIfAny()
  let wire = NetworkWire(
    bandwidth: Bandwidth(bytesPerSecond: link), latency: SimDuration(seconds: latency))
  let shape = reader.shape(kind ?? .fatTree, wire)
  reader.finish()
  try findings.diagnostics.throwIfAny()
  return try build(shape, wire, SimDuration(seconds: switchLatency), at: node.location)
}

extension FieldReader {
  fileprivate mutating func shape(_ kind: NetworkKind, _ wire: NetworkWire) -> NetworkShape {
    switch kind {
    case .fatTree: return .fatTree(k: required("k"))
    case .leafSpine:
      return .leafSpine(
        leaves: required("leaves"), spines: required("spines"), hostsPerLeaf: required("hosts_per_leaf"),
        oversubscription: oversubscription())
    case .railOptimized:
      var inner = wire
      inner.bandwidth = Bandwidth(bytesPerSecond: required(quantity: "node_link", .bandwidth))
      return .railOptimized(
        nodes: required("nodes"), devicesPerNode: required("devices_per_node"), spines: required("spines", 0),
        nodeLink: inner, oversubscription: oversubscription())
    case .dragonfly:
      return .dragonfly(
        groups: required("groups"), routersPerGroup: required("routers_per_group"),
        hostsPerRouter: required("hosts_per_router"))
    case .hypercube: return .hypercube(dimensions: required("dimensions", 0))
    case .torus: return .torus(lengths())
    case .mesh: return .mesh(lengths())
    }
  }

  private mutating func required(_ key: String, _ least: Int = 1) -> Int {
    let value = integer(key, least...NetworkGraph.largestCount)
    if lacks(key) { missing(key) }
    return value ?? least
  }

  fileprivate mutating func required(quantity key: String, _ dimension: Dimension) -> Double {
    let value = quantity(key, dimension)
    if lacks(key) { missing(key) }
    return value ?? 1
  }

  private mutating func oversubscription() -> Double? { number("oversubscription", 1e-3...1e3) }

  private mutating func lengths() -> [Int] {
    let key = "dimensions"
    if lacks(key) { missing(key) }
    return (list(key) ?? []).map { item in
      if case .integer(let length) = item.content, (1...1 << 20).contains(length) { return Int(length) }
      report(.wrongType(expected: "a whole number above zero", found: item.kindName), item)
      return 1
    }
  }
}
