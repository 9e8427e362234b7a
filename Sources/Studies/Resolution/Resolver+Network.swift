import Catalogues
import Diagnostics
import Fabrics
import Hardware
import Quantities
import Scenarios
import TrafficFiles

extension Resolver {
  /// A cluster whose devices have adapters of their own, built once so that what is wrong is said with its place.
  func networkShape(
    _ scenario: Scenario, node: NodeEntry?, device: Accelerator
  ) throws(Diagnostics) -> ClusterShape {
    let cluster = scenario.cluster
    let fabric = cluster.fabric
    let perNode = cluster.acceleratorsPerNode
    let adapters = fabric.nics ?? perNode
    var adapter = interNodeLink(fabric, node, device, perNode)
    // The catalogue's figures are of a whole node.
    if fabric.nic == nil { adapter.bandwidth = adapter.bandwidth * (1 / Double(adapters)) }
    let hostLink = LinkClass(
      name: "PCIe", bandwidth: cluster.hostLink ?? device.hostLink, latency: NodeDefaults.pcieLatency)
    let (plan, key) = try networkPlan(scenario)
    let shape = ClusterShape(
      nodeCount: cluster.nodes, devicesPerNode: perNode, intraNode: intraNodeLink(fabric.intraNode, device),
      interNode: adapter, switchLatency: fabric.switchLatency ?? .zero,
      network: ClusterNetwork(plan, adapters: adapters, pcie: hostLink, routing: routing(fabric, perNode)))
    do throws(NetworkError) {
      _ = try shape.network?.graph(for: shape)
    } catch {
      var place = scenario.places["cluster.fabric.kind"]
      for candidate in ["routing", "nics", key] where scenario.places.contains("cluster.fabric.\(candidate)")
      {
        place = scenario.places["cluster.fabric.\(candidate)"]
      }
      throw Diagnostics(Diagnostic(.conflict("\(error)"), at: place))
    }
    return shape
  }

  /// The plan of a kind, and the key that says most of it.
  private func networkPlan(_ scenario: Scenario) throws(Diagnostics) -> (
    plan: ClusterNetwork.Plan, key: String
  ) {
    let fabric = scenario.cluster.fabric
    let ratio = fabric.oversubscription ?? 1
    switch fabric.kind {
    case .leafSpine:
      return (
        .leafSpine(radix: fabric.leafRadix ?? NodeDefaults.leafRadix, oversubscription: ratio), "leaf_radix"
      )
    case .railOptimized:
      return (.railOptimized(radix: fabric.leafRadix, oversubscription: ratio), "leaf_radix")
    case .dragonfly:
      let plan = ClusterNetwork.Plan.dragonfly(
        groups: fabric.groups, routers: fabric.routersPerGroup, hosts: fabric.hostsPerRouter)
      return (plan, "groups")
    case .hypercube: return (.hypercube, "kind")
    case .torus: return (.torus(fabric.dimensions.isEmpty ? nil : fabric.dimensions), "dimensions")
    case .mesh: return (.mesh(fabric.dimensions.isEmpty ? nil : fabric.dimensions), "dimensions")
    case .hierarchical: return (.hierarchical(fabric.levels.map { $0.level }), "levels")
    case .file:
      guard let path = fabric.file else { preconditionFailure("a file fabric has a file") }
      let (text, file) = try readBeside(path)
      return (.described(try readNetwork(text, file: file)), "file")
    case .fatTree: return (.fatTree(k: fabric.k), "k")
    case .fullMesh, .ring, .binaryTree, .torus2D, .mesh2D, .leafSwitch, .custom:
      preconditionFailure("these kinds have one port a node")
    }
  }

  private func routing(_ fabric: FabricDeclaration, _ perNode: Int) -> NetworkRouting {
    switch fabric.routing {
    case .auto: fabric.kind == .railOptimized && perNode > 1 ? .alongRails : .shortest
    case .shortest: .shortest
    case .weighted: .weighted(reference: .mebibytes(1))
    case .dimensionOrder: .dimensionOrder
    case .minimal: .minimal
    case .valiant: .valiant
    case .alongRails: .alongRails
    }
  }
}

extension LevelDeclaration {
  fileprivate var level: NetworkLevel {
    let kind: NetworkLevel.Kind =
      switch self.kind {
      case .ring: .ring
      case .fullMesh: .fullMesh
      case .leafSwitch: .star
      }
    return NetworkLevel(kind, size: size, wire: NetworkWire(bandwidth: bandwidth, latency: latency))
  }
}
