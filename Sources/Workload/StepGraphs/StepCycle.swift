extension StepGraph {
  /// The part of a graph that its step runs more often than the graph has it.
  ///
  /// Operators of a stream at positions y and y + `lengths` of a cycle's `bounds` are alike: they take the same
  /// time, change memory alike and wait for operators that are a cycle apart too. So that further cycles can be put
  /// in at any position within the bounds, on all streams of all ranks at once.
  public struct Cycle: Sendable {
    /// Cycles that the step has beyond those of the graph.
    public var omitted: Int
    /// Per class, the operators of one cycle.
    public var operators: [Range<Int>]
    /// Per class and stream, how many operators a cycle has.
    public var lengths: [[Int32]]
    /// Per class and stream, the positions at which operators repeat; where a cycle has none, all.
    public var bounds: [[Range<Int32>]]
  }

  /// How often a rank of its class runs an operator in a step.
  public func repetitions(of index: Int) -> Int {
    guard let cycle else { return 1 }
    return cycle.operators.contains { $0.contains(index) } ? 1 + cycle.omitted : 1
  }

  /// How often a rank of its class makes each call in a step.
  public var callCounts: [Int] {
    var counts = [Int](repeating: 0, count: calls.count)
    for item in operators where item.call >= 0 { counts[Int(item.call)] += 1 }
    guard let cycle else { return counts }
    for index in cycle.operators.joined() where operators[index].call >= 0 {
      counts[Int(operators[index].call)] += cycle.omitted
    }
    return counts
  }
}

/// A stretch of a class's operators as they were written.
struct WrittenStretch {
  private(set) var operators = 0..<0
  /// By stream, how many of the class came before it, and how many lie in it.
  private(set) var before: [Int32] = []
  private(set) var counts: [Int32] = []

  mutating func begin(_ builder: StepGraphBuilder) {
    operators = builder.operatorCount..<builder.operatorCount
    before = builder.streamCounts
  }

  mutating func end(_ builder: StepGraphBuilder) {
    operators = operators.lowerBound..<builder.operatorCount
    counts = zip(builder.streamCounts, before).map { $0 - $1 }
  }
}

extension StepGraph.Cycle {
  /// Finds where a written cycle repeats.
  ///
  /// - Returns: nil where a stream does not repeat for at least two cycles.
  /// - Complexity: O(operators + waits).
  init?(of graph: StepGraph, omitted: Int, stretches: [WrittenStretch]) {
    self.omitted = omitted
    operators = stretches.map(\.operators)
    lengths = stretches.map(\.counts)
    bounds = []
    var lengthsOfStage: [Int: [Int32]] = [:]
    for (item, lengths) in zip(graph.classes, lengths) {
      // Ranks of a place wait for one another's whatever their class.
      if let known = lengthsOfStage[item.stage], known != lengths { return nil }
      lengthsOfStage[item.stage] = lengths
    }
    for (item, stretch) in zip(graph.classes, stretches) {
      var lanes = [[Int32]](repeating: [], count: StepGraph.Stream.allCases.count)
      for index in item.operators { lanes[Int(graph.operators[index].stream.rawValue)].append(Int32(index)) }
      let comparison = CycleComparison(
        graph: graph, own: stretch.counts, ofPeers: item.peers.map { lengthsOfStage[$0] ?? [] })
      var row: [Range<Int32>] = []
      for (lane, (before, length)) in zip(lanes, zip(stretch.before, stretch.counts)) {
        guard length > 0 else {
          row.append(0..<Int32(lane.count))
          continue
        }
        let range = comparison.repeating(lane, from: Int(before), by: Int(length))
        if range.count < 2 * length { return nil }
        row.append(range)
      }
      bounds.append(row)
    }
  }
}

/// Compares operators of a class that are a cycle apart.
private struct CycleComparison {
  let graph: StepGraph
  /// Operators of a cycle by stream, of the class and of its peers.
  let own: [Int32]
  let ofPeers: [[Int32]]

  /// The positions around a start at which a stream repeats.
  func repeating(_ lane: [Int32], from start: Int, by length: Int) -> Range<Int32> {
    func areAlike(_ position: Int) -> Bool {
      position + length < lane.count && isAlike(Int(lane[position]), Int(lane[position + length]))
    }
    var (low, high) = (start, start)
    while areAlike(high) { high += 1 }
    while low > 0, areAlike(low - 1) { low -= 1 }
    return high == start ? Int32(start)..<Int32(start) : Int32(low)..<Int32(high + length)
  }

  private func isAlike(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (graph.operators[first], graph.operators[second])
    guard
      a.kind == b.kind, a.phase == b.phase, a.receiver == b.receiver, a.call == b.call,
      a.duration == b.duration, a.layerName == b.layerName, a.partName == b.partName,
      a.memoryCount == b.memoryCount, a.waitCount == b.waitCount
    else { return false }
    if a.memoryStart != b.memoryStart {
      for offset in 0..<Int(a.memoryCount)
      where graph.memoryDeltas[Int(a.memoryStart) + offset] != graph.memoryDeltas[Int(b.memoryStart) + offset]
      {
        return false
      }
    }
    for offset in 0..<Int(a.waitCount) {
      let (wait, later) = (graph.waits[Int(a.waitStart) + offset], graph.waits[Int(b.waitStart) + offset])
      let stream = Int(wait.stream.rawValue)
      let length = wait.peer == 0 ? own[stream] : ofPeers[Int(wait.peer) - 1][stream]
      if wait.stream != later.stream || wait.peer != later.peer || later.count != wait.count + length {
        return false
      }
    }
    return true
  }
}
