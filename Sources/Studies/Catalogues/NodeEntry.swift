import Diagnostics
import Documents
import Quantities

/// A kind of server: which accelerators it holds and how it is joined to others.
public struct NodeEntry: Sendable, Equatable {
  public var name: String
  public var aliases: [String]
  /// Name of an accelerator of the catalogue.
  public var accelerator: String
  public var acceleratorsPerNode: Int
  public var networkPorts: Int
  /// Per port and direction.
  public var networkPortBandwidth: Bandwidth?
  /// Name of the link of the catalogue that the ports speak; nil where the server leaves it open.
  public var networkLink: String?
  public var hostMemory: ByteCount?
  public var pcieGeneration: Int?
  /// How the accelerators of the node are joined, e.g. `NVSwitch`.
  public var scaleUpTopology: String
  public var powerWatts: Double?
  public var source: String
  public var note: String?
}

extension NodeEntry: CatalogueEntry {
  static let kindName = "node"
  static let folder = "nodes"

  /// Reads one file under `nodes/`.
  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["name", "accelerator", "accelerators_per_node", "source"] where fields.lacks(key) {
      fields.missing(key)
    }
    let name = fields.text("name")
    let aliases = fields.texts("aliases")
    let accelerator = fields.text("accelerator")
    let count = fields.integer("accelerators_per_node", 1...4096)
    let ports = fields.integer("network_ports", 0...4096) ?? 0
    let portBandwidth = fields.quantity("network_port_bandwidth", .bandwidth)
    let networkLink = fields.text("network_link")
    let memory = fields.quantity("host_memory", .bytes)
    let generation = fields.integer("pcie_generation", 1...10)
    let topology = fields.text("scale_up_topology") ?? ""
    let power = fields.quantity("power", .power)
    let source = fields.text("source")
    let note = fields.text("note")
    fields.finish()
    guard let name, let accelerator, let count, let source else { return nil }
    self.init(
      name: name, aliases: aliases, accelerator: accelerator, acceleratorsPerNode: count,
      networkPorts: ports, networkPortBandwidth: portBandwidth.map { Bandwidth(bytesPerSecond: $0) },
      networkLink: networkLink, hostMemory: memory.map { ByteCount(rounding: $0) },
      pcieGeneration: generation,
      scaleUpTopology: topology, powerWatts: power, source: source, note: note)
  }
}
