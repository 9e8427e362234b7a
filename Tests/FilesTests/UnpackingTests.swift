import Diagnostics
import TestSupport
import Testing

@testable import Files

/// `hello` twice, packed by gzip -9 without name and time.
private let packed: [UInt8] = [
  0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x00,
  0x93, 0x00, 0x73, 0xA3, 0xB1, 0x9F, 0x0C, 0x00, 0x00, 0x00,
]

@Suite("Files packed by gzip") struct UnpackingTests {
  private func refusal(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
    do throws(Diagnostics) {
      return String(decoding: try unpacked(bytes, file: "f.gz", limit: limit), as: UTF8.self)
    } catch {
      return "\(error)"
    }
  }

  @Test func `are unpacked, members one after another`() throws {
    #expect(refusal(packed) == "hello hello ")
    #expect(refusal(packed + packed) == "hello hello hello hello ")
    #expect(refusal(packed + [0, 0, 0]) == "hello hello ")
  }

  @Test func `say what is wrong`() {
    let mend = "\n  mend: copy the file again, or unpack it with gzip -d"
    #expect(
      refusal(Array(packed.dropLast(10)))
        == "f.gz: the file is packed by gzip, and it ends too early" + mend)
    var damaged = packed
    damaged[12] ^= 0xFF
    #expect(refusal(damaged).hasPrefix("f.gz: the file is packed by gzip, and "))
    #expect(refusal(packed, limit: 5) == "f.gz: unpacked size in bytes exceeds the limit of 5")
  }

  @Test(arguments: 0..<40)
  func `mutated files are read or refused`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      var bytes = packed
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 2..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = refusal(bytes)
    }
  }
}
