import Diagnostics
import Documents
import Fabrics
import Quantities

/// Kinds of network that documents name.
enum NetworkKind: String, CaseIterable {
  case fatTree = "fat_tree"
  case leafSpine = "leaf_spine"
  case railOptimized = "rail_optimized"
  case dragonfly, hypercube, torus, mesh
  case fullMesh = "full_mesh"
  case ring
  case binaryTree = "binary_tree"
  case star = "switch"
  case hierarchical
  case wideArea = "wan"

  /// Whether every link says its own rate, so that a common one is only a default.
  var hasOwnLinks: Bool { self == .hierarchical || self == .wideArea }

  /// Other words that documents may use.
  static let aliases: [String: NetworkKind] = [
    "star": .star, "tree": .binaryTree, "fully_connected": .fullMesh, "wide_area": .wideArea,
    "clos": .leafSpine, "rail": .railOptimized,
  ]
}

extension FieldReader {
  /// One of the words of an enumeration, in any spelling.
  mutating func word<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type, aliases: [String: Choice] = [:]
  ) -> Choice? where Choice.RawValue == String {
    guard let value = value(key), let text = FieldReader.text(of: value, findings) else { return nil }
    let word = documentWord(text)
    if let choice = Choice(rawValue: word) ?? aliases[word] { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let near = nearestName(to: word, in: names).map { "did you mean '\($0)'?" }
    report(
      .unknownName(kind: key, name: text), value, mend: near ?? "use one of \(names.joined(separator: ", "))")
    return nil
  }

  mutating func required(_ key: String, _ least: Int = 1) -> Int {
    let value = integer(key, least...NetworkGraph.largestCount)
    if lacks(key) { missing(key) }
    return value ?? least
  }

  mutating func required(quantity key: String, _ dimension: Dimension) -> Double {
    let value = quantity(key, dimension)
    if lacks(key) { missing(key) }
    return value ?? 1
  }

  /// A latency of at most an hour; absent, the one given.
  mutating func latency(_ key: String = "latency", else standard: SimDuration = .zero) -> SimDuration {
    guard let node = value(key) else { return standard }
    guard let seconds = duration(node) else { return standard }
    guard seconds <= 3600 else {
      report(.outOfRange(value: "\(seconds) s", allowed: "at most 1 h"), node)
      return standard
    }
    return SimDuration(seconds: seconds)
  }

  /// Zero counts as a duration here.
  private func duration(_ node: DocumentNode) -> Double? {
    if case .string(let text) = node.content, let seconds = try? parseQuantity(text, as: .duration),
      seconds == 0
    {
      return 0
    }
    return FieldReader.quantity(of: node, .duration, findings)
  }

  /// A link with its rate under `link`, else the common one, and its latency.
  mutating func wire(common: NetworkWire?) -> NetworkWire {
    let rate = quantity("link", .bandwidth)
    if lacks("link"), common == nil { missing("link") }
    return NetworkWire(
      bandwidth: rate.map { Bandwidth(bytesPerSecond: $0) } ?? common?.bandwidth
        ?? Bandwidth(bytesPerSecond: 1),
      latency: latency(else: common?.latency ?? .zero))
  }

  mutating func oversubscription() -> Double? { number("oversubscription", 1e-3...1e3) }

  mutating func lengths() -> [Int] {
    let key = "dimensions"
    if lacks(key) { missing(key) }
    return (list(key) ?? []).map { item in
      if case .integer(let length) = item.content, (1...1 << 20).contains(length) { return Int(length) }
      report(.wrongType(expected: "a whole number above zero", found: item.kindName), item)
      return 1
    }
  }
}
