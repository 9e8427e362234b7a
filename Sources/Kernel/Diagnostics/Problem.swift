/// What can be wrong with a document or a command line. The wording is in `Problem+Wording.swift`.
public enum Problem: Equatable, Sendable {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case malformed(reason: String)
  case tooLarge(what: String, limit: Int)
  case duplicateKey(String)
  case unknownKey(String)
  case missingKey(String)
  case wrongType(expected: String, found: String)
  case unknownName(kind: String, name: String)
  case notANumber(String)
  case missingUnit(String)
  case unknownUnit(String)
  case outOfRange(value: String, allowed: String)
  case conflict(String)
  case unsupported(String)
}

/// A place in a document: one-based line and column, and the path of keys that leads there.
public struct SourceLocation: Equatable, Sendable {
  public var file: String
  public var line: Int
  public var column: Int
  public var keyPath: String

  public init(file: String, line: Int = 0, column: Int = 0, keyPath: String = "") {
    self.file = file
    self.line = line
    self.column = column
    self.keyPath = keyPath
  }
}

/// One finding: where, what, and how to mend it.
public struct Diagnostic: Error, Equatable, Sendable {
  public var problem: Problem
  public var location: SourceLocation
  public var mend: String?

  public init(_ problem: Problem, at location: SourceLocation, mend: String? = nil) {
    self.problem = problem
    self.location = location
    self.mend = mend
  }
}

/// All that was found wrong, in document order. Never empty when thrown.
public struct Diagnostics: Error, Equatable, Sendable {
  public var list: [Diagnostic]

  public init(_ list: [Diagnostic] = []) { self.list = list }
  public init(_ one: Diagnostic) { list = [one] }

  public var isEmpty: Bool { list.isEmpty }
  public mutating func report(_ problem: Problem, at location: SourceLocation, mend: String? = nil) {
    list.append(Diagnostic(problem, at: location, mend: mend))
  }
  public func throwIfAny() throws(Diagnostics) { if !list.isEmpty { throw self } }
}
