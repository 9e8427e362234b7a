import Diagnostics
import Quantities

/// A value of an argument or option, read.
enum ParameterValue: Sendable {
  case flag
  case text(String)
  case integer(Int)
  case number(Double)
  case integers([Int])
  case assignment(Assignment)
  case variation(Variation)
}

/// Reads a text as the kind of value that a parameter takes.
func readValue(
  _ text: String, as kind: ValueKind, of parameter: UsageProblem.Parameter
) throws(UsageError.Finding) -> ParameterValue {
  switch kind {
  case .text, .file, .folder:
    if text.isEmpty, kind != .text { throw .init(.wrongKind(parameter, text: text, expected: kind.noun)) }
    return .text(text)
  case .integer(let range): return .integer(try readInteger(text, kind.noun, in: range, of: parameter))
  case .number(let range):
    guard let number = Double(text), number.isFinite, !text.lowercased().contains("x") else {
      throw .init(.wrongKind(parameter, text: text, expected: kind.noun))
    }
    if !range.contains(number) {
      let largest = Double.greatestFiniteMagnitude
      let allowed = rangeWords(range, lowest: -largest, highest: largest)
      throw .init(.outOfRange(parameter, text: text, allowed: allowed))
    }
    return .number(number)
  case .quantity(let dimension):
    do { return .number(try parseQuantity(text, as: dimension)) } catch {
      throw .init(.wrongKind(parameter, text: text, expected: kind.noun))
    }
  case .choice(let choices):
    if choices.contains(text) { return .text(text) }
    let near = nearestName(to: text, in: choices)
    throw .init(
      .notAChoice(parameter, text: text, choices: choices), mend: near.map { "did you mean '\($0)'?" })
  case .integers(let range):
    var numbers: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      numbers.append(try readInteger(String(part), "a whole number", in: range, of: parameter))
    }
    return .integers(numbers)
  case .assignment, .variation: return try readPair(text, kind, of: parameter)
  }
}

private func readInteger(
  _ text: String, _ expected: String, in range: ClosedRange<Int>, of parameter: UsageProblem.Parameter
) throws(UsageError.Finding) -> Int {
  guard let number = Int(text) else {
    throw .init(.wrongKind(parameter, text: text, expected: expected))
  }
  if !range.contains(number) {
    let allowed = rangeWords(range, lowest: .min, highest: .max)
    throw .init(.outOfRange(parameter, text: text, allowed: allowed))
  }
  return number
}

private func readPair(
  _ text: String, _ kind: ValueKind, of parameter: UsageProblem.Parameter
) throws(UsageError.Finding) -> ParameterValue {
  guard let (key, value) = splitAssignment(text) else {
    throw .init(.wrongKind(parameter, text: text, expected: kind.noun))
  }
  let source = if case .option(let name) = parameter { "--\(name)" } else { "\(parameter)" }
  do {
    if kind == .assignment { return .assignment(try readAssignment(key, value, source: source)) }
    if let variation = try readVariation(key, value, source: source) { return .variation(variation) }
  } catch {
    let reasons = error.list.map { "\($0.problem)" }.joined(separator: "; ")
    throw .init(
      .malformed(parameter, reason: "the value of \(key), '\(value)', is not YAML: \(reasons)"),
      mend: "put the text in double quotes within the shell's quotes: '\(key)=\"…\"'")
  }
  throw .init(.wrongKind(parameter, text: text, expected: kind.noun))
}
