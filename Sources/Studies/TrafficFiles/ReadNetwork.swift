import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities

/// Reads a network from a file: an edge list where its name ends in `.csv`, else a YAML or JSON document.
///
///     {kind: fat_tree, k: 4, link: 100 Gb/s, latency: 1 us}
///
/// Descriptions of NCCL, ASTRA-sim, SimAI and InfraGraph are known by what they hold.
///
/// A document may also hold what happens to the network, which `readTimedNetwork` reads and this refuses.
///
/// - Throws: all that is wrong, with line and column.
public func readNetwork(_ text: String, file: String) throws(Diagnostics) -> NetworkGraph {
  let (timed, place) = try readDescription(text, file: file)
  if let place {
    throw Diagnostics(
      Diagnostic(
        .unsupported("events of a network are not simulated here"), at: place.location,
        mend: "leave them out, or use rehearse flows or rehearse collective --unfolded"))
  }
  return timed.network
}

/// Reads a network and what happens to it, under `events` and `reroute_delay` of its document.
///
/// - Throws: all that is wrong, with line and column.
public func readTimedNetwork(_ text: String, file: String) throws(Diagnostics) -> TimedNetwork {
  try readDescription(text, file: file).timed
}

/// - Returns: the network, and where its document speaks of events.
private func readDescription(
  _ text: String, file: String
) throws(Diagnostics) -> (timed: TimedNetwork, place: DocumentNode?) {
  if file.hasSuffix(".csv") { return (TimedNetwork(try readEdges(text, file: file)), nil) }
  if let network = try describedNetwork(text, file: file) {
    return (TimedNetwork(try build(network, at: SourceLocation(file: file))), nil)
  }
  let node = try parseDocument(text, file: file)
  if let network = try describedNetwork(node) {
    return (TimedNetwork(try build(network, at: node.location)), nil)
  }
  let (network, events) = try readNetwork(node)
  return (TimedNetwork(network, try events.timeline(on: network)), events.place)
}

/// Reads a network from its document.
private func readNetwork(_ node: DocumentNode) throws(Diagnostics) -> (NetworkGraph, EventList) {
  let findings = Findings()
  var reader = FieldReader(node, findings)
  let kind = reader.word("kind", NetworkKind.self, aliases: NetworkKind.aliases)
  if reader.lacks("kind") { reader.missing("kind") }
  let wire = reader.commonWire(for: kind)
  let switchLatency = reader.latency("switch_latency")
  let routing = reader.routing()
  let broken = reader.brokenCables()
  let events = reader.events()
  try findings.diagnostics.throwIfAny()
  let shape = reader.shape(kind ?? .fatTree, wire)
  reader.finish()
  try findings.diagnostics.throwIfAny()
  // Levels and sites have their own rates: the common one is not used.
  let common = wire ?? NetworkWire(bandwidth: Bandwidth(bytesPerSecond: 1), latency: .zero)
  do {
    let network = try NetworkGraph(
      shape, wire: common, switchLatency: switchLatency, routing: routing, broken: broken)
    return (network, events)
  } catch {
    // What the network would be without its rule and its breaks says which of them is at fault.
    let place: DocumentNode
    if (try? NetworkGraph(shape, wire: common)) == nil {
      place = node
    } else if (try? NetworkGraph(shape, wire: common, routing: routing)) == nil {
      place = node["routing"] ?? node
    } else {
      place = node["broken"] ?? node
    }
    throw Diagnostics(Diagnostic(.conflict("\(error)"), at: place.location))
  }
}

extension FieldReader {
  /// The rate and latency of all links without their own, the rate under `link` or `nic`.
  fileprivate mutating func commonWire(for kind: NetworkKind?) -> NetworkWire? {
    let link = quantity("link", .bandwidth)
    let nic = quantity("nic", .bandwidth)
    if let node = node["nic"], !lacks("link") {
      report(.conflict("'link' and 'nic' say the same"), node, mend: "leave one of them out")
    }
    let latency = latency()
    if lacks("link"), lacks("nic") {
      if kind?.hasOwnLinks != true { missing("link") }
      return nil
    }
    return NetworkWire(bandwidth: Bandwidth(bytesPerSecond: link ?? nic ?? 1), latency: latency)
  }

  fileprivate mutating func routing() -> NetworkRouting {
    let word = word("routing", RoutingWord.self)
    let reference = quantity("reference", .bytes)
    if let node = node["reference"], word != .weighted {
      report(.conflict("only weighted routes have a reference message"), node, mend: "leave it out")
    }
    switch word {
    case nil, .shortest: return .shortest
    case .weighted: return .weighted(reference: ByteCount(rounding: max(1, reference ?? 1_048_576)))
    case .dimensionOrder: return .dimensionOrder
    case .minimal: return .minimal
    case .valiant: return .valiant
    case .alongRails: return .alongRails
    }
  }

  fileprivate mutating func brokenCables() -> [NetworkCable] {
    (list("broken") ?? []).compactMap { item in
      guard case .sequence(let ends) = item.content, ends.count == 2 else {
        report(
          .wrongType(expected: "two names", found: item.kindName), item,
          mend: "write it like [host 0, edge 0]")
        return nil
      }
      let names = ends.compactMap { FieldReader.text(of: $0, findings) }
      return names.count == 2 ? NetworkCable(names[0], names[1]) : nil
    }
  }
}

/// Rules of routes that documents name.
private enum RoutingWord: String, CaseIterable {
  case shortest, weighted
  case dimensionOrder = "dimension_order"
  case minimal, valiant
  case alongRails = "pxn"
}
