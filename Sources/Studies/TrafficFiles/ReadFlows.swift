import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities
import Traffic

/// Reads flows: an htsim connection matrix where the first word is `Nodes`, else comma-separated lines.
///
///     start_seconds,source,destination,bytes,weight,rate_cap
///     0,host 0,host 5,1000000,1,10 Gb/s
///
/// Hosts go by their name or number. The header may be left out where the columns stand in this order; the
/// last two may be left out or left empty.
///
/// - Throws: all that is wrong, with line and column.
public func readFlows(
  _ text: String, file: String, on network: NetworkGraph
) throws(Diagnostics) -> [TrafficFlow] {
  let words = DelimitedText(text, file: file, separator: nil)
  if words.lines.first?.first?.text == "Nodes" {
    return try readConnectionMatrix(words, file: file, on: network)
  }
  var reader = FlowTableReader(network)
  return try reader.flows(in: DelimitedText(text, file: file, separator: ",").lines, file: file)
}

/// Hosts of a network by name, or by number where no host has that for a name.
struct HostNames {
  private var hosts: [String: Int] = [:]
  private let names: [String]

  init(_ network: NetworkGraph) {
    names = Array(network.vertexNames[..<network.hostCount])
    for (host, name) in names.enumerated() { hosts[name] = host }
  }

  func host(_ field: DelimitedText.Field, _ findings: inout Diagnostics) -> VertexID? {
    if let host = hosts[field.text] { return VertexID(host) }
    if let number = Int(field.text), names.indices.contains(number) { return VertexID(number) }
    let nearest = nearestName(to: field.text, in: Array(names.prefix(4096)))
    findings.report(
      .unknownName(kind: "host", name: field.text), at: field.location,
      mend: nearest.map { "did you mean '\($0)'?" }
        ?? "hosts are '\(names[0])' to '\(names[names.count - 1])', or 0 to \(names.count - 1)")
    return nil
  }
}

private struct FlowTableReader {
  let hosts: HostNames
  var findings = Diagnostics()
  var order = ColumnOrder(
    ["start_seconds", "source", "destination", "bytes", "weight", "rate_cap"], requiredCount: 4,
    rowName: "a flow")

  init(_ network: NetworkGraph) { hosts = HostNames(network) }

  mutating func flows(in lines: [[DelimitedText.Field]], file: String) throws(Diagnostics) -> [TrafficFlow] {
    var lines = lines[...]
    if let first = lines.first, Double(first[0].text) == nil {
      order.readHeader(first, &findings)
      try findings.throwIfAny()
      lines.removeFirst()
    }
    if lines.isEmpty {
      findings.report(.malformed(reason: "the file lists no flows"), at: SourceLocation(file: file))
    }
    var flows: [TrafficFlow] = []
    for fields in lines { if let flow = flow(fields) { flows.append(flow) } }
    try findings.throwIfAny()
    return flows
  }

  private mutating func flow(_ fields: [DelimitedText.Field]) -> TrafficFlow? {
    guard order.accepts(fields, &findings) else { return nil }
    func field(_ column: String) -> DelimitedText.Field? { order.field(column, of: fields) }
    guard let start = field("start_seconds"), let from = field("source"), let to = field("destination"),
      let size = field("bytes")
    else { return nil }
    let seconds = start.number(0...8e6, "0 to 8000000 s", &findings)
    let source = hosts.host(from, &findings)
    let target = hosts.host(to, &findings)
    let bytes = size.number(1...1e18, "1 to 10^18 bytes", &findings)
    var weight: Double? = 1
    if let field = field("weight") { weight = field.number(1e-3...1e3, "0.001 to 1000", &findings) }
    var cap: Bandwidth?
    if let field = field("rate_cap") {
      guard let rate = field.quantity(.bandwidth, &findings) else { return nil }
      cap = Bandwidth(bytesPerSecond: rate)
    }
    guard let seconds, let source, let target, let bytes, let weight else { return nil }
    if source == target {
      findings.report(.conflict("a flow goes from '\(from.text)' to itself"), at: to.location)
      return nil
    }
    return TrafficFlow(
      start: .zero + SimDuration(seconds: seconds), from: source, to: target, bytes: bytes, weight: weight,
      rateCap: cap)
  }
}
