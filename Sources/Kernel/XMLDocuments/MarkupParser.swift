import CExpat
import Diagnostics

/// Bounds on what an XML text may hold, so that hostile input ends in an error.
public struct MarkupLimits: Sendable {
  public var depth = 64
  /// Elements and attributes.
  public var nodes = 2_000_000
  /// At most 2³¹ − 1.
  public var bytes = 256 << 20

  public init() {}
}

/// Reads an XML text into a tree of positioned elements.
///
/// Comments and processing instructions are passed over, namespaces are left in the names. A document type
/// declaration is refused, so that no entity but the five built-in ones exists and none is expanded.
///
/// - Parameters:
///   - text: the whole document, UTF-8 whatever it declares.
///   - file: the name used in error messages.
/// - Throws: the first malformation, with line and column.
/// - Complexity: O(bytes).
public func parseMarkup(
  _ text: String, file: String, limits: MarkupLimits = MarkupLimits()
) throws(Diagnostics) -> MarkupElement {
  let bytes = Array(text.utf8)
  if bytes.count > min(limits.bytes, Int(Int32.max)) {
    throw Diagnostics(
      Diagnostic(
        .tooLarge(what: "document size in bytes", limit: limits.bytes), at: SourceLocation(file: file)))
  }
  let builder = MarkupBuilder(bytes, file: file, limits: limits)
  defer { builder.close() }
  return try builder.parse()
}

/// expat's callbacks, gathered into elements.
private final class MarkupBuilder {
  private let bytes: [UInt8]
  private let file: String
  private let limits: MarkupLimits
  private let parser: XML_Parser
  private var open: [MarkupElement] = []
  private var root: MarkupElement?
  private var nodeCount = 0
  private var refusal: Diagnostic?

  init(_ bytes: [UInt8], file: String, limits: MarkupLimits) {
    self.bytes = bytes
    self.file = file
    self.limits = limits
    guard let parser = XML_ParserCreate("UTF-8") else { preconditionFailure("out of memory") }
    self.parser = parser
  }

  func close() { XML_ParserFree(parser) }

  func parse() throws(Diagnostics) -> MarkupElement {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { markupBuilder($0).begin($1, $2) }, { context, _ in markupBuilder(context).end() })
    XML_SetCharacterDataHandler(parser) { markupBuilder($0).append($1, Int($2)) }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in markupBuilder(context).refuseDoctype() }
    let status = bytes.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { XML_Parse(parser, $0.baseAddress, Int32($0.count), 1) }
    }
    if let refusal { throw Diagnostics(refusal) }
    guard status == XML_STATUS_OK, let root else { throw Diagnostics(failure()) }
    return root
  }

  func begin(_ name: UnsafePointer<XML_Char>?, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?)
  {
    guard let name, refusal == nil else { return }
    var element = MarkupElement(String(cString: name), at: place)
    if open.count >= limits.depth {
      return refuse(.tooLarge(what: "nesting of elements", limit: limits.depth))
    }
    var places = attributePlaces()[...]
    var index = 0
    while let name = attributes?[index], let value = attributes?[index + 1] {
      element.attributes.append(
        MarkupAttribute(
          name: String(cString: name), value: String(cString: value), at: places.popFirst() ?? place))
      index += 2
    }
    nodeCount += 1 + element.attributes.count
    if nodeCount > limits.nodes {
      return refuse(.tooLarge(what: "number of elements and attributes", limit: limits.nodes))
    }
    open.append(element)
  }

  func end() {
    guard refusal == nil, var element = open.popLast() else { return }
    element.text = trimmed(element.text)
    if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
  }

  func append(_ letters: UnsafePointer<XML_Char>?, _ count: Int) {
    guard let letters, refusal == nil, !open.isEmpty else { return }
    let text = UnsafeRawBufferPointer(start: letters, count: count)
    open[open.count - 1].text += String(decoding: text, as: UTF8.self)
  }

  func refuseDoctype() {
    refuse(.unsupported("a document type declaration is not read"), mend: "remove the <!DOCTYPE …>")
  }

  private func refuse(_ problem: Problem, mend: String? = nil) {
    refusal = Diagnostic(problem, at: place, mend: mend)
    XML_StopParser(parser, XML_Bool(0))
  }

  private var place: SourceLocation {
    SourceLocation(
      file: file, line: Int(XML_GetCurrentLineNumber(parser)),
      column: Int(XML_GetCurrentColumnNumber(parser)) + 1)
  }

  /// Where the values of the current start tag begin; the tag is known to be well formed.
  private func attributePlaces() -> [SourceLocation] {
    let first = Int(XML_GetCurrentByteIndex(parser))
    let count = Int(XML_GetCurrentByteCount(parser))
    guard first >= 0, count > 0, first + count <= bytes.count else { return [] }
    var places: [SourceLocation] = []
    var here = place
    var quote: UInt8?
    for byte in bytes[first..<first + count] {
      if byte & 0xC0 != 0x80 { here.column += 1 }
      if let opening = quote {
        if byte == opening { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        places.append(here)
      }
      if byte == 0x0A {
        here.line += 1
        here.column = 1
      }
    }
    return places
  }

  private func failure() -> Diagnostic {
    let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) }
    return Diagnostic(.malformed(reason: "the text is not XML: \(reason ?? "no element")"), at: place)
  }
}

/// The builder that a parser's user data stands for.
private func markupBuilder(_ context: UnsafeMutableRawPointer?) -> MarkupBuilder {
  guard let context else { preconditionFailure("expat hands back the user data it was given") }
  return Unmanaged<MarkupBuilder>.fromOpaque(context).takeUnretainedValue()
}

private func trimmed(_ text: String) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }),
    let last = text.lastIndex(where: { !$0.isWhitespace })
  else { return "" }
  return String(text[first...last])
}
