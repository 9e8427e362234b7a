import Documents
import Fabrics
import Quantities

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
