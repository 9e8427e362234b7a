import EventCore
import MemoryModels
import Quantities
import RandomStreams
import StepGraphs

/// Runs a step graph in simulated time, iteration after iteration.
///
/// An instance is one rank (unfolded) or one member standing for its class (folded). Every operator
/// of every instance is an event: its completion. A collective starts when all instances have
/// entered it and ends for all at once, after the time the network gives; that is one event.
///
/// - Complexity: O((instances · operators + edges) · iterations) events and handlers;
///   memory O(instances · operators).
struct Executor: ~Copyable {
  /// The completion of an operator on an instance; of a collective call where `instance` is -1.
  struct Completion: BitwiseCopyable {
    var instance: Int32
    var index: Int32
  }

  static let streamCount = StepGraph.Stream.allCases.count

  let graph: StepGraph
  let options: ExecutionOptions
  /// Time of each collective call, by call index.
  let callDurations: [SimDuration]

  let rankCount: Int
  let instances: [Instance]
  /// Per class, the operators of each stream in order.
  let lanes: [[[Int32]]]

  var queue = RadixHeap<Completion>()
  var now = SimTime.zero
  var fingerprint = Fingerprint()
  var eventCount = 0

  // State of every instance, one array per field.
  var remaining: [Int32]
  var cursor: [Int32]
  var isRunning: [Bool]
  var operatorsLeft: [Int32]
  var iteration: [Int32]
  /// End of the last operator on the compute stream.
  var computeEnd: [SimTime]
  /// When the operator running on each stream started.
  var started: [SimTime]

  // State of every collective call.
  var entered: [Int]
  var firstEntry: [SimTime]
  var lateness: [Double]

  var ledger: IterationLedger
  var trackers: [MemoryTracker]
  var trackerOf: [Int32]
  var spans: [Span] = []
  let variation: CounterRandom

  struct Instance {
    var classIndex: Int
    var rank: Int
    /// Ranks it stands for.
    var multiplicity: Int
    /// Offset of its operators in `remaining`.
    var base: Int
  }

  init(
    graph: StepGraph, callDurations: [SimDuration], resident: [[Int64]], options: ExecutionOptions
  ) {
    precondition(callDurations.count == graph.calls.count, "one duration per collective call")
    self.graph = graph
    self.options = options
    self.callDurations = callDurations
    var instances: [Instance] = []
    var base = 0
    var trackers: [MemoryTracker] = []
    var trackerOf: [Int32] = []
    for (index, rankClass) in graph.classes.enumerated() {
      trackers.append(MemoryTracker(classIndex: index, resident: resident[index]))
      let ranks = options.unfolded ? rankClass.ranks : Array(rankClass.ranks.prefix(1))
      for (position, rank) in ranks.enumerated() {
        instances.append(
          Instance(
            classIndex: index, rank: rank, multiplicity: options.unfolded ? 1 : rankClass.ranks.count,
            base: base - rankClass.operators.lowerBound))
        trackerOf.append(position == 0 ? Int32(index) : -1)
        base += rankClass.operators.count
      }
    }
    self.instances = instances
    self.trackers = trackers
    self.trackerOf = trackerOf
    lanes = graph.classes.map { rankClass in
      StepGraph.Stream.allCases.map { stream in
        rankClass.operators.filter { graph.streams[$0] == stream }.map { Int32($0) }
      }
    }
    remaining = Array(repeating: 0, count: base)
    cursor = Array(repeating: 0, count: instances.count * Self.streamCount)
    isRunning = Array(repeating: false, count: instances.count * Self.streamCount)
    operatorsLeft = Array(repeating: 0, count: instances.count)
    iteration = Array(repeating: -1, count: instances.count)
    computeEnd = Array(repeating: .zero, count: instances.count)
    started = Array(repeating: .zero, count: instances.count * Self.streamCount)
    entered = Array(repeating: 0, count: graph.calls.count)
    firstEntry = Array(repeating: .zero, count: graph.calls.count)
    lateness = Array(repeating: 0, count: graph.calls.count)
    rankCount = graph.rankCount
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
        time: now, kind: completion.instance < 0 ? 1 : 0, subject: completion.index,
        value: UInt64(UInt32(bitPattern: completion.instance)))
      if completion.instance < 0 {
        finishCollective(Int(completion.index))
      } else {
        finish(Int(completion.index), on: Int(completion.instance))
      }
    }
    precondition(operatorsLeft.allSatisfy { $0 == 0 }, "the graph cannot finish: an operator waits forever")
    return ExecutionResult(
      iterations: ledger.records(), spans: spans, memory: trackers.map(\.record), eventCount: eventCount,
      fingerprint: fingerprint.value, endTime: now)
  }
}

/// Runs a step graph.
///
/// - Parameters:
///   - callDurations: time of each collective call, by call index; the network model gives them.
///   - resident: per class, the bytes by `MemoryKind.rawValue` that are there from the start.
/// - Precondition: the graph can finish; the generators only add edges that point forward.
public func execute(
  _ graph: StepGraph, callDurations: [SimDuration], resident: [[Int64]], options: ExecutionOptions
) -> ExecutionResult {
  Executor(graph: graph, callDurations: callDurations, resident: resident, options: options).run()
}
