import Diagnostics
import Documents
import Fabrics

/// Reads an InfraGraph infrastructure: devices of components, instances of devices, edges between both.
///
///     devices:
///       - name: server
///         components: [{name: xpu, count: 2, choice: xpu}, {name: nic, count: 2, choice: nic}]
///         links: [{name: pcie, physical: {bandwidth: {gigabytes_per_second: 24}}}]
///         edges: [{ep1: {component: xpu}, ep2: {component: nic}, scheme: one2one, link: pcie}]
///     instances: [{name: host, device: server, count: 4}, …]
///     links: […]
///     edges: [{ep1: {instance: "host[0:4]", component: nic}, ep2: …, scheme: one2one, link: eth}]
///
/// Accelerators (`xpu`) are the hosts; every instance that holds some is a node. Links carry their bandwidth each
/// way. Two edges that join the same parts by the same link are one cable.
///
/// - Throws: all that is wrong with the document, else all that is wrong with its names.
/// - Source: Keysight, infragraph, OpenAPI schema 2.4 and `infragraph_service.py`.
func readInfraGraph(_ document: DocumentNode) throws(Diagnostics) -> NetworkDescription {
  let reader = InfraGraphReader()
  let model = reader.model(document)
  try reader.findings.diagnostics.throwIfAny()
  var expansion = InfraGraphExpansion(model)
  let network = expansion.network()
  if expansion.findings.isEmpty && network.hosts.isEmpty {
    expansion.findings.report(
      .malformed(reason: "no instance holds an accelerator"),
      at: document["instances"]?.location ?? document.location,
      mend: "give a device a component with choice: xpu")
  }
  try expansion.findings.throwIfAny()
  return network
}

/// Puts copies of devices side by side and joins their parts.
struct InfraGraphExpansion {
  let model: InfraGraphModel
  var findings = Diagnostics()
  private(set) var layouts: [String: InfraGraphLayout] = [:]
  private var open: [String] = []
  private var unusable: Set<String> = []
  /// Devices that cannot be laid out, so that each is reported once.
  private var unsound: Set<String> = []

  init(_ model: InfraGraphModel) { self.model = model }

  mutating func network() -> NetworkDescription {
    var network = NetworkDescription("InfraGraph infrastructure")
    var places: [NetworkDescription.Place] = []
    var spans: [String: InfraGraphLayout.Span] = [:]
    for instance in model.instances {
      guard let layout = layout(of: instance.device, at: instance.location) else { continue }
      guard places.count + instance.count * layout.names.count <= NetworkGraph.largestCount else {
        refuseSize(at: instance.location)
        return network
      }
      spans[instance.name] = InfraGraphLayout.Span(
        first: places.count, count: instance.count, stride: layout.names.count, device: instance.device)
      for copy in 0..<instance.count {
        add(layout, "\(instance.name).\(copy)", to: &network, &places)
      }
    }
    join(spans, places, &network)
    return network
  }

  private mutating func add(
    _ layout: InfraGraphLayout, _ prefix: String, to network: inout NetworkDescription,
    _ places: inout [NetworkDescription.Place]
  ) {
    let base = places.count
    let isNode = layout.hostCount > 0
    for (name, kind) in zip(layout.names, layout.kinds) {
      let name = "\(prefix).\(name)"
      places.append(
        kind.isHost ? network.addHost(name) : network.addSwitch(name, isNode ? kind.role : .networkSwitch))
    }
    for (cable, wire) in layout.cables {
      network.join(places[base + cable.from], places[base + cable.to], wire)
    }
    if isNode { network.nodeSizes.append(layout.hostCount) }
  }

  private mutating func join(
    _ spans: [String: InfraGraphLayout.Span], _ places: [NetworkDescription.Place],
    _ network: inout NetworkDescription
  ) {
    var seen: Set<InfraGraphLayout.Cable> = []
    for edge in model.edges {
      guard let wire = wire(edge, model.links),
        let first = parts(edge.first, in: spans, of: "instance"),
        let second = parts(edge.second, in: spans, of: "instance")
      else { continue }
      let room = (NetworkGraph.largestCount - network.edges.count) / 2
      guard let pairs = pairs(first, second, edge.scheme, limit: room), pairs.count <= room else {
        refuseSize(at: edge.first.location)
        return
      }
      for (a, b) in pairs {
        let cable = InfraGraphLayout.Cable(from: a, to: b, link: edge.link)
        if seen.insert(cable.key).inserted { network.join(places[a], places[b], wire) }
      }
    }
  }

  /// The parts of a device; nil, once reported, where it cannot be laid out.
  private mutating func layout(of name: String, at location: SourceLocation) -> InfraGraphLayout? {
    if let known = layouts[name] { return known }
    if unsound.contains(name) { return nil }
    guard let device = model.devices.first(where: { $0.name == name }) else {
      let nearest = nearestName(to: name, in: model.devices.map(\.name))
      findings.report(
        .unknownName(kind: "device", name: name), at: location, mend: nearest.map { "did you mean '\($0)'?" })
      return nil
    }
    if open.contains(name) || open.count >= 16 {
      findings.report(.conflict("device '\(name)' holds itself, or devices nest too deep"), at: location)
      return nil
    }
    open.append(name)
    defer { open.removeLast() }
    var layout = InfraGraphLayout()
    guard device.components.allSatisfy({ add($0, to: &layout) }), join(device, &layout) else {
      unsound.insert(name)
      return nil
    }
    layouts[name] = layout
    return layout
  }

  private mutating func add(_ component: InfraGraphComponent, to layout: inout InfraGraphLayout) -> Bool {
    var inner = InfraGraphLayout()
    if component.kind == .device {
      guard let nested = self.layout(of: component.name, at: component.location) else { return false }
      inner = nested
    } else {
      inner.names = [""]
      inner.kinds = [component.kind]
    }
    let first = layout.names.count
    guard first + component.count * inner.names.count <= NetworkGraph.largestCount,
      layout.cables.count + component.count * inner.cables.count <= NetworkGraph.largestCount
    else {
      refuseSize(at: component.location)
      return false
    }
    layout.spans[component.name] = InfraGraphLayout.Span(
      first: first, count: component.count, stride: inner.names.count,
      device: component.kind == .device ? component.name : nil)
    for copy in 0..<component.count {
      let base = layout.names.count
      layout.names += inner.names.map { "\(component.name).\(copy)" + ($0.isEmpty ? "" : ".\($0)") }
      layout.kinds += inner.kinds
      for (cable, wire) in inner.cables {
        let moved = InfraGraphLayout.Cable(from: base + cable.from, to: base + cable.to, link: cable.link)
        layout.cables.append((moved, wire))
      }
    }
    return true
  }

  private mutating func join(_ device: InfraGraphDevice, _ layout: inout InfraGraphLayout) -> Bool {
    var seen: Set<InfraGraphLayout.Cable> = []
    var isSound = true
    for edge in device.edges {
      guard let wire = wire(edge, device.links),
        let first = parts(edge.first, in: layout.spans, of: "component"),
        let second = parts(edge.second, in: layout.spans, of: "component")
      else {
        isSound = false
        continue
      }
      let room = NetworkGraph.largestCount - layout.cables.count
      guard let pairs = pairs(first, second, edge.scheme, limit: room), pairs.count <= room else {
        refuseSize(at: edge.first.location)
        return false
      }
      for (a, b) in pairs {
        let cable = InfraGraphLayout.Cable(from: a, to: b, link: edge.link)
        if seen.insert(cable.key).inserted { layout.cables.append((cable, wire)) }
      }
    }
    return isSound
  }

  private mutating func wire(_ edge: InfraGraphEdge, _ links: [InfraGraphLink]) -> NetworkWire? {
    guard let link = links.first(where: { $0.name == edge.link }) else {
      findings.report(
        .unknownName(kind: "link", name: edge.link), at: edge.linkLocation,
        mend: nearestName(to: edge.link, in: links.map(\.name)).map { "did you mean '\($0)'?" })
      return nil
    }
    if link.wire == nil, unusable.insert(link.name).inserted {
      findings.report(
        .malformed(reason: "link '\(link.name)' has no bandwidth"), at: edge.linkLocation,
        mend: "give it physical: {bandwidth: {gigabits_per_second: 100}}")
    }
    return link.wire
  }

  private mutating func refuseSize(at location: SourceLocation) {
    findings.report(
      .tooLarge(what: "number of parts or cables", limit: NetworkGraph.largestCount), at: location)
  }
}
