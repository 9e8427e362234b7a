import Collectives
import Diagnostics

/// A file's name and what it holds.
public struct TraceFile: Sendable {
  public var name: String
  public var bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// Reads an algorithm from Chakra execution traces of sends, receives and reductions, one file a rank.
///
/// The k-th send of a rank to another with a tag (`comm_dst`, `comm_tag`, `comm_size`) is the k-th receive
/// there (`comm_src`, `comm_tag`). A node begins when all that it depends on is done. A send does not wait
/// for its receiver; it is done when its bytes are there, and a receive when they are and all before it is.
/// A computation takes its duration, or without one reduces its `tensor_size`. Loads and stores take their
/// durations.
///
/// - Parameter files: of rank 0, 1, …
/// - Throws: what is wrong, with the byte at which a node begins. Compressed files, and collectives inside an
///   algorithm, are refused.
/// - Complexity: O(bytes).
/// - Source: S. Sridharan et al. 2023, "Chakra: advancing performance benchmarking and co-design using
///   standardized execution traces", arXiv:2305.14516.
public func readChakra(_ files: [TraceFile]) throws(Diagnostics) -> AlgorithmFile {
  guard let first = files.first else {
    throw Diagnostics(Diagnostic(.malformed(reason: "no trace is given"), at: SourceLocation(file: "")))
  }
  var traces: [[ChakraNode]] = []
  for file in files { traces.append(try readTrace(file)) }
  var graph = ChakraGraph(traces, files: files.map(\.name))
  let messages = try graph.build()
  return AlgorithmFile(name: first.name, kind: nil, sizes: nil, messages: messages, chunkCount: nil)
}

/// The nodes of one file: a frame of metadata, then one frame a node, each behind its length.
private func readTrace(_ file: TraceFile) throws(Diagnostics) -> [ChakraNode] {
  func refusal(_ problem: Problem, at offset: Int, mend: String? = nil) -> Diagnostics {
    Diagnostics(Diagnostic(problem, at: place(file.name, offset), mend: mend))
  }
  if file.bytes.starts(with: [0x1F, 0x8B]) {
    throw refusal(
      .unsupported("the trace is compressed"), at: 0, mend: "decompress it with gunzip first")
  }
  if file.bytes.isEmpty { throw refusal(.malformed(reason: "the trace is empty"), at: 0) }
  let bytes = file.bytes.span
  var reader = WireReader(0..<bytes.count)
  var nodes: [ChakraNode] = []
  do throws(WireReader.Fault) {
    _ = try reader.delimited(bytes)
    while !reader.isAtEnd {
      let frame = try reader.delimited(bytes)
      nodes.append(try ChakraNode(bytes, in: frame))
    }
  } catch { throw refusal(.malformed(reason: error.reason), at: error.offset) }
  return nodes
}

/// A place in a binary file.
func place(_ file: String, _ offset: Int) -> SourceLocation {
  SourceLocation(file: file, keyPath: "byte \(offset)")
}
