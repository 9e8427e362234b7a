import Quantities

/// What the text of an argument or an option's value must be.
public enum ValueKind: Equatable, Sendable {
  case text
  case file
  case folder
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  /// A number with a unit: `1 GiB`.
  case quantity(Dimension)
  case choice([String])
  /// Whole numbers, `1,2,4`; as an option's value also `1 2 4`.
  case integers(ClosedRange<Int>)
  /// `training.micro_batch=4`; the value is read as YAML.
  case assignment
  /// `plan.tensor=1,2,4`; the values are read as a YAML list.
  case variation
}

extension ValueKind {
  /// What stands for the value in a usage line.
  var placeholder: String {
    switch self {
    case .text: "TEXT"
    case .file: "FILE"
    case .folder: "DIR"
    case .integer: "N"
    case .number: "X"
    case .quantity: "QUANTITY"
    case .choice(let choices): choices.joined(separator: "|")
    case .integers: "N,N,…"
    case .assignment: "KEY=VALUE"
    case .variation: "KEY=A,B,…"
    }
  }

  /// The kind in words, with its article: "--steps needs a whole number".
  var noun: String {
    switch self {
    case .text: "a text"
    case .file: "a file"
    case .folder: "a folder"
    case .integer: "a whole number"
    case .number: "a number"
    case .quantity(let dimension): "a quantity such as '\(dimension.example)'"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    case .integers: "whole numbers such as 1,2,4"
    case .assignment: "KEY=VALUE"
    case .variation: "KEY=A,B,…"
    }
  }

  var isNumeric: Bool {
    switch self {
    case .integer, .number, .integers, .quantity: true
    default: false
    }
  }
}

func rangeWords<Bound>(_ range: ClosedRange<Bound>, lowest: Bound, highest: Bound) -> String {
  if range.upperBound == highest { return "at least \(range.lowerBound)" }
  if range.lowerBound == lowest { return "at most \(range.upperBound)" }
  return "\(range.lowerBound) to \(range.upperBound)"
}
