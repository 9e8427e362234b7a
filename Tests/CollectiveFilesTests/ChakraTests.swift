import CollectiveFiles
import Collectives
import Diagnostics
import Fabrics
import Quantities
import TestSupport
import Testing

/// Writes traces for the tests.
struct TraceWriter {
  var bytes: [UInt8] = [9, 10, 7] + Array("0.0.4..".utf8)

  static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, result) = (value, [UInt8]())
    repeat {
      result.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
    return result
  }

  static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
  }

  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { varint(number << 3) + varint(value) }

  /// Adds a node. Attributes are written as int64, or with the field number given.
  mutating func node(
    _ id: UInt64, _ kind: UInt64, after: [UInt64] = [], micros: UInt64 = 0, as type: UInt64 = 9,
    _ attributes: [(String, Int64)] = []
  ) {
    var node = Self.field(1, id) + Self.field(2, Array("n\(id)".utf8)) + Self.field(3, kind)
    node += Self.field(5, after.flatMap { Self.varint($0) })
    if micros > 0 { node += Self.field(7, micros) }
    for (name, value) in attributes {
      let coded = type == 17 ? UInt64(bitPattern: value << 1 ^ value >> 63) : UInt64(bitPattern: value)
      node += Self.field(10, Self.field(1, Array(name.utf8)) + Self.field(type, coded))
    }
    bytes += Self.varint(UInt64(node.count)) + node
  }

  mutating func send(_ id: UInt64, to: Int64, _ size: Int64, tag: Int64 = 0, after: [UInt64] = []) {
    node(id, 5, after: after, [("comm_dst", to), ("comm_size", size), ("comm_tag", tag)])
  }

  mutating func receive(_ id: UInt64, from: Int64, _ size: Int64, tag: Int64 = 0, after: [UInt64] = []) {
    node(id, 6, after: after, as: 17, [("comm_src", from), ("comm_size", size), ("comm_tag", tag)])
  }
}

@Suite("Chakra algorithms") struct ChakraTests {
  func files(_ writers: [TraceWriter]) -> [TraceFile] {
    writers.enumerated().map { TraceFile(name: "a.\($0).et", bytes: $1.bytes) }
  }

  /// Exchange and sum of two ranks, then a computation on rank 0.
  func exchange() -> [TraceFile] {
    files(
      (0..<2).map { rank in
        var writer = TraceWriter()
        // What depends on others may stand before them.
        writer.node(30, 4, after: [10, 20], [("tensor_size", 1_000_000)])
        writer.send(10, to: Int64(1 - rank), 1_000_000, tag: 7)
        writer.receive(20, from: Int64(1 - rank), 1_000_000, tag: 7)
        if rank == 0 { writer.node(40, 4, after: [30], micros: 9) }
        writer.node(50, 1, [("unknown", 3)])
        return writer
      })
  }

  @Test func `an exchange with a sum takes its path`() throws {
    // 2 µs + 1 MB / 50 GB/s, 1 µs for the sum at 1 ps a byte, 9 µs of work.
    let algorithm = try readChakra(exchange())
    #expect(algorithm.rankCount == 2 && algorithm.kind == nil && !algorithm.isScalable)
    let fabric = try Fabric(.flat(2))
    let run = try simulate(
      algorithm.graph(bytes: 0), ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
    #expect(run.duration == .microseconds(32))
    #expect(run.sendCount == 2 && run.bytesSent == 2e6 && run.bytesReceived == 2e6)
  }

  @Test(arguments: 2...9) func `a ring's all-gather takes a ring's time`(n: Int) throws {
    let traces = (0..<n).map { rank in
      var writer = TraceWriter()
      for step in 0..<(n - 1) {
        let before = step == 0 ? [] : [UInt64(2 * step - 1)]
        writer.send(UInt64(2 * step), to: Int64((rank + 1) % n), 1_000_000, after: before)
        writer.receive(UInt64(2 * step + 1), from: Int64((rank + n - 1) % n), 1_000_000, after: before)
      }
      return writer
    }
    let algorithm = try readChakra(files(traces))
    let fabric = try Fabric(.flat(n))
    let run = try simulate(algorithm.graph(bytes: 0), ranks: fabric.devices, on: fabric)
    #expect(run.duration.ticks == Int64(n - 1) * 22_000_000)
  }

  @Test func `says what is wrong and at which byte`() {
    func said(_ files: [TraceFile]) -> String {
      complaint { () throws(Diagnostics) in _ = try readChakra(files) }
    }
    func said(_ build: (inout TraceWriter) -> Void, other: (inout TraceWriter) -> Void = { _ in }) -> String {
      var (one, two) = (TraceWriter(), TraceWriter())
      build(&one)
      other(&two)
      return said(self.files([one, two]))
    }
    #expect(said([]) == ": no trace is given")
    #expect(said([TraceFile(name: "a.et", bytes: [])]) == "a.et: byte 0: the trace is empty")
    #expect(
      said([TraceFile(name: "a.et", bytes: [0x1F, 0x8B, 8])])
        == "a.et: byte 0: the trace is compressed\n  mend: decompress it with gunzip first")
    #expect(
      said([TraceFile(name: "a.et", bytes: [5, 1])]) == "a.et: byte 0: 5 bytes are announced, 1 are left")
    #expect(
      said([TraceFile(name: "a.et", bytes: [0, 0x80])]) == "a.et: byte 1: the bytes end inside a number")
    #expect(
      said([TraceFile(name: "a.et", bytes: [0] + Array(repeating: 0xFF, count: 11))])
        == "a.et: byte 1: a number is longer than 64 bits")
    #expect(
      said([TraceFile(name: "a.et", bytes: [0, 1, 0x0B])]) == "a.et: byte 2: no field has the wire type 3")
    #expect(
      said([TraceFile(name: "a.et", bytes: [0, 2, 0x18, 9])]) == "a.et: byte 2: no node has the type 9")
    #expect(said([TraceFile(name: "a.et", bytes: [0, 0])]) == "a.et: byte 2: the node has no type")
    // A frame of 10 bytes and one of length before the first node: byte 11.
    #expect(
      said { $0.send(1, to: 1, 5) }
        == "a.0.et: byte 11: node 1 sends to rank 1 with tag 0, which no receive takes")
    #expect(
      said { $0.receive(1, from: 1, 5, tag: -3) }
        == "a.0.et: byte 11: node 1 receives from rank 1 with tag -3, where no send is left")
    #expect(
      said({ $0.send(1, to: 1, 5) }, other: { $0.receive(4, from: 0, 6) })
        == "a.1.et: byte 11: node 4 receives 6 bytes where rank 0 sends 5")
    #expect(
      said { $0.send(1, to: 2, 5) }
        == "a.0.et: byte 11: comm_dst 2 is out of range: another of ranks 0 to 1")
    #expect(said { $0.node(1, 5) }.hasPrefix("a.0.et: byte 11: required key 'comm_dst' is missing"))
    #expect(
      said { $0.node(1, 7) }
        == "a.0.et: byte 11: node 1 is a collective, which an algorithm is made of sends to do")
    #expect(
      said { $0.node(1, 1, after: [9]) }
        == "a.0.et: byte 11: node 1 depends on node 9, which is not there")
    #expect(
      said {
        $0.node(1, 1); $0.node(1, 1)
      }.hasSuffix("node 1 appears twice"))
    let circle = said {
      $0.node(1, 1, after: [2]); $0.node(2, 1, after: [1])
    }
    #expect(circle.contains("nodes wait for one another: "))
    #expect(
      said { $0.node(1, 4, micros: 1 << 60) }
        == "a.0.et: byte 11: 1152921504606846976 µs is out of range: a duration up to 10^12 µs")
  }

  @Test(arguments: 0..<500) func `damaged traces run or are refused with a place`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    var files = exchange()
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let file = Int.random(in: 0...1, using: &generator)
      guard !files[file].bytes.isEmpty else { continue }
      let place = Int.random(in: 0..<files[file].bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: files[file].bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: files[file].bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
      case 2: files[file].bytes.remove(at: place)
      default: files[file].bytes.removeSubrange(place...)
      }
    }
    let fabric = try Fabric(.flat(2))
    do throws(Diagnostics) {
      let algorithm = try readChakra(files)
      _ = try? simulate(
        algorithm.graph(bytes: 0), ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
    } catch {
      #expect(!error.list.isEmpty, "seed \(seed)")
      #expect(error.list.allSatisfy { $0.location.keyPath.hasPrefix("byte ") }, "seed \(seed): \(error)")
    }
  }
}
