import CYaml
import Diagnostics

/// libyaml's event stream as Swift values.
struct YamlEvents {
  struct Item {
    var kind: yaml_event_type_t
    var text = ""
    var anchor: String?
    var tag: String?
    var isPlain = false
    var line = 0
    var column = 0
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutablePointer<UInt8>
  private let text: ScreenedText
  private let file: String

  init(text: ScreenedText, file: String) {
    self.text = text
    self.file = file
    bytes = .allocate(capacity: max(1, text.bytes.count))
    bytes.initialize(from: text.bytes, count: text.bytes.count)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes, text.bytes.count)
  }

  func close() {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  mutating func next(expecting kind: yaml_event_type_t) throws(Diagnostics) -> Item {
    let item = try next()
    if item.kind != kind {
      let location = SourceLocation(file: file, line: item.line, column: item.column)
      throw Diagnostics(Diagnostic(.malformed(reason: "the document should end here"), at: location))
    }
    return item
  }

  mutating func next() throws(Diagnostics) -> Item {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw Diagnostics(failure()) }
    defer { yaml_event_delete(&event) }
    let start = place(event.start_mark)
    var item = Item(kind: event.type, line: start.line, column: start.column)
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      item.text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      item.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      item.anchor = string(scalar.anchor)
      item.tag = string(scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      item.anchor = string(event.data.sequence_start.anchor)
      item.tag = string(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      item.anchor = string(event.data.mapping_start.anchor)
      item.tag = string(event.data.mapping_start.tag)
    case YAML_ALIAS_EVENT: item.text = string(event.data.alias.anchor) ?? ""
    default: break
    }
    return item
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer else { return nil }
    return String(cString: pointer)
  }

  private func place(_ mark: yaml_mark_t) -> SourceLocation {
    let line = Int(mark.line) + 1
    return SourceLocation(
      file: file, line: line, column: text.originalColumn(line: line, column: Int(mark.column) + 1))
  }

  private func failure() -> Diagnostic {
    let state = parser.pointee
    var reason = state.problem.map { String(cString: $0) } ?? "the text is not YAML or JSON"
    if let context = state.context {
      reason += " \(String(cString: context)) that starts in line \(Int(state.context_mark.line) + 1)"
    }
    let isTab = letter(at: state.problem_mark) == 0x09
    return Diagnostic(
      .malformed(reason: reason), at: place(state.problem_mark),
      mend: isTab ? "indent with blanks, not with tabs" : nil)
  }

  /// The byte at a mark, whose index counts characters.
  private func letter(at mark: yaml_mark_t) -> UInt8? {
    var remaining = Int(mark.index)
    for byte in text.bytes where byte & 0xC0 != 0x80 {
      if remaining == 0 { return byte }
      remaining -= 1
    }
    return nil
  }
}
