import Documents
import Hardware
import Quantities

extension LinkEntry {
  /// The entry as a file of the catalogue has it; read again it is the same.
  public var document: OutputValue {
    var fields: [OutputValue.Field] = [.init("name", .string(link.name))]
    if !aliases.isEmpty { fields.append(.init("aliases", .list(aliases.map { .string($0) }))) }
    fields += [
      .init("bandwidth", .string("\(link.bandwidth.bytesPerSecond) B/s")),
      .init("latency", .string("\(link.latency.seconds) s")), .init("efficiency", .real(link.efficiency)),
    ]
    if let cost = link.messageCost {
      fields += [
        .init("message_overhead", .string("\(cost.overhead.seconds) s")),
        .init("eager_limit", .string("\(cost.eagerLimit.bytes) B")),
      ]
    }
    fields.append(.init("source", .string(source)))
    if let note { fields.append(.init("note", .string(note))) }
    return .object(fields)
  }
}
