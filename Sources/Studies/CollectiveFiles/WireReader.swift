/// Reads protocol buffers field by field, without copying.
///
/// - Source: "Encoding", Protocol Buffers Documentation, protobuf.dev.
struct WireReader {
  /// What is wrong with the bytes, and where.
  struct Fault: Error, Equatable {
    var offset: Int
    var reason: String
  }

  enum Value: Equatable {
    /// A varint, or a fixed number of 4 or 8 bytes.
    case number(UInt64)
    /// A text, a message or a packed list: the bytes' places.
    case bytes(Range<Int>)
  }

  struct Field: Equatable {
    var number: Int
    var value: Value
    var offset: Int
  }

  private(set) var offset: Int
  let end: Int

  init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

  var isAtEnd: Bool { offset >= end }

  /// A base-128 number, lowest group first.
  mutating func varint(_ bytes: Span<UInt8>) throws(Fault) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end {
      let byte = bytes[offset]
      offset += 1
      if shift == 63 && byte > 1 { throw Fault(offset: start, reason: "a number is longer than 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    throw Fault(offset: start, reason: "the bytes end inside a number")
  }

  /// The places of bytes that stand behind their number.
  mutating func delimited(_ bytes: Span<UInt8>) throws(Fault) -> Range<Int> {
    let start = offset
    let length = try varint(bytes)
    guard length <= UInt64(end - offset) else {
      throw Fault(offset: start, reason: "\(length) bytes are announced, \(end - offset) are left")
    }
    let range = offset..<(offset + Int(length))
    offset = range.upperBound
    return range
  }

  /// The next field of a message.
  mutating func field(_ bytes: Span<UInt8>) throws(Fault) -> Field {
    let start = offset
    let tag = try varint(bytes)
    let number = tag >> 3
    guard (1...536_870_911).contains(number) else {
      throw Fault(offset: start, reason: "no field is numbered \(number)")
    }
    let value: Value
    switch tag & 7 {
    case 0: value = .number(try varint(bytes))
    case 1: value = .number(try fixed(8, bytes))
    case 2: value = .bytes(try delimited(bytes))
    case 5: value = .number(try fixed(4, bytes))
    default: throw Fault(offset: start, reason: "no field has the wire type \(tag & 7)")
    }
    return Field(number: Int(number), value: value, offset: start)
  }

  private mutating func fixed(_ count: Int, _ bytes: Span<UInt8>) throws(Fault) -> UInt64 {
    guard end - offset >= count else { throw Fault(offset: offset, reason: "the bytes end inside a number") }
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
    offset += count
    return value
  }
}
