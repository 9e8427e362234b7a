import CYaml
import Diagnostics

/// libyaml's event stream as Swift values.
struct YamlEvents {
  struct Item {
    var kind: yaml_event_type_t
    var text = ""
    var anchor: String?
    var isPlain = false
    var line = 0
    var column = 0
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutablePointer<UInt8>
  private let file: String

  init(text: String, file: String) {
    self.file = file
    let utf8 = Array(text.utf8)
    bytes = .allocate(capacity: max(1, utf8.count))
    bytes.initialize(from: utf8, count: utf8.count)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes, utf8.count)
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
    var item = Item(
      kind: event.type, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      item.text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      item.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      item.anchor = text(scalar.anchor)
    case YAML_SEQUENCE_START_EVENT: item.anchor = text(event.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT: item.anchor = text(event.data.mapping_start.anchor)
    case YAML_ALIAS_EVENT: item.text = text(event.data.alias.anchor) ?? ""
    default: break
    }
    return item
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer else { return nil }
    return String(cString: pointer)
  }

  private func failure() -> Diagnostic {
    let state = parser.pointee
    var reason = state.problem.map { String(cString: $0) } ?? "the text is not YAML or JSON"
    if let context = state.context { reason = "\(String(cString: context)): \(reason)" }
    let mark = state.problem_mark
    return Diagnostic(
      .malformed(reason: reason),
      at: SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1))
  }
}
