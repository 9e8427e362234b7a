import Quantities

/// What a node has inside: devices on a switch of their own, and adapters into the network.
///
/// With `pcie`, devices and adapters sit under PCIe switches, so many devices under each, and adapters are
/// spread over the switches in turn: a device reaches the network by an adapter of its own switch. Without,
/// every device has its own adapter and is where it is.
public struct NodeInterior: Sendable, Equatable {
  public var devices: Int
  /// From a device to the node's switch (NVSwitch); nil where there is none.
  public var scaleUp: NetworkWire?
  /// From a device, and from an adapter, to their PCIe switch.
  public var pcie: NetworkWire?
  public var adapters: Int
  public var devicesPerSwitch: Int

  /// - Parameters:
  ///   - adapters: nil: one for each device.
  ///   - devicesPerSwitch: of a PCIe switch; nil: so many that each switch has an adapter.
  public init(
    devices: Int, scaleUp: NetworkWire? = nil, pcie: NetworkWire? = nil, adapters: Int? = nil,
    devicesPerSwitch: Int? = nil
  ) {
    self.devices = devices
    self.scaleUp = scaleUp
    self.pcie = pcie
    let adapters = adapters ?? devices
    self.adapters = adapters
    self.devicesPerSwitch =
      devicesPerSwitch ?? (adapters > 0 && devices > 0 ? 1 + (devices - 1) / adapters : 1)
  }

  var switches: Int { pcie == nil ? 0 : 1 + (devices - 1) / devicesPerSwitch }

  func check() throws(NetworkError) {
    for (what, count) in [
      ("devices of a node", devices), ("network adapters of a node", adapters),
      ("devices under a PCIe switch", devicesPerSwitch),
    ] {
      if count < 1 { throw .badShape("\(what) must be at least 1, not \(count)") }
      if count > 1 << 16 { throw .badShape("\(what) must be at most 65536, not \(count)") }
    }
    try scaleUp?.check("a device's link inside its node")
    try pcie?.check("a PCIe link")
    if pcie == nil {
      guard adapters == devices else {
        throw .badShape(
          "\(devices) devices share \(adapters) network adapters: say over what, with pcie")
      }
      guard devicesPerSwitch == 1 else {
        throw .badShape("\(devicesPerSwitch) devices under a PCIe switch need pcie, the rate of its links")
      }
    } else if switches > adapters {
      throw .badShape(
        "\(switches) PCIe switches of a node share \(adapters) network adapters: put more devices under each")
    }
  }
}

/// Equal nodes in a row.
public struct NodeGroup: Sendable, Equatable {
  public var count: Int
  public var inside: NodeInterior

  public init(count: Int, inside: NodeInterior) {
    self.count = count
    self.inside = inside
  }
}

extension NetworkParts {
  /// Puts nodes' adapters in the places of an outer network's hosts.
  mutating func build(_ groups: [NodeGroup], over shape: NetworkShape, _ wire: NetworkWire) {
    var outer = NetworkParts()
    outer.build(shape, wire)
    let nodes = groups.flatMap { Array(repeating: $0.inside, count: $0.count) }
    addHosts(inNodesOf: nodes.map(\.devices))
    hostsForward = outer.hostsForward
    let outerBase = addSwitches(Array(outer.names[outer.hostCount...]))
    firstInner = names.count
    // The vertex that stands in each place of the outer network.
    var places: [Int] = []
    var firstDevice = 0
    for (index, node) in nodes.enumerated() {
      let devices = firstDevice..<(firstDevice + node.devices)
      firstDevice += node.devices
      if let scaleUp = node.scaleUp, node.devices > 1 {
        let inner = addSwitches(["node \(index)"])
        for device in devices { joinInside(device, inner, scaleUp) }
      }
      guard let pcie = node.pcie else {
        places += devices
        continue
      }
      let first = addSwitches((0..<node.switches).map { "node \(index) pcie \($0)" })
      let adapter = addSwitches((0..<node.adapters).map { "node \(index) nic \($0)" })
      for (place, device) in devices.enumerated() {
        joinInside(device, first + place / node.devicesPerSwitch, pcie)
      }
      for place in 0..<node.adapters {
        joinInside(first + place * node.switches / node.adapters, adapter + place, pcie)
        places.append(adapter + place)
      }
    }
    for link in outer.links {
      let ends = [link.from, link.to].map { vertex in
        let index = Int(vertex.index)
        return index >= outer.hostCount
          ? outerBase + index - outer.hostCount : index < places.count ? places[index] : -1
      }
      if ends[0] < 0 || ends[1] < 0 { continue }
      add(
        from: ends[0], to: ends[1], NetworkWire(bandwidth: link.bandwidth, latency: link.latency), link.kind)
    }
  }
}
