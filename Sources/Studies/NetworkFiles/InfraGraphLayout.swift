import Diagnostics
import Fabrics

/// The parts of a device, those of devices inside it included, numbered, with the cables between them.
struct InfraGraphLayout {
  /// Where the parts of a component lie: copies of `stride` parts from `first` on.
  struct Span {
    var first: Int
    var count: Int
    var stride: Int
    /// The device that each copy is; nil for plain parts.
    var device: String?
  }

  struct Cable: Hashable {
    var from: Int
    var to: Int
    var link: String

    /// The same whichever end comes first.
    var key: Cable { from < to ? self : Cable(from: to, to: from, link: link) }
  }

  /// Names such as `cx5.0.port.1`.
  var names: [String] = []
  var kinds: [InfraGraphComponent.Kind] = []
  var spans: [String: Span] = [:]
  var cables: [(cable: Cable, wire: NetworkWire)] = []

  var hostCount: Int { kinds.count { $0.isHost } }
}

extension InfraGraphComponent.Kind {
  var isHost: Bool { self == .xpu || self == .npu }
}

/// Pairs of parts that an edge joins, never a part with itself.
///
/// `one2one` takes the endpoints in step up to the shorter of them, `many2many` every pair, `ring` all of both in
/// a line that closes.
///
/// - Returns: nil where there are more than the limit.
func pairs(
  _ first: [Int], _ second: [Int], _ scheme: InfraGraphEdge.Scheme, limit: Int
) -> [(Int, Int)]? {
  let found: [(Int, Int)]
  switch scheme {
  case .one2one: found = Array(zip(first, second))
  case .many2many:
    let (count, overflow) = first.count.multipliedReportingOverflow(by: second.count)
    if overflow || count > limit { return nil }
    found = first.flatMap { a in second.map { (a, $0) } }
  case .ring:
    let known = Set(first)
    let line = first + second.filter { !known.contains($0) }
    found = line.indices.map { (line[$0], line[($0 + 1) % line.count]) }
  }
  return found.filter { $0 != $1 }
}
