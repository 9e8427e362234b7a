import Fabrics
import Hardware
import Quantities

extension LinkClass {
  /// α = 2 µs, B = 50 GB/s.
  public static let reference = LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(2))
}

extension ClusterShape {
  /// Nodes of one device each on reference links.
  public static func flat(
    _ nodeCount: Int, _ topology: TopologyKind = .fullMesh, link: LinkClass = .reference,
    wires: [CustomWire] = [], switchLatency: SimDuration = .zero
  ) -> ClusterShape {
    ClusterShape(
      nodeCount: nodeCount, devicesPerNode: 1, intraNode: link, interNode: link, topology: topology,
      wires: wires, switchLatency: switchLatency)
  }

  /// Nodes of eight devices: 400 GB/s and 1 µs inside, 50 GB/s and 5 µs per node outside.
  public static func nodesOfEight(_ nodeCount: Int, _ topology: TopologyKind = .leafSwitch) -> ClusterShape {
    ClusterShape(
      nodeCount: nodeCount, devicesPerNode: 8,
      intraNode: LinkClass(bandwidth: .gigabytesPerSecond(400), latency: .microseconds(1)),
      interNode: LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(5)),
      topology: topology)
  }
}
