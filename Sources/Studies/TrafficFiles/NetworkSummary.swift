import Documents
import Fabrics
import Quantities

/// A network's figures, for people and documents alike.
public struct NetworkSummary: Sendable {
  public var network: NetworkGraph
  public var diameter: Int
  public var bisection: BisectionBandwidth
  public var oversubscription: Double
  /// Of every host that a description gives network interfaces.
  public var nearestInterfaces: [InterfaceAffinity]

  /// - Throws: `NetworkError.noRoute` where two hosts are not connected.
  public init(_ network: NetworkGraph) throws(NetworkError) {
    self.network = network
    diameter = try network.diameter()
    bisection = network.bisectionBandwidth()
    oversubscription = network.oversubscription()
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
    ]
    return figures.adding(interfaceFields)
  }
}
