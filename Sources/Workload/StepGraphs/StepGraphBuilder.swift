import Collectives
import MemoryModels
import Quantities

/// Collects operators and edges, then lays them out as a `StepGraph`.
public struct StepGraphBuilder {
  private var classes: [StepGraph.RankClass] = []
  private var kinds: [StepGraph.Kind] = []
  private var phases: [StepGraph.Phase] = []
  private var streams: [StepGraph.Stream] = []
  private var durations: [SimDuration] = []
  private var flops: [Double] = []
  private var names: [String] = []
  private var callIndices: [Int32] = []
  private var calls: [StepGraph.CollectiveCall] = []
  private var edges: [(from: Int32, to: Int32)] = []
  private var deltas: [(index: Int32, delta: StepGraph.MemoryDelta)] = []
  private var classStart = 0

  public init() {}

  /// Operators added so far.
  public var operatorCount: Int { kinds.count }

  /// Adds an operator that takes a known time on its rank.
  ///
  /// - Returns: its index, for `depend` and `change`.
  @discardableResult
  public mutating func add(
    _ name: String, _ phase: StepGraph.Phase, on stream: StepGraph.Stream = .compute,
    kind: StepGraph.Kind = .compute, duration: SimDuration, flops work: Double = 0, after: [Int] = []
  ) -> Int {
    let index = kinds.count
    kinds.append(kind)
    phases.append(phase)
    streams.append(stream)
    durations.append(duration)
    flops.append(work)
    names.append(name)
    callIndices.append(-1)
    for predecessor in after { depend(index, on: predecessor) }
    return index
  }

  /// Adds a collective that all ranks enter; its time comes from the network.
  @discardableResult
  public mutating func addCollective(
    _ name: String, _ kind: CollectiveKind, bytes: ByteCount, on stream: StepGraph.Stream, after: [Int] = []
  ) -> Int {
    let index = add(name, .communication, on: stream, kind: .collective, duration: .zero, after: after)
    callIndices[index] = Int32(calls.count)
    calls.append(.init(kind: kind, bytes: bytes))
    return index
  }

  /// States that one operator waits for another of the same class.
  ///
  /// - Precondition: `predecessor` was added before `index`, so that the graph has no cycle.
  public mutating func depend(_ index: Int, on predecessor: Int) {
    precondition(
      predecessor >= classStart && predecessor < index, "an edge must point forward within a class")
    edges.append((Int32(predecessor), Int32(index)))
  }

  /// Books bytes (negative: frees them) when an operator starts or ends.
  public mutating func change(_ kind: MemoryKind, by bytes: Double, atStartOf index: Int) {
    book(kind, bytes, atStart: true, index)
  }
  public mutating func change(_ kind: MemoryKind, by bytes: Double, atEndOf index: Int) {
    book(kind, bytes, atStart: false, index)
  }

  private mutating func book(_ kind: MemoryKind, _ bytes: Double, atStart: Bool, _ index: Int) {
    let rounded = ByteCount(rounding: bytes).bytes
    if rounded != 0 {
      deltas.append((Int32(index), .init(kind: kind, atStart: atStart, bytes: rounded)))
    }
  }

  /// Closes a class over all operators added since the last one.
  public mutating func finishClass(named name: String, ranks: [Int]) {
    classes.append(.init(name: name, ranks: ranks, operators: classStart..<kinds.count))
    classStart = kinds.count
  }

  /// Lays out the graph.
  ///
  /// - Precondition: every operator belongs to a finished class.
  /// - Complexity: O(operators + edges).
  public consuming func build() -> StepGraph {
    precondition(classStart == kinds.count, "the last class is not finished")
    let count = kinds.count
    var predecessorCounts = [Int32](repeating: 0, count: count)
    var successorStart = [Int32](repeating: 0, count: count + 1)
    for edge in edges {
      predecessorCounts[Int(edge.to)] += 1
      successorStart[Int(edge.from) + 1] += 1
    }
    for index in 0..<count { successorStart[index + 1] += successorStart[index] }
    var cursor = successorStart
    var successors = [Int32](repeating: 0, count: edges.count)
    for edge in edges {
      successors[Int(cursor[Int(edge.from)])] = edge.to
      cursor[Int(edge.from)] += 1
    }
    var memoryStart = [Int32](repeating: 0, count: count + 1)
    for item in deltas { memoryStart[Int(item.index) + 1] += 1 }
    for index in 0..<count { memoryStart[index + 1] += memoryStart[index] }
    cursor = memoryStart
    var ordered = [StepGraph.MemoryDelta](
      repeating: .init(kind: .workspace, atStart: true, bytes: 0), count: deltas.count)
    for item in deltas {
      ordered[Int(cursor[Int(item.index)])] = item.delta
      cursor[Int(item.index)] += 1
    }
    return StepGraph(
      classes: classes, kinds: kinds, phases: phases, streams: streams, durations: durations, flops: flops,
      names: names, callIndices: callIndices, calls: calls, predecessorCounts: predecessorCounts,
      successorStart: successorStart, successors: successors, memoryStart: memoryStart, memoryDeltas: ordered)
  }
}
