extension Fabric {
  /// The switch that all of some devices hang on: that of their node, or the network's where one joins all
  /// nodes. Over a graph, a switch that each device has a link of its own to, the lowest of several.
  ///
  /// - Returns: nil where there is none, and for no devices.
  /// - Complexity: O(devices · links of a device).
  public func commonSwitch(of devices: some Sequence<DeviceID>) -> VertexID? {
    switch wiring {
    case .ports(let ports):
      var nodes: (first: NodeID, areOne: Bool)?
      for device in devices {
        let node = node(of: device)
        nodes = nodes.map { ($0.first, $0.areOne && $0.first == node) } ?? (node, true)
      }
      guard let nodes else { return nil }
      if nodes.areOne { return devicesPerNode > 1 ? VertexID(deviceCount + Int(nodes.first.index)) : nil }
      return ports.core.style == .singleSwitch ? VertexID(ports.coreBase) : nil
    case .graph(let routes):
      var common: [Int32]?
      for device in devices {
        var neighbours: [Int32] = []
        for link in routes.network.outgoing[Int(device.index)] {
          let vertex = links[Int(link)].to.index
          if Int(vertex) >= deviceCount { neighbours.append(vertex) }
        }
        common = common.map { known in known.filter { neighbours.contains($0) } } ?? neighbours
        if common?.isEmpty ?? true { return nil }
      }
      return common?.min().map { VertexID(Int($0)) }
    }
  }
}
