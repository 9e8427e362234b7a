import Diagnostics
import Documents
import Fabrics
import Quantities

/// How a dimension of ASTRA-sim's analytical network joins its NPUs.
enum AnalyticalTopology: String, CaseIterable {
  case ring = "Ring"
  case fullyConnected = "FullyConnected"
  case hub = "Switch"
}

/// Reads ASTRA-sim's analytical network: dimensions, innermost first, each a ring, a full mesh or a switch.
///
///     topology: [Ring, Switch]
///     npus_count: [4, 2]
///     bandwidth: [50.0, 25.0]     # GB/s of 2³⁰ bytes, of a link and direction
///     latency: [500.0, 1000.0]    # ns of a link
///
/// NPUs are the hosts, numbered with dimension 0 running fastest, and forward for one another. In a switch
/// dimension a message crosses two links, so the latency counts twice. A ring of two is one cable.
///
/// - Throws: all that is wrong, with line and column.
/// - Source: astra-network-analytical, congestion-aware, `MultiDimTopology.cc`.
func readAnalyticalNetwork(_ document: DocumentNode) throws(Diagnostics) -> NetworkDescription {
  let findings = Findings()
  var reader = FieldReader(document, findings)
  let kinds: [AnalyticalTopology] = reader.required(list: "topology").compactMap { node in
    guard let text = FieldReader.text(of: node, findings) else { return nil }
    if let kind = AnalyticalTopology(rawValue: text) { return kind }
    let names = AnalyticalTopology.allCases.map(\.rawValue)
    findings.diagnostics.report(
      .unknownName(kind: "topology", name: text), at: node.location,
      mend: nearestName(to: text, in: names).map { "did you mean '\($0)'?" }
        ?? "use one of \(names.joined(separator: ", "))")
    return nil
  }
  let counts: [Int] = reader.required(list: "npus_count").compactMap { node in
    guard case .integer(let count) = node.content else {
      findings.diagnostics.report(
        .wrongType(expected: "a whole number", found: node.kindName), at: node.location)
      return nil
    }
    if (2...Int64(NetworkGraph.largestCount)).contains(count) { return Int(count) }
    findings.diagnostics.report(
      .outOfRange(value: "\(count)", allowed: "2 to \(NetworkGraph.largestCount)"), at: node.location)
    return nil
  }
  let rates = reader.required(list: "bandwidth").compactMap {
    FieldReader.number(of: $0, 1e-6...1e9, findings)
  }
  let latencies = reader.required(list: "latency").compactMap {
    FieldReader.number(of: $0, 0...1e12, findings)
  }
  reader.finish()
  try findings.diagnostics.throwIfAny()
  let lengths = [("npus_count", counts.count), ("bandwidth", rates.count), ("latency", latencies.count)]
  for (key, count) in lengths where count != kinds.count {
    findings.diagnostics.report(
      .conflict("\(key) has \(count) values, topology \(kinds.count)"),
      at: document[key]?.location ?? document.location)
  }
  if kinds.isEmpty {
    reader.report(.malformed(reason: "the network has no dimension"), document["topology"] ?? document)
  }
  try findings.diagnostics.throwIfAny()
  let dimensions = kinds.indices.map { index in
    AnalyticalDimension(
      kind: kinds[index], count: counts[index],
      wire: NetworkWire(
        bandwidth: Bandwidth(bytesPerSecond: rates[index] * 0x1p30),
        latency: SimDuration(seconds: latencies[index] * 1e-9)))
  }
  return try compose(dimensions, at: document.location)
}

extension FieldReader {
  fileprivate mutating func required(list key: String) -> [DocumentNode] {
    if lacks(key) { missing(key) }
    return list(key) ?? []
  }
}

/// One dimension: how many NPUs stand in it, and the links that join them.
struct AnalyticalDimension {
  var kind: AnalyticalTopology
  var count: Int
  var wire: NetworkWire

  /// Cables of one group.
  var cableCount: Int {
    switch kind {
    case .ring: count == 2 ? 1 : count
    case .fullyConnected: count * (count - 1) / 2
    case .hub: count
    }
  }
}

/// The product of dimensions: along each, the NPUs that differ in that coordinate alone form a group.
///
/// - Throws: a network beyond the limit.
private func compose(
  _ dimensions: [AnalyticalDimension], at location: SourceLocation
) throws(Diagnostics) -> NetworkDescription {
  let limit = NetworkGraph.largestCount
  var hostCount = 1
  for dimension in dimensions {
    hostCount = hostCount.multipliedReportingOverflow(by: dimension.count).partialValue
    guard hostCount <= limit, dimension.count <= limit else { throw tooLarge(limit, at: location) }
  }
  var linkCount = 0
  for dimension in dimensions {
    let cables = (hostCount / dimension.count).multipliedReportingOverflow(by: dimension.cableCount)
    guard !cables.overflow, cables.partialValue <= (limit - linkCount) / 2 else {
      throw tooLarge(limit, at: location)
    }
    linkCount += 2 * cables.partialValue
  }
  var network = NetworkDescription("ASTRA-sim network")
  for host in 0..<hostCount { _ = network.addHost("NPU \(host)") }
  var stride = 1
  for (number, dimension) in dimensions.enumerated() {
    let span = stride * dimension.count
    var group = 0
    for first in 0..<hostCount where first / stride % dimension.count == 0 {
      let members = (0..<dimension.count).map { NetworkDescription.Place.host(first + $0 * stride) }
      network.join(members, dimension, "dimension \(number) switch \(group)")
      group += 1
    }
    stride = span
  }
  network.hostsForward = true
  return network
}

private func tooLarge(_ limit: Int, at location: SourceLocation) -> Diagnostics {
  Diagnostics(Diagnostic(.tooLarge(what: "number of NPUs or links", limit: limit), at: location))
}

extension NetworkDescription {
  fileprivate mutating func join(_ members: [Place], _ dimension: AnalyticalDimension, _ name: String) {
    switch dimension.kind {
    case .ring:
      for index in 0..<(members.count == 2 ? 1 : members.count) {
        join(members[index], members[(index + 1) % members.count], dimension.wire)
      }
    case .fullyConnected:
      for (index, member) in members.enumerated() {
        for other in members[(index + 1)...] { join(member, other, dimension.wire) }
      }
    case .hub:
      let hub = addSwitch(name, .networkSwitch)
      for member in members { join(member, hub, dimension.wire) }
    }
  }
}
