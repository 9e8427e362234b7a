import Collectives
import Diagnostics
import XMLDocuments

/// Reads an algorithm of the Microsoft Collective Communication Library from its XML.
///
/// A `<gpu>` is a rank, a `<tb>` a thread block that sends to one rank and receives from one, its `<step>`s
/// done in order. The k-th send of a rank to another on a channel is the k-th receive there:
///
/// | Type | Does |
/// |---|---|
/// | `s`, `r` | send; receive |
/// | `rcs` | receive, then send on |
/// | `rrc`, `rrs`, `rrcs` | receive and reduce, the latter two then send on |
/// | `re`, `cpy`, `nop` | reduce, copy or only wait, inside the rank |
///
/// A step begins when the one before it is done, and the step `deps` of block `depid` where it names one. A
/// send does not wait for its receiver, which has buffers; it is done when its bytes are there. A chunk is
/// S / `nchunksperloop`. A copy takes no time, and a step that passes on does so when all has come.
///
/// - Throws: all that is wrong, with line and column.
/// - Complexity: O(bytes + steps).
/// - Source: M. Cowan et al. 2023, "MSCCLang: Microsoft collective communication language",
///   doi:10.1145/3575693.3575724; microsoft/msccl-tools.
public func readMSCCL(_ text: String, file: String) throws(Diagnostics) -> AlgorithmFile {
  let root = try parseMarkup(text, file: file)
  var reader = MSCCLReader(file: file)
  return try reader.algorithm(root)
}

/// What a step does, taken apart.
struct MSCCLStep {
  var location: SourceLocation
  var receives = false
  var sends = false
  var reduces = false
  /// Chunks.
  var count = 0.0
  /// The thread block's peers; −1 for none.
  var target = -1
  var source = -1
  var channel = 0
  /// The step waited for beside the one before, by its place among the rank's steps.
  var dependency: Int?
  /// Whether it is the first of its block.
  var isFirst = false
}

private struct MSCCLReader {
  private static let kinds: [(String, CollectiveKind)] = [
    ("allreduce", .allReduce), ("allgather", .allGather), ("reduce_scatter", .reduceScatter),
    ("reducescatter", .reduceScatter), ("alltoall", .allToAll), ("broadcast", .broadcast),
    ("reduce", .reduce), ("gather", .gather), ("scatter", .scatter),
  ]
  private static let types: [(name: String, receives: Bool, reduces: Bool, sends: Bool)] = [
    ("s", false, false, true), ("r", true, false, false), ("rcs", true, false, true),
    ("rrc", true, true, false), ("rrs", true, true, true), ("rrcs", true, true, true),
    ("re", false, true, false), ("cpy", false, false, false), ("nop", false, false, false),
  ]

  var findings = Diagnostics()
  let file: String
  var rankCount = 0

  init(file: String) { self.file = file }

  mutating func algorithm(_ root: MarkupElement) throws(Diagnostics) -> AlgorithmFile {
    guard root.name == "algo" else {
      throw Diagnostics(
        Diagnostic(
          .wrongType(expected: "<algo>", found: "<\(root.name)>"), at: root.location,
          mend: "an MSCCL algorithm is one element <algo>"))
    }
    let gpus = root.children(named: "gpu")
    rankCount = root.integer("ngpus", 1...65536, &findings) ?? max(1, gpus.count)
    let chunks = required(root, "nchunksperloop", 1...1_000_000_000)
    let least = root.integer("minBytes", 0...Int.max, &findings) ?? 0
    let most = root.integer("maxBytes", 0...Int.max, &findings) ?? 0
    let ranks = readRanks(gpus, root)
    try findings.throwIfAny()
    var graph = MSCCLGraph(ranks)
    let messages = try graph.build(file: file)
    let kind = root.text("coll").flatMap { name in MSCCLReader.kinds.first { $0.0 == name }?.1 }
    return AlgorithmFile(
      name: root.text("name") ?? "algorithm", kind: kind,
      sizes: most > 0 && least <= most ? least...most : nil, messages: messages, chunkCount: chunks)
  }

  /// The steps of every rank, blocks one after the other.
  private mutating func readRanks(_ gpus: [MarkupElement], _ root: MarkupElement) -> [[MSCCLStep]] {
    var byRank = [MarkupElement?](repeating: nil, count: rankCount)
    for gpu in gpus {
      guard let id = required(gpu, "id", 0...(rankCount - 1)) else { continue }
      if byRank[id] != nil {
        findings.report(.conflict("gpu \(id) appears twice"), at: gpu.location)
      }
      byRank[id] = gpu
    }
    if let missing = byRank.firstIndex(where: { $0 == nil }), findings.isEmpty {
      findings.report(
        .malformed(reason: "gpu \(missing) of \(rankCount) is missing"), at: root.location)
    }
    return byRank.enumerated().map { rank, gpu in gpu.map { readRank($0, rank) } ?? [] }
  }

  private mutating func readRank(_ gpu: MarkupElement, _ rank: Int) -> [MSCCLStep] {
    var steps: [MSCCLStep] = []
    // The place of each block's first step, and how many it has, by id.
    var blocks: [Int: (first: Int, count: Int)] = [:]
    var waits: [(step: Int, block: Int, place: Int, at: SourceLocation)] = []
    for block in gpu.children(named: "tb") {
      guard let id = required(block, "id", 0...1_000_000),
        let target = peer(block, "send", rank), let source = peer(block, "recv", rank)
      else { continue }
      let channel = block.integer("chan", 0...1_000_000, &findings) ?? 0
      if blocks[id] != nil {
        findings.report(.conflict("tb \(id) of gpu \(rank) appears twice"), at: block.location)
      }
      let elements = block.children(named: "step")
      blocks[id] = (steps.count, elements.count)
      for (place, element) in elements.enumerated() {
        var step = MSCCLStep(location: element.location)
        (step.target, step.source, step.channel, step.isFirst) = (target, source, channel, place == 0)
        if let wait = read(element, place, into: &step) {
          waits.append((steps.count, wait.block, wait.step, element.location))
        }
        steps.append(step)
      }
    }
    for wait in waits {
      guard let block = blocks[wait.block], wait.place < block.count else {
        findings.report(
          .conflict("gpu \(rank) has no step \(wait.place) in tb \(wait.block) to wait for"), at: wait.at)
        continue
      }
      steps[wait.step].dependency = block.first + wait.place
    }
    return steps
  }

  /// - Returns: the block and step that it waits for.
  private mutating func read(
    _ element: MarkupElement, _ place: Int, into step: inout MSCCLStep
  ) -> (block: Int, step: Int)? {
    if let number = element.integer("s", 0...1_000_000, &findings), number != place {
      findings.report(
        .conflict("step \(number) stands where step \(place) belongs"), at: element.location)
    }
    guard let name = element.required("type", &findings) else { return nil }
    guard let type = MSCCLReader.types.first(where: { $0.name == name.value }) else {
      findings.report(
        .unknownName(kind: "step type", name: name.value), at: name.location,
        mend: "types are \(MSCCLReader.types.map(\.name).joined(separator: ", "))")
      return nil
    }
    (step.receives, step.reduces, step.sends) = (type.receives, type.reduces, type.sends)
    step.count = Double(required(element, "cnt", 0...1_000_000_000) ?? 0)
    if type.sends && step.target < 0 {
      findings.report(.conflict("the step sends, but its tb has no 'send'"), at: element.location)
    }
    if type.receives && step.source < 0 {
      findings.report(.conflict("the step receives, but its tb has no 'recv'"), at: element.location)
    }
    let block = element.integer("depid", -1...1_000_000, &findings) ?? -1
    let other = element.integer("deps", -1...1_000_000, &findings) ?? -1
    if (block < 0) != (other < 0) {
      findings.report(
        .conflict("'depid' and 'deps' name a step together, or are both -1"), at: element.location)
    }
    return block >= 0 && other >= 0 ? (block, other) : nil
  }

  private mutating func peer(_ block: MarkupElement, _ name: String, _ rank: Int) -> Int? {
    guard block[name] != nil else { return -1 }
    guard let peer = block.integer(name, -1...(rankCount - 1), &findings) else { return nil }
    if peer == rank {
      findings.report(
        .conflict("gpu \(rank) has itself for '\(name)'"), at: block[name]?.location ?? block.location)
      return nil
    }
    return peer
  }

  private mutating func required(
    _ element: MarkupElement, _ name: String, _ range: ClosedRange<Int>
  ) -> Int? {
    element.required(name, &findings) == nil ? nil : element.integer(name, range, &findings)
  }
}
