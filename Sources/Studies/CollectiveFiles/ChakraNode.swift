/// A node of a Chakra execution trace, as far as algorithms need it.
struct ChakraNode {
  enum Kind: UInt64 {
    case invalid, metadata, memoryLoad, memoryStore, compute, send, receive, collective
  }

  var id: UInt64 = 0
  var name = ""
  var kind = Kind.invalid
  /// Control and data dependencies, by id.
  var dependencies: [UInt64] = []
  var durationMicroseconds: UInt64 = 0
  /// Of the attributes below, those that are there.
  var numbers: [String: Int64] = [:]
  /// Where its frame begins.
  var offset: Int

  /// Attributes that are kept.
  static let attributes: Set<String> = [
    "comm_size", "comm_src", "comm_dst", "comm_tag", "num_ops", "tensor_size",
  ]

  /// Reads one message `Node`. Unknown fields and attributes are passed over; whole numbers are taken under any
  /// whole-number type.
  ///
  /// - Source: Chakra's schema, `et_def.proto` of mlcommons/chakra.
  init(_ bytes: Span<UInt8>, in range: Range<Int>) throws(WireReader.Fault) {
    offset = range.lowerBound
    var reader = WireReader(range)
    while !reader.isAtEnd {
      let field = try reader.field(bytes)
      switch (field.number, field.value) {
      case (1, .number(let value)): id = value
      case (2, .bytes(let range)): name = ChakraNode.text(bytes, range)
      case (3, .number(let value)):
        guard let kind = Kind(rawValue: value), kind != .invalid else {
          throw WireReader.Fault(offset: field.offset, reason: "no node has the type \(value)")
        }
        self.kind = kind
      case (4, .number(let value)), (5, .number(let value)): dependencies.append(value)
      case (4, .bytes(let range)), (5, .bytes(let range)):
        var packed = WireReader(range)
        while !packed.isAtEnd { dependencies.append(try packed.varint(bytes)) }
      case (7, .number(let value)): durationMicroseconds = value
      case (10, .bytes(let range)): try readAttribute(bytes, range)
      default: break
      }
    }
    if kind == .invalid { throw WireReader.Fault(offset: offset, reason: "the node has no type") }
  }

  private mutating func readAttribute(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(WireReader.Fault) {
    var reader = WireReader(range)
    var name = ""
    var value: Int64?
    while !reader.isAtEnd {
      let field = try reader.field(bytes)
      switch (field.number, field.value) {
      case (1, .bytes(let range)): name = ChakraNode.text(bytes, range)
      // int32, int64, uint32, uint64, fixed32, fixed64, sfixed64, bool.
      case (7, .number(let number)), (9, .number(let number)), (11, .number(let number)),
        (13, .number(let number)), (19, .number(let number)), (21, .number(let number)),
        (25, .number(let number)), (27, .number(let number)):
        value = Int64(bitPattern: number)
      // sint32 and sint64 are folded: 0, −1, 1, −2, …
      case (15, .number(let number)), (17, .number(let number)):
        value = Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
      case (23, .number(let number)): value = Int64(Int32(truncatingIfNeeded: number))
      default: break
      }
    }
    if let value, ChakraNode.attributes.contains(name) { numbers[name] = value }
  }

  private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    for place in range { text.append(bytes[place]) }
    return String(decoding: text, as: UTF8.self)
  }
}
