import Catalogues
import Documents
import Hardware
import Quantities

extension ScenarioMapping {
  /// The machines: the catalogue's device, whole nodes, and a node's bandwidth into the network.
  func cluster(
    _ measurement: Measurement, _ device: Accelerator, _ convention: RunConvention
  ) throws(SkipReason) -> OutputValue {
    let perNode = try devicesPerNode(measurement, device)
    let nodes = measurement.deviceCount / perNode
    var fields: [OutputValue.Field] = [
      .init("accelerator", accelerator(measurement, device)), .init("nodes", .count(nodes)),
      .init("accelerators_per_node", .count(perNode)),
    ]
    if nodes > 1 {
      let bandwidth = try network(measurement, device, perNode: perNode, convention)
      let text = quantityText(bandwidth.bytesPerSecond, as: .bandwidth)
      fields.append(.init("fabric", ["nic": .string(text)]))
    }
    return .object(fields)
  }

  /// The device by name, with the memory that the row states where the catalogue's is another: vendors and tables
  /// round, so by more than a twentieth.
  private func accelerator(_ measurement: Measurement, _ device: Accelerator) -> OutputValue {
    guard let stated = measurement.acceleratorMemoryGiB.map({ ByteCount(rounding: $0 * 0x1p30) }),
      (Double(stated.bytes) / Double(device.memory.bytes) - 1).magnitude > 0.05
    else { return .string(device.name) }
    let memory = quantityText(Double(stated.bytes), as: .bytes)
    return ["base": .string(device.name), "memory": .string(memory)]
  }

  /// Devices that one fast link joins.
  ///
  /// A rack of the catalogue is one node; a job takes the largest equal parts of racks, as schedulers place it:
  /// 128 devices of racks of 72 are two nodes of 64.
  private func devicesPerNode(_ measurement: Measurement, _ device: Accelerator) throws(SkipReason) -> Int {
    let count = measurement.deviceCount
    if let rack = rack(of: device),
      let largest = (1...min(count, rack.acceleratorsPerNode)).last(where: { count % $0 == 0 })
    {
      return largest
    }
    let perNode = min(count, measurement.devicesPerNode ?? count)
    if count % perNode != 0 { throw .nodeCount }
    return perNode
  }

  /// The rack that a device is built into: a node of the catalogue wider than any server.
  private func rack(of device: Accelerator) -> NodeEntry? {
    catalogue.nodes.first { $0.accelerator == device.name && $0.acceleratorsPerNode > 16 }
  }

  /// A node's bandwidth into the network: as the row says, as the rack has it for each device, or as the source's
  /// convention has it.
  private func network(
    _ measurement: Measurement, _ device: Accelerator, perNode: Int, _ convention: RunConvention
  ) throws(SkipReason) -> Bandwidth {
    if let rack = rack(of: device), let port = rack.networkPortBandwidth {
      return port * (Double(rack.networkPorts * perNode) / Double(rack.acceleratorsPerNode))
    }
    for text in [measurement.interLink, convention.network ?? ""] {
      if let rate = LinkText(text: text, catalogue: catalogue).rate { return rate }
    }
    throw measurement.interLink.isEmpty ? .unstatedNetwork : .link(measurement.interLink)
  }
}
