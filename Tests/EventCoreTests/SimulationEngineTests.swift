import EventCore
import Quantities
import Testing

private func at(_ milliseconds: Double) -> SimTime { .zero + .milliseconds(milliseconds) }

private struct ModelFault: Error, Equatable { var code: Int }

@Suite("Simulation engine") struct SimulationEngineTests {
  /// Two iterations on one node: 3 ms of compute, then 1 ms of all-reduce.
  private func scheduleTraining(on engine: SimulationEngine, iterations: Int = 2) throws {
    func begin(_ remaining: Int, _ engine: SimulationEngine) throws {
      try engine.schedule(after: .zero, kind: .iterationStart, node: 0)
      try engine.schedule(after: .zero, kind: .computeStart, node: 0)
      try engine.schedule(after: .milliseconds(3), kind: .computeEnd, node: 0) { engine in
        try engine.schedule(after: .zero, kind: .allReduceStart, node: 0)
        try engine.schedule(after: .milliseconds(1), kind: .allReduceEnd, node: 0) { engine in
          try engine.schedule(after: .zero, kind: .iterationEnd, node: 0) { engine in
            if remaining > 1 { try begin(remaining - 1, engine) }
          }
        }
      }
    }
    try begin(iterations, engine)
  }

  @Test func `iterations follow each other`() throws {
    let engine = SimulationEngine()
    try scheduleTraining(on: engine, iterations: 100)
    let statistics = try engine.run()
    // 100 · (3 ms + 1 ms) and six events an iteration.
    #expect(statistics.endTime == at(400))
    #expect(statistics.eventCount == 600)
    #expect(statistics.count(of: .allReduceEnd) == 100)
    #expect(statistics.busyTime(in: .compute, node: 0) == .milliseconds(300))
    #expect(statistics.utilization(in: .compute, node: 0) == 0.75)
    #expect(statistics.busyTime(in: .iteration, node: 0) == .milliseconds(400))
    #expect(statistics.busyTime(in: .compute, node: 1) == .zero)
    #expect(statistics.pendingCount == 0)
    #expect(engine.history.isEmpty)
  }

  @Test func `the history names events in the order they ran`() throws {
    let engine = SimulationEngine()
    try scheduleTraining(on: engine, iterations: 1)
    try engine.run(collectHistory: true)
    #expect(
      engine.history.map(\.description) == [
        "ITERATION_START of node 0 at 0.0 s", "COMPUTE_START of node 0 at 0.0 s",
        "COMPUTE_END of node 0 at 0.003 s", "ALLREDUCE_START of node 0 at 0.003 s",
        "ALLREDUCE_END of node 0 at 0.004 s", "ITERATION_END of node 0 at 0.004 s",
      ])
  }

  @Test func `ties run in the order they were scheduled`() throws {
    let engine = SimulationEngine()
    for label in ["a", "b", "c"] {
      try engine.schedule(Event(at: at(1), kind: .custom, node: 7, label: label))
    }
    try engine.schedule(Event(at: at(0), kind: .communicationStart, node: 7, label: "first"))
    try engine.run(collectHistory: true)
    #expect(engine.history.map(\.label) == ["first", "a", "b", "c"])
    #expect(engine.history[0].description == "COMM_START (first) of node 7 at 0.0 s")
  }

  @Test func `scheduling in the past names the event`() throws {
    let engine = SimulationEngine()
    try engine.schedule(
      Event(at: at(2000), kind: .computeStart, node: 3) { engine in
        try engine.schedule(Event(at: at(500), kind: .computeEnd, node: 3))
      })
    let error = try #require(throws: EngineError.self) { try engine.run() }
    #expect("\(error)" == "event COMPUTE_END of node 3 at 0.5 s lies in the past: the time is 2.0 s")
  }

  @Test func `an action's error ends the run and keeps the rest scheduled`() throws {
    let engine = SimulationEngine()
    var ran = 0
    try engine.schedule(Event(at: at(1), kind: .custom, node: 0) { _ in throw ModelFault(code: 9) })
    try engine.schedule(Event(at: at(2), kind: .custom, node: 0) { _ in ran += 1 })
    #expect(throws: ModelFault(code: 9)) { try engine.run() }
    #expect(ran == 0)
    #expect(engine.statistics.eventCount == 1)
    #expect(try engine.run().eventCount == 2)
    #expect(ran == 1)
  }

  @Test func `an end without a start is an error`() throws {
    let engine = SimulationEngine()
    try engine.schedule(Event(at: at(1), kind: .forwardEnd, node: 2))
    let error = try #require(throws: EngineError.self) { try engine.run() }
    #expect("\(error)" == "event FORWARD_END of node 2 at 0.001 s ends what was not started")
  }

  @Test func `a run within a run is an error`() throws {
    let engine = SimulationEngine()
    try engine.schedule(Event(at: at(1), kind: .custom, node: 0) { engine in try engine.run() })
    #expect(throws: EngineError.alreadyRunning) { try engine.run() }
    try engine.schedule(Event(at: at(1), kind: .custom, node: 0) { engine in try engine.reset() })
    #expect(throws: EngineError.alreadyRunning) { try engine.run() }
  }

  @Test func `a limit stops the run and a later call goes on`() throws {
    let whole = SimulationEngine()
    try scheduleTraining(on: whole)
    let expected = try whole.run()

    let engine = SimulationEngine()
    try scheduleTraining(on: engine)
    let first = try engine.run(until: at(3.5))
    // Iteration 1 has computed for 3 ms and has reduced for 0.5 ms so far.
    #expect(first.endTime == at(3.5))
    #expect(first.busyTime(in: .allReduce, node: 0) == .milliseconds(0.5))
    #expect(first.busyTimes.first { $0.phase == .allReduce }?.openSpanCount == 1)
    #expect(first.pendingCount == 1)
    // Events at the limit itself run, and what is earlier than the next event may still be scheduled.
    try engine.schedule(after: .milliseconds(0.1), kind: .custom, node: 5)
    let second = try engine.run(until: at(1000))
    #expect(second.endTime == expected.endTime)
    #expect(second.eventCount == expected.eventCount + 1)
    #expect(second.busyTime(in: .compute, node: 0) == expected.busyTime(in: .compute, node: 0))
  }

  @Test func `events at the limit run`() throws {
    let engine = SimulationEngine()
    try engine.schedule(Event(at: at(2), kind: .custom, node: 0))
    #expect(try engine.run(until: at(2)).eventCount == 1)
  }

  @Test func `overlapping spans count once`() throws {
    let engine = SimulationEngine()
    // 0 to 4 ms and 2 to 5 ms: busy for 5 ms; 7 to 8 ms: one more.
    for (time, kind) in [
      (0.0, PhaseKind.computeStart), (2, .computeStart), (4, .computeEnd), (5, .computeEnd),
      (7, .computeStart), (8, .computeEnd),
    ] {
      try engine.schedule(Event(at: at(time), kind: kind, node: 0))
    }
    let statistics = try engine.run()
    #expect(statistics.busyTime(in: .compute, node: 0) == .milliseconds(6))
    #expect(statistics.busyTimes.first?.spanCount == 3)
  }

  @Test func `a reset engine repeats the run, event for event`() throws {
    let engine = SimulationEngine()
    try scheduleTraining(on: engine)
    let first = try engine.run(collectHistory: true)
    let history = engine.history
    try engine.reset()
    #expect(engine.now == .zero && engine.history.isEmpty && engine.statistics.eventCount == 0)
    try scheduleTraining(on: engine)
    #expect(try engine.run(collectHistory: true) == first)
    #expect(engine.history == history)
  }

  @Test func `labels are part of the fingerprint`() throws {
    func fingerprint(_ labels: [String]) throws -> Fingerprint {
      let engine = SimulationEngine()
      for label in labels { try engine.schedule(Event(at: at(1), kind: .custom, node: 0, label: label)) }
      return try engine.run().fingerprint
    }
    #expect(try fingerprint(["ab", "c"]) == fingerprint(["ab", "c"]))
    #expect(try fingerprint(["ab", "c"]) != fingerprint(["a", "bc"]))
  }

  @Test func `names of kinds read back`() {
    for kind in PhaseKind.allCases { #expect(PhaseKind(name: kind.name) == kind) }
    #expect(PhaseKind(name: "COMPUTE") == nil)
  }
}
