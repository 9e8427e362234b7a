import CZlib
import Diagnostics

/// The bytes of a file, unpacked where it is one of gzip's, which its first two bytes tell.
///
/// - Parameters:
///   - path: relative to the working directory or absolute; `-` reads standard input.
///   - limit: the largest size accepted, in bytes, of the file and of what it unpacks to.
/// - Throws: as `readFile`; `.malformed` where packed bytes are damaged or end too early.
/// - Complexity: O(bytes unpacked).
/// - Source: RFC 1952 (gzip), read by zlib.
public func readUnpackedFile(_ path: String, limit: Int = 1 << 30) throws(Diagnostics) -> [UInt8] {
  let bytes = try readFile(path, limit: limit)
  guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
  return try unpacked(bytes, file: path, limit: limit)
}

/// What bytes packed by gzip hold; members one after another are joined, as gzip itself does.
func unpacked(_ packed: [UInt8], file: String, limit: Int) throws(Diagnostics) -> [UInt8] {
  func damaged(_ reason: String) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        .malformed(reason: "the file is packed by gzip, and \(reason)"), at: SourceLocation(file: file),
        mend: "copy the file again, or unpack it with gzip -d"))
  }
  var stream = z_stream()
  // 15 bits of window, and 16 for gzip's header.
  let version = zlibVersion()
  guard inflateInit2_(&stream, 15 + 16, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
    throw damaged("zlib has no memory left")
  }
  defer { inflateEnd(&stream) }
  var result: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 18)
  var offset = 0
  var status = Z_OK
  while offset < packed.count || status == Z_OK {
    // zlib counts in 32 bits.
    let given = min(packed.count - offset, 1 << 30)
    let (code, taken, made) = packed.withUnsafeBufferPointer { input in
      piece.withUnsafeMutableBufferPointer { output in
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + offset)
        stream.avail_in = UInt32(given)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let code = inflate(&stream, Z_NO_FLUSH)
        return (code, given - Int(stream.avail_in), output.count - Int(stream.avail_out))
      }
    }
    offset += taken
    result += piece[..<made]
    status = code
    if result.count > limit {
      throw Diagnostics(
        Diagnostic(
          .tooLarge(what: "unpacked size in bytes", limit: limit), at: SourceLocation(file: file)))
    }
    switch code {
    case Z_STREAM_END:
      // Zeros fill the last block of a tape; another member follows otherwise.
      if packed[offset...].allSatisfy({ $0 == 0 }) { return result }
      inflateReset(&stream)
      status = Z_OK
    case Z_OK where taken > 0 || made > 0: continue
    case Z_OK, Z_BUF_ERROR: throw damaged("it ends too early")
    default: throw damaged("byte \(offset) cannot be read on")
    }
  }
  return result
}
