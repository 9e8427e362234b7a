import Catalogues
import Collectives
import Fabrics
import Hardware
import Quantities

/// The library's view of the group that a measurement was taken on.
enum CollectiveSystem: Sendable, Equatable {
  case nccl(NCCLSystem)
  case rccl(RCCLSystem)

  /// - Throws: why the row does not say enough.
  init(
    _ measurement: CollectiveMeasurement, on device: Accelerator, in cluster: MeasuredCluster
  ) throws(SkipReason) {
    let count = measurement.deviceCount
    switch measurement.library {
    case let name where name.hasPrefix("NCCL"):
      let system = NCCLSystem.derived(
        from: cluster.shape, device: device, portCount: cluster.portCount,
        hasCollNet: measurement.algorithm.contains("SHARP"))
      guard let system else { throw .group(library: "NCCL", count, device.name) }
      self = .nccl(system)
    case let name where name.hasPrefix("RCCL"):
      guard let system = RCCLSystem.derived(from: cluster.shape, device: device) else {
        throw .group(library: "RCCL", count, device.name)
      }
      self = .rccl(system)
    default: throw .library(measurement.library)
    }
  }
}

/// The cluster that a measurement states.
struct MeasuredCluster: Equatable {
  var shape: ClusterShape
  /// A node's ports; nil on one node.
  var portCount: Int?

  /// Name of the link that decides: between nodes where there are several, inside otherwise.
  var link: String { shape.nodeCount > 1 ? shape.interNode.name : shape.intraNode.name }

  /// Links inside and between nodes by the words of the row; a row without words for its network takes that of
  /// the system it names, by the system's public specification.
  ///
  /// - Throws: `link` where no link of the catalogue is meant, `unstatedNetwork` where the row says itself that
  ///   the network is not stated or names no system, `nodeCount` where devices do not fill their nodes.
  init(_ measurement: CollectiveMeasurement, of device: Accelerator, _ catalogue: Catalogue)
    throws(SkipReason)
  {
    let nodes = measurement.nodeCount ?? 1
    guard measurement.deviceCount % nodes == 0 else { throw .nodeCount }
    let inside = try LinkText(text: measurement.intraLink, catalogue: catalogue).intraNode(of: device)
    var between = inside
    if nodes > 1, measurement.interLink.isEmpty {
      guard !measurement.notes.contains("not stated"),
        let ports = SystemText(text: measurement.hardware, catalogue: catalogue).ports
      else { throw .unstatedNetwork }
      between = ports.link
      portCount = ports.count
    } else if nodes > 1 {
      let text = LinkText(text: measurement.interLink, catalogue: catalogue)
      between = try text.interNode()
      portCount = text.portCount
    }
    shape = ClusterShape(
      nodeCount: nodes, devicesPerNode: measurement.deviceCount / nodes, intraNode: inside,
      interNode: between)
  }
}
