import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities

/// What files may say that happens.
enum EventWord: String, CaseIterable {
  case fail, degrade, recover, background
}

/// One event as a file writes it, each part with its place.
struct EventTerms {
  /// In seconds.
  var time: Double
  var word: DelimitedText.Field
  var target: DelimitedText.Field
  var value: DelimitedText.Field?
  /// In seconds.
  var until: (seconds: Double, field: DelimitedText.Field)?
}

/// Turns what files write into events on a network.
struct EventInterpreter {
  static let timeRange = 0...NetworkEvent.latestSeconds
  static let timeWords = "0 to 8000000 s"

  let network: NetworkGraph
  private var vertices: [String: Int] = [:]

  init(_ network: NetworkGraph) {
    self.network = network
    for (vertex, name) in network.vertexNames.enumerated() { vertices[name] = vertex }
  }

  func event(_ terms: EventTerms, _ findings: inout Diagnostics) -> NetworkEvent? {
    guard let word = EventWord(rawValue: documentWord(terms.word.text)) else {
      let names = EventWord.allCases.map(\.rawValue)
      let near = nearestName(to: terms.word.text, in: names).map { "did you mean '\($0)'?" }
      findings.report(
        .unknownName(kind: "event", name: terms.word.text), at: terms.word.location,
        mend: near ?? "use one of \(names.joined(separator: ", "))")
      return nil
    }
    let target = target(terms.target, &findings)
    let change = change(word, terms, &findings)
    guard let target, let change else { return nil }
    let event = NetworkEvent(at: .zero + SimDuration(seconds: terms.time), change, target)
    if let flaw = event.flaw(on: network) {
      findings.report(.conflict(flaw), at: terms.target.location, mend: mend(target))
      return nil
    }
    return event
  }

  private func change(
    _ word: EventWord, _ terms: EventTerms, _ findings: inout Diagnostics
  ) -> NetworkEvent.Change? {
    if word != .background, let until = terms.until {
      findings.report(
        .conflict("'\(word.rawValue)' has no end"), at: until.field.location,
        mend: "write a later 'recover' instead")
      return nil
    }
    switch word {
    case .fail, .recover:
      if let value = terms.value {
        findings.report(
          .conflict("'\(word.rawValue)' takes no value"), at: value.location, mend: "leave it out")
        return nil
      }
      return word == .fail ? .fail : .recover
    case .degrade:
      guard let value = value(terms, "a share such as 0.5, or a rate such as 10 Gb/s", &findings) else {
        return nil
      }
      if let share = Double(value.text) {
        if share > 0 && share <= 1 { return .slow(share: share) }
        findings.report(
          .outOfRange(value: value.text, allowed: "above 0 and at most 1"), at: value.location,
          mend: share == 0 ? "use 'fail' for a link that carries nothing" : "give a rate its unit")
        return nil
      }
      return value.quantity(.bandwidth, &findings).map { .limit(Bandwidth(bytesPerSecond: $0)) }
    case .background:
      guard let value = value(terms, "its rate, such as 10 Gb/s", &findings),
        let rate = value.quantity(.bandwidth, &findings)
      else { return nil }
      if let until = terms.until, until.seconds <= terms.time {
        findings.report(.conflict("it ends before it begins"), at: until.field.location)
        return nil
      }
      return .background(
        Bandwidth(bytesPerSecond: rate), until: terms.until.map { .zero + SimDuration(seconds: $0.seconds) })
    }
  }

  private func value(
    _ terms: EventTerms, _ wanted: String, _ findings: inout Diagnostics
  ) -> DelimitedText.Field? {
    if let value = terms.value { return value }
    findings.report(
      .conflict("'\(terms.word.text)' needs a value"), at: terms.word.location, mend: "give \(wanted)")
    return nil
  }

  // MARK: Targets

  private func target(
    _ field: DelimitedText.Field, _ findings: inout Diagnostics
  ) -> NetworkEvent.Target? {
    // A name may hold an arrow itself.
    if let vertex = vertices[field.text] { return .vertex(VertexID(vertex)) }
    for arrow in ["<->", "->"] {
      guard let (left, right) = parts(of: field, around: arrow) else { continue }
      let from = vertex(left, &findings)
      let to = vertex(right, &findings)
      guard let from, let to else { return nil }
      return arrow == "->" ? .link(from: from, to: to) : .cable(from, to)
    }
    return vertex(field, &findings).map { .vertex($0) }
  }

  /// What stands left and right of the first arrow, without the blanks around it.
  private func parts(
    of field: DelimitedText.Field, around arrow: String
  ) -> (DelimitedText.Field, DelimitedText.Field)? {
    let characters = Array(field.text)
    guard let place = characters.indices.first(where: { characters[$0...].starts(with: arrow) }) else {
      return nil
    }
    func part(_ range: Range<Int>) -> DelimitedText.Field {
      let text = characters[range]
      var location = field.location
      location.column += range.lowerBound + text.prefix { $0.isWhitespace }.count
      return .init(text: String(text).trimmingSpaces, location: location)
    }
    return (part(0..<place), part((place + arrow.count)..<characters.count))
  }

  /// By name, or a host by number where nothing has that for a name.
  private func vertex(_ field: DelimitedText.Field, _ findings: inout Diagnostics) -> VertexID? {
    if let vertex = vertices[field.text] { return VertexID(vertex) }
    if let number = Int(field.text), (0..<network.hostCount).contains(number) { return VertexID(number) }
    let nearest = nearestName(to: field.text, in: Array(network.vertexNames.prefix(4096)))
    findings.report(
      .unknownName(kind: "host or switch", name: field.text), at: field.location,
      mend: nearest.map { "did you mean '\($0)'?" }
        ?? "write a link like a -> b, a cable like a <-> b, or a host or switch by its name")
    return nil
  }

  /// Where links lead from the first end of one that is not there.
  private func mend(_ target: NetworkEvent.Target) -> String? {
    switch target {
    case .vertex: return nil
    case .link(let from, let to), .cable(let from, let to):
      if from == to { return nil }
      var names: [String] = []
      for link in network.links where link.from == from && names.count < Self.listedNeighbours {
        let name = network.name(of: link.to)
        if !names.contains(name) { names.append(name) }
      }
      return names.isEmpty
        ? nil : "links from \(network.name(of: from)) lead to \(names.joined(separator: ", "))"
    }
  }

  private static let listedNeighbours = 4
}
