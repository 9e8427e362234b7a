import Diagnostics
import Fabrics
import Quantities
import XMLDocuments

/// Reads the topology of a node as NCCL writes it (`NCCL_TOPO_DUMP_FILE`) and reads it (`NCCL_TOPO_FILE`).
///
///     <system version="1">
///       <cpu numaid="0" arch="x86_64" vendor="AuthenticAMD" familyid="25" modelid="1">
///         <pci busid="0000:01:00.0" class="0x060400" link_speed="16.0 GT/s PCIe" link_width="16">
///           <pci busid="0000:02:00.0" class="0x030200" link_speed="16.0 GT/s PCIe" link_width="16">
///             <gpu dev="0" sm="80" rank="0"><nvlink target="…" count="12" tclass="0x068000"/></gpu>
///
/// GPUs are the hosts, in the order of `dev`. Processors, PCIe switches, the PCIe function of every GPU, network
/// cards and their ports are vertices; all NVSwitches are one, as NCCL counts them, and the NVLinks between two
/// ends one link of their summed rate. Rates are NCCL's; only ports have a latency.
///
/// - Throws: all that is wrong, with line and column.
/// - Source: NVIDIA, nccl, `src/graph/topo.cc` and `xml.cc`, 2.27.
func readNCCLTopology(_ system: MarkupElement) throws(Diagnostics) -> NetworkDescription {
  var findings = Diagnostics()
  if system.name == "graphs" {
    findings.report(
      .unsupported("a graph of NCCL says which channels run, not how the node is wired"), at: system.location,
      mend: "give the topology, written with NCCL_TOPO_DUMP_FILE")
    throw findings
  }
  guard system.name == "system" else {
    findings.report(
      .malformed(reason: "expected <system>, the topology of NCCL, found <\(system.name)>"),
      at: system.location)
    throw findings
  }
  if let version = system.required("version", &findings), version.value != "1" {
    findings.report(.unsupported("version \(version.quoted) is not read"), at: version.location)
  }
  var reader = NCCLTopologyReader(system, findings)
  return try reader.network(of: system)
}

/// Puts the tree of a topology down as vertices and links.
struct NCCLTopologyReader {
  var findings: Diagnostics
  var network = NetworkDescription("NCCL topology")
  /// GPUs by the digits of their bus address.
  var gpus: [String: GPU] = [:]
  /// Their elements in the order of hosts.
  var order: [GPU] = []
  var bridges: [String: NetworkDescription.Place] = [:]
  private var processors: [(place: NetworkDescription.Place, rate: Bandwidth)] = []
  private var names: Set<String> = []

  struct GPU {
    var address: String
    var element: MarkupElement
    var place = NetworkDescription.Place.host(0)
    var processor = NetworkDescription.Place.host(0)
  }

  init(_ system: MarkupElement, _ findings: Diagnostics) { self.findings = findings }

  mutating func network(of system: MarkupElement) throws(Diagnostics) -> NetworkDescription {
    findGPUs(system)
    for element in system.children {
      if element.name == "cpu" { addProcessor(element) } else { refuse(element, inside: "system", ["cpu"]) }
    }
    checkOneHost(system)
    for (index, from) in processors.enumerated() {
      for (other, to) in processors.enumerated() where other != index {
        network.add(from: from.place, to: to.place, NetworkWire(bandwidth: from.rate, latency: .zero))
      }
    }
    addGPULinks()
    addBridgeLinks(system)
    if network.hosts.isEmpty {
      findings.report(.malformed(reason: "the topology has no GPU"), at: system.location)
    }
    try findings.throwIfAny()
    network.nodeSizes = [network.hosts.count]
    return network
  }

  private mutating func checkOneHost(_ system: MarkupElement) {
    var first: String?
    for cpu in system.children(named: "cpu") {
      guard let hash = cpu["host_hash"] else { continue }
      if let first, first != hash.value {
        findings.report(
          .unsupported("processors of several hosts are not read"), at: hash.location,
          mend: "give the topology of one node")
        return
      }
      first = hash.value
    }
  }

  private mutating func addProcessor(_ element: MarkupElement) {
    element.refuseNearMisses(of: ["numaid", "arch", "vendor", "familyid", "modelid"], &findings)
    guard element.required("numaid", &findings) != nil,
      let number = element.integer("numaid", -1...1 << 20, &findings)
    else { return }
    let place = addSwitch("CPU \(number)", .processor, element)
    if let kind = processor(element) { processors.append((place, NCCLRates.interProcessor(kind))) }
    for child in element.children {
      switch child.name {
      case "pci": addFunction(child, below: place, processor: place, sibling: nil)
      case "nic":
        let card = addSwitch("NIC of CPU \(number)", .card, child)
        network.join(card, place, NetworkWire(bandwidth: NCCLRates.local, latency: .zero))
        addPorts(child, of: card)
      default: refuse(child, inside: "cpu", ["pci", "nic"])
      }
    }
  }

  private mutating func processor(_ element: MarkupElement) -> NCCLProcessor? {
    guard let arch = element.required("arch", &findings) else { return nil }
    switch arch.value {
    case "arm64": return .arm
    case "ppc64": return .power
    case "x86_64": break
    default:
      findings.report(
        .unknownName(kind: "architecture", name: arch.value), at: arch.location,
        mend: "use x86_64, arm64 or ppc64")
      return nil
    }
    guard let vendor = element.required("vendor", &findings) else { return nil }
    let family = element.integer("familyid", 0...1 << 20, &findings) ?? 0
    let model = element.integer("modelid", 0...1 << 20, &findings) ?? 0
    switch vendor.value {
    case "GenuineIntel": return .intel(family: family, model: model)
    case "AuthenticAMD": return .amd(family: family)
    case "CentaurHauls", "  Shanghai  ": return family == 7 && model == 0x5B ? .yongfeng : .zhaoxin
    default: return .other
    }
  }

  /// A vertex with a name that no other has.
  mutating func addSwitch(
    _ name: String, _ role: NetworkDescription.Role, _ element: MarkupElement
  ) -> NetworkDescription.Place {
    if !names.insert(name).inserted {
      findings.report(.conflict("two parts are '\(name)'"), at: element.location)
    }
    return network.addSwitch(name, role)
  }

  mutating func refuse(_ element: MarkupElement, inside parent: String, _ known: [String]) {
    findings.report(
      .unsupported("<\(element.name)> is not read inside <\(parent)>"), at: element.location,
      mend: nearestName(to: element.name, in: known).map { "did you mean <\($0)>?" })
  }
}
