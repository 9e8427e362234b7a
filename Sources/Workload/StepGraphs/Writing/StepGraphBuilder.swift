import Collectives
import MemoryModels
import Parallelism
import Quantities

/// Collects operators and what they wait for, then lays them out as a `StepGraph`.
public struct StepGraphBuilder {
  private let layout: RankLayout
  private var classes: [StepGraph.RankClass] = []
  var operators: [StepGraph.Operator] = []
  private var calls: [StepGraph.CollectiveCall] = []
  private var knownCalls: [StepGraph.CollectiveCall: Int32] = [:]
  var waits: [StepGraph.Wait] = []
  private var deltas: [StepGraph.MemoryDelta] = []
  private var names: [String] = []
  private var knownNames: [String: Int32] = [:]
  private var classStart = 0
  private var peers: [Int] = []
  /// Operators of each stream of the class being written.
  var streamCounts = [Int32](repeating: 0, count: StepGraph.Stream.allCases.count)
  /// The place of each operator in its stream, from 1 on.
  var places: [Int32] = []

  public init(layout: RankLayout) { self.layout = layout }

  /// A graph of `rankCount` ranks that divide the samples alone.
  public init(rankCount: Int) { self.init(layout: .dataParallel(rankCount)) }

  /// Operators added so far.
  public var operatorCount: Int { operators.count }
  /// Operators that a stream of the class being written has so far.
  public func count(on stream: StepGraph.Stream) -> Int { Int(streamCounts[Int(stream.rawValue)]) }
  /// Number of the class being written.
  public var classIndex: Int { classes.count }

  public mutating func reserve(operators count: Int) {
    operators.reserveCapacity(count)
    places.reserveCapacity(count)
    waits.reserveCapacity(count)
  }

  /// The index of a name.
  public mutating func name(_ text: String) -> Int32 {
    if let known = knownNames[text] { return known }
    let index = Int32(names.count)
    names.append(text)
    knownNames[text] = index
    return index
  }

  /// The index of a call that the class being written makes.
  public mutating func call(
    _ kind: CollectiveKind, bytes: ByteCount, among communicator: Communicator, to destination: Int = -1
  ) -> Int32 {
    let call = StepGraph.CollectiveCall(
      kind: kind, bytes: bytes, communicator: communicator, classIndex: classes.count,
      destination: destination)
    if let known = knownCalls[call] { return known }
    let index = Int32(calls.count)
    calls.append(call)
    knownCalls[call] = index
    return index
  }

  /// The position by which the class being written names a peer.
  public mutating func peer(_ stage: Int) -> UInt8 {
    if let known = peers.firstIndex(of: stage) { return UInt8(known + 1) }
    peers.append(stage)
    return UInt8(peers.count)
  }

  /// Adds an operator that takes a known time on its rank.
  ///
  /// - Parameter after: operators of the same class that it waits for.
  /// - Returns: its index.
  @discardableResult
  public mutating func add(
    _ name: String, _ phase: StepGraph.Phase, on stream: StepGraph.Stream = .compute,
    kind: StepGraph.Kind = .compute, duration: SimDuration, flops: Double = 0, after: [Int] = []
  ) -> Int {
    let part = self.name(name)
    return append(
      StepGraph.Operator(
        kind: kind, phase: phase, stream: stream, receiver: 0, call: -1, duration: duration, flops: flops,
        layerName: -1, partName: part, microBatch: -1, memoryStart: 0, memoryCount: 0, waitStart: 0,
        waitCount: 0), after: after)
  }

  /// Adds a collective of the rank's group; its time comes from the network.
  @discardableResult
  public mutating func addCollective(
    _ name: String, _ kind: CollectiveKind, bytes: ByteCount, among communicator: Communicator = .data,
    on stream: StepGraph.Stream, phase: StepGraph.Phase = .communication, after: [Int] = []
  ) -> Int {
    let index = add(name, phase, on: stream, kind: .collective, duration: .zero, after: after)
    operators[index].call = call(kind, bytes: bytes, among: communicator)
    return index
  }

  /// Adds a message to another place in the pipeline; its time comes from the network.
  mutating func addSend(
    _ name: String, bytes: ByteCount, to destination: Int, microBatch: Int, after: [Int]
  ) -> Int {
    let index = add(name, .pipeline, on: .send, kind: .send, duration: .zero, after: after)
    operators[index].call = call(.sendReceive, bytes: bytes, among: .world, to: destination)
    operators[index].receiver = peer(destination)
    operators[index].microBatch = Int32(microBatch)
    return index
  }

  /// Adds an operator as it is, its names, call and memory changes those of this builder.
  ///
  /// - Precondition: what it waits for was added before, so that the graph has no cycle.
  public mutating func append(_ item: StepGraph.Operator, after: [Int] = []) -> Int {
    let index = operators.count
    var item = item
    item.waitStart = Int32(waits.count)
    for predecessor in after { wait(on: predecessor, by: item.stream, before: index) }
    item.waitCount = Int32(waits.count) - item.waitStart
    operators.append(item)
    streamCounts[Int(item.stream.rawValue)] += 1
    places.append(streamCounts[Int(item.stream.rawValue)])
    return index
  }

  mutating func wait(on predecessor: Int, by stream: StepGraph.Stream, before index: Int) {
    precondition(
      predecessor >= classStart && predecessor < index, "an operator waits for earlier ones of its class")
    let other = operators[predecessor].stream
    // A stream is in order anyway.
    if other != stream { waits.append(.init(count: places[predecessor], stream: other, peer: 0)) }
  }

  /// Lets the operator added last wait for a peer's stream.
  ///
  /// - Returns: the wait, whose count `settle` says once the peer's class is written.
  public mutating func waitAlso(onPeer peer: UInt8, _ stream: StepGraph.Stream) -> Int {
    waits.append(.init(count: 0, stream: stream, peer: peer))
    operators[operators.count - 1].waitCount += 1
    return waits.count - 1
  }

  /// Says how many operators a wait is for.
  public mutating func settle(_ wait: Int, count: Int) { waits[wait].count = Int32(count) }

  /// Says of which layer and micro-batch an operator is.
  mutating func label(_ index: Int, layer: Int32, microBatch: Int) {
    operators[index].layerName = layer
    operators[index].microBatch = Int32(microBatch)
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
    if rounded == 0 { return }
    let start = Int(operators[index].memoryStart)
    let end = start + Int(operators[index].memoryCount)
    // An operator's changes lie together: those that others share, or that are not the last, move to the end.
    if start == end || end != deltas.count {
      operators[index].memoryStart = Int32(deltas.count)
      deltas.append(contentsOf: Array(deltas[start..<end]))
    }
    deltas.append(.init(kind: kind, atStart: atStart, bytes: rounded))
    operators[index].memoryCount += 1
  }

  /// Memory changes that many operators share.
  ///
  /// - Returns: where they begin.
  mutating func share(_ changes: [StepGraph.MemoryDelta]) -> Int32 {
    let start = Int32(deltas.count)
    deltas += changes
    return start
  }

  /// Closes a class over all operators added since the last one.
  public mutating func finishClass(named name: String, stage: Int = 0, ranks: [Int]) {
    classes.append(
      .init(name: name, stage: stage, ranks: ranks, operators: classStart..<operators.count, peers: peers))
    classStart = operators.count
    peers = []
    for stream in streamCounts.indices { streamCounts[stream] = 0 }
  }

  /// The graph.
  ///
  /// - Precondition: every operator belongs to a finished class.
  public consuming func build() -> StepGraph {
    precondition(classStart == operators.count, "the last class is not finished")
    return StepGraph(
      layout: layout, classes: classes, operators: operators, calls: calls, waits: waits,
      memoryDeltas: deltas, names: names)
  }
}
