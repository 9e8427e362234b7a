import Catalogues
import CollectiveStudies
import Collectives
import Diagnostics
import Fabrics
import Hardware
import MemoryModels
import Quantities
import Scenarios
import StepGraphs

/// What is assumed of a node where neither the scenario nor the catalogue says.
enum NodeDefaults {
  /// α of a hop between devices of a node; NCCL's ring step over NVLink takes 3.4 µs in its Simple
  /// protocol (tuning table of NCCL 2.30).
  static let intraNodeLatency = SimDuration.microseconds(3.4)
  /// α of a hop between nodes: an RDMA write through one switch and the library's proxy, 5 µs.
  static let interNodeLatency = SimDuration.microseconds(5)
  /// Payload share of the line rate: 0.92 for 4 KiB packets with headers and flow control.
  static let networkEfficiency = 0.92
  /// From a device to an adapter under the same PCIe switch.
  static let pcieLatency = SimDuration.microseconds(1)
  /// Ports of a 51.2 Tb/s switch at 800 Gb/s.
  static let leafRadix = 64
  static let networkPerDevice = Bandwidth.gigabitsPerSecond(100)
  static let hostMemory = ByteCount.gibibytes(512)
  /// Eight channels of DDR4-3200 a socket, two sockets, at three quarters of their peak.
  static let hostMemoryBandwidth = Bandwidth.gigabytesPerSecond(300)
  static let diskCapacity = ByteCount.gigabytes(3840)
  static let diskBandwidth = Bandwidth.gigabytesPerSecond(5)
  static let hostLatency = SimDuration.microseconds(10)
  static let diskLatency = SimDuration.microseconds(100)
}

extension Resolver {
  /// The cluster that a scenario describes and its device, whatever its model.
  ///
  /// - Throws: names of devices and nodes that nothing bears, with places.
  public func machines(
    of scenario: Scenario
  ) throws(Diagnostics) -> (shape: ClusterShape, device: Accelerator) {
    let device = try fleet(scenario).networkDevice
    return (try clusterShape(scenario, node: try node(scenario), device: device), device)
  }

  func node(_ scenario: Scenario) throws(Diagnostics) -> NodeEntry? {
    guard let name = scenario.cluster.node else { return nil }
    return try catalogue.node(named: name.text, at: name.location)
  }

  /// - Throws: what is wrong with a network or its file, with places.
  func clusterShape(
    _ scenario: Scenario, node: NodeEntry?, device: Accelerator
  ) throws(Diagnostics) -> ClusterShape {
    let fabric = scenario.cluster.fabric
    if fabric.kind.topology == nil { return try networkShape(scenario, node: node, device: device) }
    let grid = fabric.rows > 0 ? GridShape(rows: fabric.rows, columns: fabric.columns) : nil
    return ClusterShape(
      nodeCount: scenario.cluster.nodes, devicesPerNode: scenario.cluster.acceleratorsPerNode,
      intraNode: intraNodeLink(fabric.intraNode, device),
      interNode: interNodeLink(fabric, node, device, scenario.cluster.acceleratorsPerNode),
      topology: fabric.kind.topology ?? .leafSwitch, grid: grid,
      wires: fabric.links.map {
        CustomWire(
          from: NodeID($0.from), to: NodeID($0.to), bandwidth: $0.bandwidth,
          latency: $0.latency, isOneWay: $0.oneWay)
      },
      switchLatency: fabric.switchLatency ?? .zero)
  }

  /// A device's link inside its node: as declared, else the vendor's figure at the efficiency of its
  /// kind of link, else the host link.
  func intraNodeLink(_ declared: IntraNodeDeclaration, _ device: Accelerator) -> LinkClass {
    let known = link(leading: device.scaleUpLink)
    let latency = declared.latency ?? known?.latency ?? NodeDefaults.intraNodeLatency
    if let bandwidth = declared.bandwidth {
      return LinkClass(name: "intra-node", bandwidth: bandwidth, latency: latency)
    }
    return LinkClass(
      name: known?.name ?? "intra-node", bandwidth: device.scaleUpBandwidth ?? device.hostLink,
      latency: latency, efficiency: known?.efficiency ?? NodeDefaults.networkEfficiency)
  }

  /// The catalogue's link that the first words of a description name, as in “NVLink 3 x12 via NVSwitch”.
  private func link(leading description: String) -> LinkClass? {
    let words = description.split(separator: " ")
    for count in stride(from: words.count, to: 0, by: -1) {
      let name = words.prefix(count).joined(separator: " ")
      if let entry = try? catalogue.link(named: name) { return entry.link }
    }
    return nil
  }

  /// A node's connection to the network: as declared, else the catalogue node's ports together, else
  /// the accelerator's typical share times their number.
  func interNodeLink(
    _ declared: FabricDeclaration, _ node: NodeEntry?, _ device: Accelerator, _ devicesPerNode: Int
  ) -> LinkClass {
    let latency = declared.nicLatency ?? NodeDefaults.interNodeLatency
    if let bandwidth = declared.nic {
      return LinkClass(name: "network", bandwidth: bandwidth, latency: latency)
    }
    let ports = node.flatMap { node in node.networkPortBandwidth.map { $0 * Double(node.networkPorts) } }
    let share = (device.scaleOutBandwidth ?? NodeDefaults.networkPerDevice) * Double(devicesPerNode)
    return LinkClass(
      name: "network", bandwidth: ports ?? share, latency: latency,
      efficiency: NodeDefaults.networkEfficiency)
  }

  func hostTiers(_ scenario: Scenario, node: NodeEntry?, fleet: DeviceFleet) -> HostTiers {
    let cluster = scenario.cluster
    let slowest = fleet.devices.map(\.hostLink).min { $0.bytesPerSecond < $1.bytesPerSecond }!
    return HostTiers(
      host: MemoryTier(
        kind: .host, capacity: cluster.hostMemory ?? node?.hostMemory ?? NodeDefaults.hostMemory,
        link: LinkClass(
          name: "host link", bandwidth: cluster.hostLink ?? slowest,
          latency: NodeDefaults.hostLatency)),
      disk: MemoryTier(
        kind: .disk, capacity: cluster.disk.capacity ?? NodeDefaults.diskCapacity,
        link: LinkClass(
          name: "disk", bandwidth: cluster.disk.bandwidth ?? NodeDefaults.diskBandwidth,
          latency: NodeDefaults.diskLatency)),
      hostMemoryBandwidth: NodeDefaults.hostMemoryBandwidth, devicesPerNode: cluster.acceleratorsPerNode)
  }

  /// The measured times of the all-reduce of gradients, where the scenario names a file of them.
  ///
  /// - Throws: a file that cannot be read, times of another collective or number of ranks, and an algorithm
  ///   chosen beside it.
  func calibration(_ scenario: Scenario) throws(Diagnostics) -> CollectiveCalibration? {
    guard let name = scenario.cluster.collectives.calibration else { return nil }
    let (text, file) = try readBeside(name)
    let calibration = try readCalibration(text, file: file)
    let place = scenario.places["cluster.collectives.calibration"]
    let (ranks, nodes) = (scenario.worldSize, scenario.cluster.nodes)
    do { try calibration.check(.allReduce, rankCount: ranks, nodeCount: nodes) } catch {
      throw Diagnostics(
        Diagnostic(
          .conflict("\(error)"), at: place,
          mend: "measure an all_reduce among \(ranks) ranks on as many nodes as the job has"))
    }
    let chosen = scenario.cluster.collectives.allReduce
    if chosen != .auto {
      throw Diagnostics(
        Diagnostic(
          .conflict("a calibration says the times, so that all_reduce: \(chosen.rawValue) would do nothing"),
          at: place, mend: "leave out one of the two"))
    }
    return calibration
  }

  /// Who chooses the algorithm that reduces gradients.
  ///
  /// The models of NCCL and RCCL have latencies of their own inside a node, so that a declared one leaves
  /// `auto` to the schedules.
  ///
  /// - Throws: a library that is not for the cluster's devices, one beside an algorithm or a calibration, which
  ///   leave it nothing to choose, and one beside a latency that it would not look at.
  func tuner(_ scenario: Scenario, cluster: ClusterShape, fleet: DeviceFleet) throws(Diagnostics)
    -> TunerName
  {
    let device = fleet.networkDevice
    let choices = scenario.cluster.collectives
    let place = scenario.places["cluster.collectives.tuner"]
    let name = choices.tuner
    let declared = scenario.cluster.fabric.intraNode.latency
    let vendors = Set(fleet.devices.map(\.vendor))
    // A vendor's library does not speak to another's devices.
    if name == .auto { return declared == nil && vendors.count == 1 ? .auto : .least }
    if name == .least { return name }
    if vendors.count > 1, [.nccl, .rccl].contains(name) {
      throw Diagnostics(
        Diagnostic(
          .conflict("\(name.label) serves one vendor's devices, and the groups have several"), at: place,
          mend: "use auto, least, open_mpi or mpich"))
    }
    let other = choices.calibration == nil ? "all_reduce: \(choices.allReduce.rawValue)" : "a calibration"
    if choices.calibration != nil || choices.allReduce != .auto {
      throw Diagnostics(
        Diagnostic(
          .conflict("\(other) leaves tuner: \(name.rawValue) nothing to choose"), at: place,
          mend: "leave out one of the two"))
    }
    if declared != nil, [.nccl, .rccl].contains(name) {
      throw Diagnostics(
        Diagnostic(
          .conflict(
            "\(name.label) has latencies of its own inside a node, so that intra_node.latency would do nothing"
          ),
          at: place, mend: "leave out one of the two, or use auto, least, open_mpi or mpich"))
    }
    if scenario.worldSize < 2 { return name }
    do throws(CollectiveError) {
      try name.check(rankCount: scenario.worldSize, cluster: cluster, device: device)
    } catch {
      throw Diagnostics(
        Diagnostic(.conflict("\(error)"), at: place, mend: "use auto, least, open_mpi or mpich"))
    }
    return name
  }

  /// The algorithm that reduces gradients; data parallelism calls no other collective, so any other
  /// choice would do nothing and is refused.
  func allReduceAlgorithm(_ scenario: Scenario) throws(Diagnostics) -> CollectiveAlgorithm {
    let choices = scenario.cluster.collectives
    let unused: [(String, CollectiveAlgorithm)] = [
      ("reduce_scatter", choices.reduceScatter), ("all_gather", choices.allGather),
      ("broadcast", choices.broadcast), ("reduce", choices.reduce), ("gather", choices.gather),
      ("scatter", choices.scatter), ("all_to_all", choices.allToAll),
    ]
    var findings = Diagnostics()
    for (key, choice) in unused where choice != .auto {
      findings.report(
        .unsupported("training calls no \(key)"),
        at: scenario.places["cluster.collectives.\(key)"], mend: "leave it out, or choose all_reduce")
    }
    try findings.throwIfAny()
    return choices.allReduce
  }
}
