import EventCore
import MemoryModels
import Parallelism
import Quantities
import RandomStreams
import StepGraphs

/// Runs a step graph in simulated time, iteration after iteration.
///
/// An instance is one rank (unfolded) or one member standing for its class (folded). Every operator
/// of every instance is an event: its completion. A collective starts when all instances of a domain, a group or
/// the classes that groups join, have entered it, and ends for each after the time the network gives.
///
/// Streams are in order, so that what an operator waits for is that other streams have come far enough: state is a
/// few words for each stream of each instance, whatever the length of the step.
///
/// - Complexity: O((instances · (operators + waits)) · iterations), without the cycles that a graph leaves out once they
///   go alike; memory O(instances · streams + operators).
struct Executor: ~Copyable {
  /// The completion of an operator on an instance.
  struct Completion: BitwiseCopyable {
    var instance: Int32
    var index: Int32
  }

  static let streamCount = StepGraph.Stream.allCases.count
  static let computeStream = Int(StepGraph.Stream.compute.rawValue)

  let graph: StepGraph
  let options: ExecutionOptions
  /// Time of each call, by call index.
  let callDurations: [SimDuration]

  let instances: [Instance]
  let lanes: StreamLanes
  let domains: CollectiveDomains
  /// For each class, where an instance finds its peers: `peers[peerStart[class] + peer - 1]` of the instance.
  let peers: PeerTable

  var queue = RadixHeap<Completion>()
  var now = SimTime.zero
  var fingerprint = Fingerprint()
  var eventCount = 0

  // State of every instance, one array per field.
  var operatorsLeft: [Int32]
  var iteration: [Int32]
  /// End of the last operator on the compute stream.
  var computeEnd: [SimTime]
  /// Streams at work, a bit each.
  var running: [UInt16]

  /// For each stream of an instance, and behind them for its peers', the streams that wait for it, a bit each.
  var waiting: [UInt16]

  // State of every stream of every instance.
  /// Operators ended in this iteration.
  var cursor: [Int32]
  /// When the operator running on the stream started.
  var started: [SimTime]

  // State of every collective domain.
  var entered: [Int]
  var firstEntry: [SimTime]
  var lateness: [Double]

  /// Cycles that the graph leaves out, and whether all iterations have had theirs.
  let leavesOutCycles: Bool
  var progress: CycleProgress
  var isComplete = true
  /// Per operator, which of its memory changes have been told: 1 at its start, 2 at its end.
  var toldChanges: [UInt8]

  var theft: ComputeTheft
  var ledger: IterationLedger
  var trackers: [MemoryTracker]
  var trackerOf: [Int32]
  var spans: [Span] = []
  /// Whether an instance's spans are kept.
  let isRecorded: [Bool]
  let variation: CounterRandom

  struct Instance {
    var classIndex: Int
    var rank: Int
    /// Ranks it stands for.
    var multiplicity: Int
  }

  init(
    graph: StepGraph, callDurations: [SimDuration], resident: [[Int64]], options: ExecutionOptions
  ) {
    precondition(callDurations.count == graph.calls.count, "one duration per collective call")
    self.graph = graph
    self.options = options
    self.callDurations = callDurations
    var instances: [Instance] = []
    var trackers: [MemoryTracker] = []
    var trackerOf: [Int32] = []
    for (index, rankClass) in graph.classes.enumerated() {
      trackers.append(MemoryTracker(classIndex: index, resident: resident[index]))
      let ranks = options.unfolded ? rankClass.ranks[...] : rankClass.ranks.prefix(1)
      for (position, rank) in ranks.enumerated() {
        instances.append(
          Instance(
            classIndex: index, rank: rank, multiplicity: options.unfolded ? 1 : rankClass.ranks.count))
        trackerOf.append(position == 0 ? Int32(index) : -1)
      }
    }
    self.instances = instances
    let recorded = Set(options.recordedRanks)
    isRecorded = instances.map { recorded.contains($0.rank) }
    self.trackers = trackers
    self.trackerOf = trackerOf
    lanes = StreamLanes(graph)
    domains = CollectiveDomains(graph, instances, unfolded: options.unfolded)
    peers = PeerTable(graph, instances, unfolded: options.unfolded)
    operatorsLeft = Array(repeating: 0, count: instances.count)
    iteration = Array(repeating: -1, count: instances.count)
    computeEnd = Array(repeating: .zero, count: instances.count)
    running = Array(repeating: 0, count: instances.count)
    waiting = Array(repeating: 0, count: instances.count * (Self.streamCount + 1))
    cursor = Array(repeating: 0, count: instances.count * Self.streamCount)
    started = Array(repeating: .zero, count: instances.count * Self.streamCount)
    entered = Array(repeating: 0, count: domains.count)
    firstEntry = Array(repeating: .zero, count: domains.count)
    lateness = Array(repeating: 0, count: domains.count)
    leavesOutCycles = graph.cycle != nil
    progress = CycleProgress(left: graph.cycle?.omitted ?? 0)
    toldChanges = Array(repeating: 0, count: graph.cycle == nil ? 0 : graph.operatorCount)
    theft = ComputeTheft(shares: options.computeShares, instanceCount: instances.count)
    ledger = IterationLedger(iterationCount: options.iterations, rankCount: graph.rankCount)
    variation = RandomStreams(seed: options.seed).counter(named: "execution/operator-time")
    queue.reserveCapacity(instances.count * 2 + 64)
  }

  consuming func run() -> ExecutionResult {
    for index in instances.indices { beginIteration(index) }
    while let (key, completion) = queue.pop() {
      now = SimTime(ticks: key)
      eventCount += 1
      fingerprint.combine(
        time: now, kind: 0, subject: completion.index,
        value: UInt64(UInt32(bitPattern: completion.instance)))
      complete(Int(completion.index), on: Int(completion.instance))
      if leavesOutCycles, completion.instance == 0,
        graph.operators[Int(completion.index)].stream == .compute
      {
        foldCycles()
      }
    }
    precondition(operatorsLeft.allSatisfy { $0 == 0 }, "the graph cannot finish: an operator waits forever")
    return ExecutionResult(
      iterations: ledger.records(), spans: spans, memory: trackers.map(\.record), eventCount: eventCount,
      fingerprint: fingerprint.value, endTime: now, isComplete: isComplete && progress.left == 0)
  }
}

/// Runs a step graph.
///
/// - Parameters:
///   - callDurations: time of each collective call and message, by call index; the network model gives them.
///   - resident: per class, the bytes by `MemoryKind.rawValue` that are there from the start.
/// - Precondition: the graph can finish; the generators only add waits that point backward, and schedules that run.
public func execute(
  _ graph: StepGraph, callDurations: [SimDuration], resident: [[Int64]], options: ExecutionOptions
) -> ExecutionResult {
  Executor(graph: graph, callDurations: callDurations, resident: resident, options: options).run()
}
