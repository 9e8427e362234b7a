import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities

/// Reads a network from lines `a,b,bandwidth,latency`, each a link from a to b in that direction alone.
///
///     from,to,bandwidth,latency
///     host 0,switch 0,100 Gb/s,1 us
///
/// The header may be left out. Bandwidths and latencies carry units.
///
/// - Throws: every line that cannot be read, with its line and column.
public func readEdges(_ text: String, file: String) throws(Diagnostics) -> NetworkGraph {
  var findings = Diagnostics()
  var edges: [NetworkEdge] = []
  var lines = DelimitedText(text, file: file, separator: ",").lines[...]
  if let first = lines.first, first.last?.text == "latency" { lines.removeFirst() }
  for fields in lines {
    guard fields.count == 4 else {
      findings.report(
        .malformed(reason: "a link has 4 fields, not \(fields.count)"), at: fields[0].location,
        mend: "write from,to,bandwidth,latency, such as a,b,100 Gb/s,1 us")
      continue
    }
    for field in fields[..<2] where field.text.isEmpty {
      findings.report(.malformed(reason: "a link needs both its ends"), at: field.location)
    }
    if fields[0].text == fields[1].text {
      findings.report(
        .conflict("a link joins '\(fields[0].text)' to itself"), at: fields[1].location)
    }
    let bandwidth = fields[2].quantity(.bandwidth, &findings)
    let latency = fields[3].quantity(.duration, zeroAllowed: true, &findings)
    if let bandwidth, let latency {
      if latency > 3600 {
        findings.report(.outOfRange(value: fields[3].text, allowed: "at most 1 h"), at: fields[3].location)
        continue
      }
      edges.append(
        NetworkEdge(
          from: fields[0].text, to: fields[1].text,
          wire: NetworkWire(
            bandwidth: Bandwidth(bytesPerSecond: bandwidth), latency: SimDuration(seconds: latency))))
    }
  }
  if lines.isEmpty {
    findings.report(.malformed(reason: "the file lists no links"), at: SourceLocation(file: file))
  }
  try findings.throwIfAny()
  // Edges carry their own rates: the common one is not used.
  return try build(.edges(edges), edges[0].wire, .zero, at: SourceLocation(file: file))
}

/// Builds a network, or says where its description stands.
func build(
  _ shape: NetworkShape, _ wire: NetworkWire, _ switchLatency: SimDuration, at location: SourceLocation
) throws(Diagnostics) -> NetworkGraph {
  do {
    return try NetworkGraph(shape, wire: wire, switchLatency: switchLatency)
  } catch {
    throw Diagnostics(Diagnostic(.conflict("\(error)"), at: location))
  }
}

/// Builds a described network, or says where its description stands.
func build(
  _ description: NetworkDescription, at location: SourceLocation
) throws(Diagnostics) -> NetworkGraph {
  do {
    return try NetworkGraph(description)
  } catch {
    throw Diagnostics(Diagnostic(.conflict("\(error)"), at: location))
  }
}
