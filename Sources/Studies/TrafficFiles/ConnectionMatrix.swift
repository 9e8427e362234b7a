import Diagnostics
import Fabrics
import NetworkFiles
import Quantities
import Traffic

/// Reads flows from an htsim connection matrix.
///
///     Nodes 16
///     Connections 2
///     0->5 id 1 start 0 size 1000000
///     3->5 start 2000000 size 500000
///
/// `start` is in picoseconds and `size` in bytes. Triggers, failures and priorities change when or how
/// flows run; they are refused rather than left out.
///
/// - Source: the connection matrix of htsim (Broadcom, csg-htsim), as its `ConnectionMatrix` reads it.
func readConnectionMatrix(
  _ words: DelimitedText, file: String, on network: NetworkGraph
) throws(Diagnostics) -> [TrafficFlow] {
  var reader = ConnectionMatrixReader(hosts: HostNames(network))
  for fields in words.lines { reader.read(fields) }
  let counts = reader.counts
  if let (stated, field) = counts["Nodes"], stated != network.hostCount {
    reader.findings.report(
      .conflict("the matrix is for \(stated) nodes, the network has \(network.hostCount) hosts"),
      at: field.location)
  }
  if let (stated, field) = counts["Connections"] {
    let found = reader.connectionCount
    if stated != found {
      reader.findings.report(
        .conflict("the header promises \(stated) connections, the file has \(found)"), at: field.location)
    }
  } else {
    reader.findings.report(.missingKey("Connections"), at: SourceLocation(file: file, line: 1, column: 1))
  }
  try reader.findings.throwIfAny()
  return reader.flows
}

private struct ConnectionMatrixReader {
  let hosts: HostNames
  var findings = Diagnostics()
  var flows: [TrafficFlow] = []
  var connectionCount = 0
  var counts: [String: (Int, DelimitedText.Field)] = [:]

  mutating func read(_ fields: [DelimitedText.Field]) {
    let first = fields[0]
    switch first.text {
    case "Nodes", "Connections", "Triggers", "Failures":
      guard fields.count == 2, let count = Int(fields[1].text), count >= 0 else {
        findings.report(
          .malformed(reason: "\(first.text) is followed by one count"), at: first.location)
        return
      }
      if counts[first.text] != nil { findings.report(.duplicateKey(first.text), at: first.location) }
      counts[first.text] = (count, fields[1])
    case "trigger", "failure":
      findings.report(.unsupported("a \(first.text) is not plain traffic"), at: first.location)
    default: readConnection(fields)
    }
  }

  private mutating func readConnection(_ fields: [DelimitedText.Field]) {
    connectionCount += 1
    let first = fields[0]
    let characters = Array(first.text)
    guard let arrow = characters.indices.first(where: { characters[$0...].starts(with: "->") }) else {
      findings.report(
        .malformed(reason: "expected a connection, found '\(first.text)'"), at: first.location,
        mend: "write it like 0->5 start 0 size 1000000")
      return
    }
    func part(_ text: ArraySlice<Character>, at offset: Int) -> DelimitedText.Field {
      var location = first.location
      location.column += offset
      return .init(text: String(text), location: location)
    }
    let from = part(characters[..<arrow], at: 0)
    let to = part(characters[(arrow + 2)...], at: arrow + 2)
    let source = hosts.host(from, &findings)
    let target = hosts.host(to, &findings)
    var values: [String: Double] = [:]
    for index in stride(from: 1, to: fields.count, by: 2) {
      let key = fields[index]
      guard ["id", "start", "size"].contains(key.text) else {
        findings.report(
          ["trigger", "send_done_trigger", "recv_done_trigger", "prio", "addon"].contains(key.text)
            ? .unsupported("'\(key.text)' is not plain traffic") : .unknownKey(key.text), at: key.location)
        return
      }
      guard index + 1 < fields.count else {
        findings.report(.malformed(reason: "'\(key.text)' has no value"), at: key.location)
        return
      }
      if values[key.text] != nil { findings.report(.duplicateKey(key.text), at: key.location) }
      let range: ClosedRange<Double> = key.text == "start" ? 0...8e18 : 1...1e18
      guard let value = fields[index + 1].number(range, "a count that fits the clock", &findings) else {
        return
      }
      values[key.text] = value
    }
    for key in ["start", "size"] where values[key] == nil {
      findings.report(.missingKey(key), at: first.location)
    }
    guard let source, let target, let start = values["start"], let size = values["size"] else { return }
    if source == target {
      findings.report(.conflict("a flow goes from '\(from.text)' to itself"), at: to.location)
      return
    }
    flows.append(
      TrafficFlow(
        start: .zero + SimDuration(ticks: Int64(start)), from: source, to: target, bytes: size))
  }
}
