import Documents
import Fabrics

extension NetworkSummary {
  /// A row for each host: its name, its nearest interfaces, how far they are and the rate in between.
  public var interfaceRows: [(host: String, interfaces: [String], distance: String, bytesPerSecond: Double)] {
    nearestInterfaces.map { affinity in
      (
        network.vertexNames[Int(affinity.host.index)],
        affinity.interfaces.map { network.vertexNames[Int($0.index)] }, affinity.distance.rawValue,
        affinity.bandwidth.bytesPerSecond
      )
    }
  }

  /// Nothing where the network describes no interfaces.
  var interfaceFields: [OutputValue.Field] {
    if nearestInterfaces.isEmpty { return [] }
    return [
      .init(
        "nearest_interfaces",
        .list(
          interfaceRows.map { row in
            [
              "host": .string(row.host), "interfaces": .list(row.interfaces.map { .string($0) }),
              "distance": .string(row.distance), "bytes_per_second": .real(row.bytesPerSecond),
            ]
          }))
    ]
  }
}

extension OutputValue {
  /// An object with more fields behind its own.
  func adding(_ fields: [Field]) -> OutputValue {
    guard case .object(let own) = self else { return self }
    return .object(own + fields)
  }
}
