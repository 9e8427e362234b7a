import Diagnostics
import Documents

/// How one kind of value is read, written and described.
struct ValueForm<Value: Sendable>: Sendable {
  /// In a reader's words: "whole number", "bandwidth".
  var type: String
  /// The range or the words that are allowed; empty where the type says it all.
  var allowed = ""
  /// The keys of an inline mapping, with the path that leads to them from here.
  var nested: [KeyDescription] = []
  /// The value of a node, or `nil` after reporting why there is none.
  var read: @Sendable (DocumentNode, inout ReadingContext) -> Value?
  var write: @Sendable (Value) -> OutputValue
}

/// What gathers while a document is read.
struct ReadingContext {
  var problems = Diagnostics()
  var places: KeyPlaces

  mutating func wrongType(_ node: DocumentNode, expected: String, mend: String? = nil) {
    problems.report(.wrongType(expected: expected, found: node.kindName), at: node.location, mend: mend)
  }
}

extension ValueForm where Value == String {
  static var text: ValueForm {
    ValueForm(type: "text") { node, context in
      if case .string(let value) = node.content { return value }
      context.wrongType(node, expected: "a text", mend: "put it in quotes to make it a text")
      return nil
    } write: {
      .string($0)
    }
  }
}

extension ValueForm where Value == DeclaredName {
  /// A catalogue name; the words that stand for no name are none.
  static var name: ValueForm {
    ValueForm(type: "name") { node, context in
      if case .string(let value) = node.content, !["", "auto", "none"].contains(value) {
        return DeclaredName(value, at: node.location)
      }
      context.wrongType(node, expected: "a name")
      return nil
    } write: {
      .string($0.text)
    }
  }
}

extension ValueForm where Value == Bool {
  static var boolean: ValueForm {
    ValueForm(type: "true or false") { node, context in
      if case .bool(let value) = node.content { return value }
      context.wrongType(node, expected: "true or false", mend: "write true or false, without quotes")
      return nil
    } write: {
      .bool($0)
    }
  }
}

extension ValueForm where Value == Int {
  /// A whole number; reals such as `1e9` count where they are whole.
  static func integer(_ range: ClosedRange<Int>) -> ValueForm {
    let isOpen = range.upperBound >= 1 << 53
    let allowed = rangeText(range.lowerBound, range.upperBound, isOpen: isOpen)
    return ValueForm(type: "whole number", allowed: allowed) { node, context in
      let value: Int
      switch node.content {
      case .integer(let number): value = Int(number)
      case .real(let number) where number == number.rounded() && number.magnitude <= 0x1p53:
        value = Int(number)
      default:
        context.wrongType(node, expected: "a whole number")
        return nil
      }
      if range.contains(value) { return value }
      // An open range is described by its lower end alone; a value beyond it needs the other.
      let crossed = isOpen && value > range.upperBound ? "at most \(numberText(range.upperBound))" : allowed
      context.problems.report(.outOfRange(value: String(value), allowed: crossed), at: node.location)
      return nil
    } write: {
      .count($0)
    }
  }

  /// A whole number, or `auto`, which is 0 until the scenario is completed.
  static func automaticInteger(_ range: ClosedRange<Int>) -> ValueForm {
    let form = ValueForm<Int>.integer(range).orAutomatic
    return ValueForm(type: form.type, allowed: form.allowed) { node, context in
      form.read(node, &context).map { $0 ?? 0 }
    } write: {
      form.write($0 == 0 ? nil : $0)
    }
  }
}

extension ValueForm where Value == Double {
  static func real(_ range: ClosedRange<Double>) -> ValueForm {
    let isOpen = range.upperBound >= 1e18
    let allowed = rangeText(range.lowerBound, range.upperBound, isOpen: isOpen)
    return ValueForm(type: "number", allowed: allowed) { node, context in
      let value: Double
      switch node.content {
      case .integer(let number): value = Double(number)
      case .real(let number): value = number
      default:
        context.wrongType(node, expected: "a number")
        return nil
      }
      if range.contains(value) { return value }
      let crossed = isOpen && value > range.upperBound ? "at most \(numberText(range.upperBound))" : allowed
      context.problems.report(.outOfRange(value: numberText(value), allowed: crossed), at: node.location)
      return nil
    } write: {
      .real($0)
    }
  }
}

extension ValueForm where Value: DocumentChoice {
  /// One word of a closed set.
  ///
  /// - Parameters:
  ///   - kind: what the words name, for "no … is named".
  ///   - subset: the words allowed here.
  static func choice(_ kind: String, of subset: [Value] = Array(Value.allCases)) -> ValueForm {
    let words = subset.map(\.rawValue)
    let list = words.joined(separator: ", ")
    return ValueForm(type: "word", allowed: list) { node, context in
      guard case .string(let word) = node.content else {
        context.wrongType(node, expected: "one of \(list)")
        return nil
      }
      if words.contains(word) { return Value(rawValue: word) }
      if Value(rawValue: word) != nil {
        context.problems.report(
          .unsupported("the \(kind) '\(word)' is not simulated"), at: node.location,
          mend: "use \(alternatives(words))")
      } else {
        let near = nearestName(to: word, in: words).map { "did you mean '\($0)'? " } ?? ""
        context.problems.report(
          .unknownName(kind: kind, name: word), at: node.location, mend: "\(near)allowed: \(list)")
      }
      return nil
    } write: {
      .string($0.rawValue)
    }
  }
}

extension ValueForm {
  /// The same, or `auto` for no value.
  var orAutomatic: ValueForm<Value?> { orWord("auto") }

  /// The same, or a word (or nothing at all) for no value.
  func orWord(_ word: String) -> ValueForm<Value?> {
    ValueForm<Value?>(type: "\(type) or `\(word)`", allowed: allowed, nested: nested) { node, context in
      switch node.content {
      case .null, .string(word): return .some(nil)
      default: return read(node, &context).map { .some($0) }
      }
    } write: { value in
      value.map(write) ?? .string(word)
    }
  }

  /// A list of such values.
  func list(type: String, count: ClosedRange<Int>) -> ValueForm<[Value]> {
    let nested = nested.map { $0.under("[]") }
    return ValueForm<[Value]>(type: type, allowed: allowed, nested: nested) { node, context in
      guard case .sequence(let items) = node.content else {
        context.wrongType(node, expected: "a list")
        return nil
      }
      guard count.contains(items.count) else {
        context.problems.report(
          .outOfRange(
            value: "a list of \(items.count)", allowed: rangeText(count.lowerBound, count.upperBound)),
          at: node.location)
        return nil
      }
      let values = items.compactMap { read($0, &context) }
      return values.count == items.count ? values : nil
    } write: { values in
      .list(values.map(write))
    }
  }
}

/// "a", "a or b", "a, b or c".
func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

func rangeText<Number: Comparable>(_ lower: Number, _ upper: Number, isOpen: Bool = false) -> String {
  isOpen ? "at least \(numberText(lower))" : "\(numberText(lower)) to \(numberText(upper))"
}

private func numberText<Number>(_ value: Number) -> String {
  if let real = value as? Double, real == real.rounded(), real.magnitude < 1e15 { return String(Int64(real)) }
  return "\(value)"
}
