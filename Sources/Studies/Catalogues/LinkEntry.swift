import Diagnostics
import Documents
import Hardware
import Quantities

/// A kind of link of the catalogue.
public struct LinkEntry: Sendable, Equatable {
  public var link: LinkClass
  public var aliases: [String]
  public var source: String
  public var note: String?

  public var name: String { link.name }
}

extension LinkEntry: CatalogueEntry {
  static let kindName = "link"
  static let folder = "links"

  /// Reads one file under `links/`.
  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["name", "bandwidth", "latency", "source"] where fields.lacks(key) { fields.missing(key) }
    let name = fields.text("name")
    let aliases = fields.texts("aliases")
    let bandwidth = fields.quantity("bandwidth", .bandwidth)
    let latency = fields.quantity("latency", .duration)
    let efficiency = fields.number("efficiency", 0.001...1) ?? 1
    let overhead = fields.quantity("message_overhead", .duration)
    let eagerLimit = fields.quantity("eager_limit", .bytes)
    for (key, other) in [("message_overhead", "eager_limit"), ("eager_limit", "message_overhead")]
    where fields.lacks(key) && !fields.lacks(other) {
      fields.missing(key)
    }
    let source = fields.text("source")
    let note = fields.text("note")
    fields.finish()
    guard let name, let bandwidth, let latency, let source else { return nil }
    if latency > 3600 {
      fields.report(.outOfRange(value: "\(latency) s", allowed: "at most an hour"), node)
      return nil
    }
    let messageCost: MessageCost?
    if let overhead, let eagerLimit {
      guard overhead <= 1, eagerLimit <= 1e12 else {
        fields.report(
          .outOfRange(
            value: "\(overhead) s, \(eagerLimit) B", allowed: "a second and a terabyte for a message at most"),
          node)
        return nil
      }
      messageCost = MessageCost(
        overhead: SimDuration(seconds: overhead), eagerLimit: ByteCount(rounding: eagerLimit))
    } else {
      messageCost = nil
    }
    self.init(
      link: LinkClass(
        name: name, bandwidth: Bandwidth(bytesPerSecond: bandwidth), latency: SimDuration(seconds: latency),
        efficiency: efficiency, messageCost: messageCost),
      aliases: aliases, source: source, note: note)
  }
}
