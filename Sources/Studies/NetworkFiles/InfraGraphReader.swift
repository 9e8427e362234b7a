import Diagnostics
import Documents
import Fabrics
import Quantities

/// Reads the document of an infrastructure into `InfraGraphModel`; names are looked up later.
struct InfraGraphReader {
  let findings = Findings()

  func model(_ document: DocumentNode) -> InfraGraphModel {
    var model = InfraGraphModel()
    var reader = FieldReader(document, findings)
    for key in ["name", "description", "annotations"] { _ = reader.value(key) }
    model.devices = unique(reader.list("devices") ?? [], "device") { device($0) }
    model.instances = unique(reader.list("instances") ?? [], "instance") { instance($0) }
    model.links = unique(reader.list("links") ?? [], "link") { link($0) }
    model.edges = (reader.list("edges") ?? []).compactMap { edge($0, endpoint: infrastructureEndpoint) }
    model.edges += (reader.list("connections") ?? []).compactMap { connection($0, words: 9) }
    reader.finish()
    return model
  }

  /// What is read of each node; two of one name are reported.
  private func unique<Item>(
    _ nodes: [DocumentNode], _ kind: String, _ read: (DocumentNode) -> (String, Item)?
  ) -> [Item] {
    var seen: Set<String> = []
    return nodes.compactMap { node in
      guard let (name, item) = read(node) else { return nil }
      if !seen.insert(name).inserted {
        findings.diagnostics.report(.conflict("two \(kind)s are named '\(name)'"), at: node.location)
      }
      return item
    }
  }

  private func device(_ node: DocumentNode) -> (String, InfraGraphDevice)? {
    var reader = FieldReader(node, findings)
    _ = reader.value("description")
    guard let name = name(&reader) else { return nil }
    var device = InfraGraphDevice(name: name, location: node.location)
    device.components = unique(reader.list("components") ?? [], "component") { component($0) }
    device.links = unique(reader.list("links") ?? [], "link") { link($0) }
    device.edges = (reader.list("edges") ?? []).compactMap { edge($0, endpoint: deviceEndpoint) }
    device.edges += (reader.list("connections") ?? []).compactMap { connection($0, words: 5) }
    reader.finish()
    return (name, device)
  }

  private func component(_ node: DocumentNode) -> (String, InfraGraphComponent)? {
    var reader = FieldReader(node, findings)
    // Older documents say `type` for `choice`, and which parts cables may reach from outside.
    for key in ["description", "external"] { _ = reader.value(key) }
    for kind in InfraGraphComponent.Kind.allCases { _ = reader.value(kind.rawValue) }
    let name = name(&reader)
    let count = reader.integer("count", 1...NetworkGraph.largestCount) ?? 1
    let key = node["choice"] == nil && node["type"] != nil ? "type" : "choice"
    let kind = reader.choice(key, InfraGraphComponent.Kind.self)
    if reader.lacks(key) { reader.missing(key) }
    reader.finish()
    guard let name, let kind else { return nil }
    return (name, InfraGraphComponent(name: name, count: count, kind: kind, location: node.location))
  }

  private func instance(_ node: DocumentNode) -> (String, InfraGraphInstance)? {
    var reader = FieldReader(node, findings)
    _ = reader.value("description")
    let name = name(&reader)
    let device = reader.text("device")
    if reader.lacks("device") { reader.missing("device") }
    let count = reader.integer("count", 1...NetworkGraph.largestCount) ?? 1
    reader.finish()
    guard let name, let device else { return nil }
    let location = node["device"]?.location ?? node.location
    return (name, InfraGraphInstance(name: name, device: device, count: count, location: location))
  }

  /// A name that can stand in a path.
  private func name(_ reader: inout FieldReader) -> String? {
    if reader.lacks("name") { reader.missing("name") }
    guard let name = reader.text("name") else { return nil }
    if !name.isEmpty && !name.contains(where: { ".[]".contains($0) }) { return name }
    reader.report(
      .malformed(reason: "'\(name)' cannot be named in an edge"), reader.node["name"] ?? reader.node,
      mend: "use a name without dots and brackets")
    return nil
  }

  private func link(_ node: DocumentNode) -> (String, InfraGraphLink)? {
    var reader = FieldReader(node, findings)
    _ = reader.value("description")
    let name = name(&reader)
    // Older documents have bandwidth and latency beside the name.
    var physical = reader.child("physical") ?? reader
    let wire = wire(&physical)
    if reader.lacks("physical") { for key in ["bandwidth", "latency"] { _ = reader.value(key) } }
    if !reader.lacks("physical") { physical.finish() }
    reader.finish()
    return name.map { ($0, InfraGraphLink(name: $0, wire: wire)) }
  }

  private func wire(_ reader: inout FieldReader) -> NetworkWire? {
    let bandwidth = reader.child("bandwidth").flatMap { value($0, Self.bandwidthUnits, 1e-6...1e9) }
    let latency = reader.child("latency").flatMap { value($0, Self.latencyUnits, 0...3.6e12) }
    guard let bandwidth else { return nil }
    return NetworkWire(
      bandwidth: Bandwidth(bytesPerSecond: bandwidth), latency: SimDuration(seconds: latency ?? 0))
  }

  private static let bandwidthUnits: [(key: String, scale: Double)] = [
    ("gigabits_per_second", 125e6), ("giga_bits_per_second", 125e6), ("g_bits_per_second", 125e6),
    ("gigabytes_per_second", 1e9), ("giga_bytes_per_second", 1e9), ("g_bytes_per_second", 1e9),
  ]
  private static let latencyUnits: [(key: String, scale: Double)] = [
    ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9),
  ]

  /// The one unit that has a value, or that `choice` names.
  private func value(
    _ reader: FieldReader, _ units: [(key: String, scale: Double)], _ range: ClosedRange<Double>
  ) -> Double? {
    var reader = reader
    let choice = reader.text("choice")
    for key in ["gigatransfers_per_second", "giga_transfers_per_second", "g_transfers_per_second"] {
      if let node = reader.value(key), choice == nil || choice == key {
        reader.report(
          .unsupported("transfers per second do not say how many lanes there are"), node,
          mend: "give the bandwidth of the whole link in gigabits_per_second")
        return nil
      }
    }
    var found: Double?
    for (key, scale) in units {
      guard let number = reader.number(key, range), choice == nil || choice == key else { continue }
      if found != nil {
        reader.report(.conflict("two units have a value"), reader.node, mend: "say which in 'choice'")
      }
      found = number * scale
    }
    reader.finish()
    return found
  }
}
