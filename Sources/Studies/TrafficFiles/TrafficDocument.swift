import Documents
import Fabrics
import Quantities
import Traffic

/// A network's figures, for people and documents alike.
public struct NetworkSummary: Sendable {
  public var network: NetworkGraph
  public var diameter: Int
  public var bisection: BisectionBandwidth
  public var oversubscription: Double
  public var census: [LinkCensus]
  /// Of every host that a description gives network interfaces.
  public var nearestInterfaces: [InterfaceAffinity]

  /// - Throws: `NetworkError.noRoute` where two hosts are not connected.
  public init(_ network: NetworkGraph) throws(NetworkError) {
    self.network = network
    diameter = try network.diameter()
    bisection = network.bisectionBandwidth()
    oversubscription = network.oversubscription()
    census = network.linkCensus()
    nearestInterfaces = network.nearestInterfaces()
  }

  public var document: OutputValue {
    let figures: OutputValue = [
      "kind": .string(network.shape.name), "hosts": .count(network.hostCount),
      "nodes": .count(network.nodeCount), "routing": .string(network.routing.name),
      "switches": .count(network.switchCount), "links": .count(network.links.count),
      "diameter_links": .count(diameter),
      "bisection_bytes_per_second": .real(bisection.bandwidth.bytesPerSecond),
      "bisection_is_exact": .bool(bisection.isExact),
      "oversubscription": oversubscription.isFinite ? .real(oversubscription) : .null,
      "links_by_kind": .list(
        census.map { row in
          [
            "between": [.string(row.between.0.rawValue), .string(row.between.1.rawValue)],
            "links": .count(row.count), "least_bytes_per_second": .real(row.least.bytesPerSecond),
            "most_bytes_per_second": .real(row.most.bytesPerSecond),
          ]
        }),
    ]
    return figures.adding(interfaceFields)
  }
}

/// Traffic on a network and what became of it.
public struct TrafficReport: Sendable {
  public var network: NetworkGraph
  public var flows: [TrafficFlow]
  public var outcome: TrafficOutcome

  public init(network: NetworkGraph, flows: [TrafficFlow], outcome: TrafficOutcome) {
    self.network = network
    self.flows = flows
    self.outcome = outcome
  }

  public static let flowColumns = [
    "flow", "source", "destination", "bytes", "start_seconds", "end_seconds", "duration_seconds",
    "mean_bytes_per_second", "links_crossed",
  ]

  public var flowRows: [[OutputValue]] {
    flows.indices.map { index in
      let (flow, end) = (flows[index], outcome.flows[index])
      return [
        .count(index), .string(name(flow.source)), .string(name(flow.target)), .real(flow.bytes),
        .real(flow.start.seconds), .real(end.end.seconds), .real(end.duration.seconds),
        end.duration > .zero ? .real(flow.bytes / end.duration.seconds) : .null, .count(end.hopCount),
      ]
    }
  }

  /// Flows with their routes, and every link that carried something.
  public var document: OutputValue {
    [
      "network": .string(network.shape.name), "makespan_seconds": .real(outcome.makespan.seconds),
      "instants": .count(outcome.instantCount),
      "fingerprint": .string(hexadecimal(outcome.fingerprint)),
      "flows": .list(zip(flowRows, outcome.flows).map(flowDocument)),
      "links": .list(
        outcome.links.filter { $0.flowCount > 0 }.map { load in
          [
            "link": .string(network.name(of: load.link)), "flows": .count(load.flowCount),
            "bytes": .real(load.bytes), "mean_utilization": .real(load.meanUtilization),
          ]
        }),
    ]
  }

  private func flowDocument(_ row: [OutputValue], _ completion: FlowCompletion) -> OutputValue {
    let route = completion.route.map { OutputValue.string(network.name(of: $0)) }
    return .object(
      zip(Self.flowColumns, row).map { .init($0, $1) } + [.init("route", .list(route))])
  }

  public var commaSeparated: String { commaSeparatedText(columns: Self.flowColumns, rows: flowRows) }

  /// A vertex's name.
  public func name(_ vertex: VertexID) -> String { network.vertexNames[Int(vertex.index)] }
}
