import Quantities

extension NetworkGraph {
  /// The network of a cluster's fabric as a graph: devices are its hosts, and links go the fabric's own ways.
  ///
  /// A fabric over a graph gives that graph. A full mesh of nodes stands as one switch, as it does in the fabric.
  ///
  /// - Parameter name: what the shape is called.
  /// - Throws: `NetworkError.badShape` for a fabric with more parts than a graph may have.
  public init(of fabric: Fabric, named name: String) throws(NetworkError) {
    if case .graph(let routes) = fabric.wiring {
      self = routes.network
      return
    }
    if fabric.vertexCount > NetworkGraph.largestCount || fabric.linkCount > NetworkGraph.largestCount {
      throw .badShape("a network of this size exceeds the limit of \(NetworkGraph.largestCount) parts")
    }
    var description = NetworkDescription(name)
    var places: [NetworkDescription.Place] = []
    for index in 0..<fabric.vertexCount {
      let vertex = fabric.vertex(VertexID(index))
      switch vertex {
      case .device: places.append(description.addHost("\(vertex)"))
      case .nodeSwitch: places.append(description.addSwitch("\(vertex)", .nodeSwitch))
      case .router, .networkSwitch, .named: places.append(description.addSwitch("\(vertex)", .networkSwitch))
      }
    }
    for link in fabric.links {
      description.add(
        from: places[Int(link.from.index)], to: places[Int(link.to.index)],
        NetworkWire(bandwidth: link.bandwidth, latency: link.latency))
    }
    if fabric.devicesPerNode > 1 {
      description.nodeSizes = Array(repeating: fabric.devicesPerNode, count: fabric.nodeCount)
    }
    try self.init(description)
  }
}
