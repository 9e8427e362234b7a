extension Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .malformed(let reason): reason
    case .tooLarge(let what, let limit): "\(what) exceeds the limit of \(limit)"
    case .duplicateKey(let key): "key '\(key)' appears twice"
    case .unknownKey(let key): "unknown key '\(key)'"
    case .missingKey(let key): "required key '\(key)' is missing"
    case .wrongType(let expected, let found): "expected \(expected), found \(found)"
    case .unknownName(let kind, let name): "no \(kind) is named '\(name)'"
    case .notANumber(let text): "'\(text)' does not start with a number"
    case .missingUnit(let text): "'\(text)' has no unit"
    case .unknownUnit(let unit): "unknown unit '\(unit)'"
    case .outOfRange(let value, let allowed): "\(value) is out of range: \(allowed)"
    case .conflict(let reason): reason
    case .unsupported(let reason): reason
    }
  }
}

extension SourceLocation: CustomStringConvertible {
  /// `file:line:column` as far as they are known.
  public var description: String {
    line > 0 ? "\(file):\(line):\(column)" : file
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: key.path: what`, and the mend on a line of its own. A problem with the file
  /// itself names it already.
  public var description: String {
    var text = isAboutWholeFile ? "" : "\(location): "
    if !location.keyPath.isEmpty { text += "\(location.keyPath): " }
    text += "\(problem)"
    if let mend { text += "\n  mend: \(mend)" }
    return text
  }
}

extension Diagnostic {
  private var isAboutWholeFile: Bool {
    switch problem {
    case .unreadable(location.file, _), .unwritable(location.file, _): location.line == 0
    default: false
    }
  }
}

extension Diagnostics: CustomStringConvertible {
  public var description: String { list.map(\.description).joined(separator: "\n") }
}
