import Diagnostics
import Fabrics
import Quantities
import XMLDocuments

extension NCCLTopologyReader {
  /// Numbers the GPUs by `dev`; those without one follow in the order of the file.
  mutating func findGPUs(_ system: MarkupElement) {
    var found: [(number: Int, GPU)] = []
    var taken: Set<Int> = []
    func visit(_ element: MarkupElement, _ findings: inout Diagnostics) {
      for child in element.children where child.name == "pci" {
        visit(child, &findings)
        let gpu = child.children(named: "gpu").first
        let isGPU = PCIFunction(class: child.text("class") ?? "") == .gpu && child.children.isEmpty
        guard isGPU || gpu != nil else { continue }
        guard let bus = child.required("busid", &findings) else { continue }
        guard let address = busDigits(bus.value) else {
          findings.report(.malformed(reason: "\(bus.quoted) is not a PCI address"), at: bus.location)
          continue
        }
        let number = gpu?.integer("dev", 0...1 << 20, &findings) ?? Int.max
        if number != .max, !taken.insert(number).inserted {
          findings.report(.conflict("two GPUs have dev \(number)"), at: (gpu ?? child).location)
        }
        found.append((number, GPU(address: address, element: gpu ?? child)))
      }
    }
    for cpu in system.children(named: "cpu") { visit(cpu, &findings) }
    for (index, entry) in found.enumerated().sorted(by: {
      ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
    }).map(\.element).enumerated() {
      var gpu = entry.1
      gpu.place = network.addHost("GPU \(entry.number == .max ? index : entry.number)")
      if gpus.updateValue(gpu, forKey: gpu.address) != nil {
        findings.report(.conflict("two GPUs have one bus address"), at: gpu.element.location)
      }
      order.append(gpu)
    }
  }

  /// A PCI function and what lies below it.
  ///
  /// - Parameter sibling: the kind of switch that `parent` is where this one may be its lower level.
  mutating func addFunction(
    _ element: MarkupElement, below parent: NetworkDescription.Place, processor: NetworkDescription.Place,
    sibling: BroadcomSwitch?
  ) {
    element.refuseNearMisses(of: ["busid", "class", "link_speed", "link_width"], &findings)
    guard let bus = element.required("busid", &findings), let kind = element.required("class", &findings),
      let rate = rate(of: element)
    else { return }
    guard let address = busDigits(bus.value) else {
      findings.report(.malformed(reason: "\(bus.quoted) is not a PCI address"), at: bus.location)
      return
    }
    let wire = NetworkWire(bandwidth: rate, latency: .zero)
    if gpus[address] != nil {
      for child in element.children.dropFirst() { refuse(child, inside: "pci", []) }
      let endpoint = addSwitch("PCI \(bus.value)", .pcieEndpoint, element)
      network.join(endpoint, parent, wire)
      gpus[address]?.processor = processor
      if let gpu = gpus[address] { network.join(gpu.place, endpoint, wire) }
      return
    }
    if let card = element.children(named: "nic").first {
      for child in element.children.dropFirst() { refuse(child, inside: "pci", []) }
      let place = addSwitch("NIC \(bus.value)", .card, element)
      network.join(place, parent, wire)
      addPorts(card, of: place)
      return
    }
    switch PCIFunction(class: kind.value) {
    case .nic: network.join(addSwitch("NIC \(bus.value)", .port, element), parent, wire)
    case .bridge, .gpu:
      addBridge(element, bus.value, address, below: parent, wire, processor: processor, sibling: sibling)
    case .nvSwitch, .processor: break  // Reached by NVLink; its PCIe function carries no traffic of jobs.
    }
  }

  private mutating func addBridge(
    _ element: MarkupElement, _ bus: String, _ address: String, below parent: NetworkDescription.Place,
    _ wire: NetworkWire, processor: NetworkDescription.Place, sibling: BroadcomSwitch?
  ) {
    var place = parent
    var next: BroadcomSwitch?
    if sibling == nil || BroadcomSwitch(element, level: 1) != sibling {
      place = addSwitch("PCI \(bus)", .pcieSwitch, element)
      network.join(place, parent, wire)
      next = BroadcomSwitch(element, level: 0)
    }
    bridges[address] = place
    for child in element.children {
      switch child.name {
      case "pci": addFunction(child, below: place, processor: processor, sibling: next)
      case "pcilink": break  // Between bridges, once all are known.
      default: refuse(child, inside: "pci", ["pci", "gpu", "nic", "pcilink"])
      }
    }
  }

  private mutating func rate(of element: MarkupElement) -> Bandwidth? {
    guard let speed = element.required("link_speed", &findings),
      element.required("link_width", &findings) != nil,
      let width = element.integer("link_width", 0...255, &findings)
    else { return nil }
    if let rate = NCCLRates.pcie(speed: speed.value, width: width) { return rate }
    findings.report(
      .unknownName(kind: "PCIe speed", name: speed.value), at: speed.location,
      mend: "write it like 16.0 GT/s PCIe; speeds are 2.5, 5, 8, 16, 32 and 64 GT/s")
    return nil
  }

  /// The ports of a network card. What is told again for other transports (`gin`, `rma`) is the same port.
  mutating func addPorts(_ card: MarkupElement, of place: NetworkDescription.Place) {
    for net in card.children {
      if ["gin", "rma"].contains(net.name) { continue }
      guard net.name == "net" else {
        refuse(net, inside: "nic", ["net"])
        continue
      }
      net.refuseNearMisses(of: ["name", "dev", "speed", "latency"], &findings)
      // A card fused into another is marked, one that NCCL may not use has no number.
      if net["net"]?.value == "0" || net["dev"] == nil { continue }
      guard let number = net.integer("dev", 0...1 << 20, &findings) else { continue }
      let speed = net.integer("speed", -1...1 << 40, &findings) ?? NCCLRates.defaultNetSpeed
      let latency = net.number("latency", 0...1e9, &findings) ?? 0
      let rate = Double(speed > 0 ? speed : NCCLRates.defaultNetSpeed) / 8000
      let port = addSwitch("net \(number) \(net.text("name") ?? "")".trimmed, .port, net)
      network.join(
        place, port,
        NetworkWire(bandwidth: .gigabytesPerSecond(rate), latency: .microseconds(latency)))
    }
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
