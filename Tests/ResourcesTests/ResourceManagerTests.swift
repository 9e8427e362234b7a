import EventCore
import Quantities
import Resources
import Testing

private func at(_ milliseconds: Double) -> SimTime { .zero + .milliseconds(milliseconds) }

@Suite("Resource manager") struct ResourceManagerTests {
  /// 100 TFLOP/s, 1 GB, 50 GB/s.
  private func device() -> ResourceManager {
    ResourceManager(
      peak: .teraflops(100), memory: .gigabytes(1), bandwidth: .gigabytesPerSecond(50))
  }

  @Test func `times follow from the rates`() {
    // 2·10¹¹ FLOP / 10¹⁴ FLOP/s = 2 ms, at half the peak 4 ms; 10⁸ B / 5·10¹⁰ B/s = 2 ms.
    #expect(device().executionTime(FLOPCount(2e11)) == .milliseconds(2))
    #expect(device().executionTime(FLOPCount(2e11), efficiency: 0.5) == .milliseconds(4))
    #expect(device().transferTime(.gigabytes(0.1)) == .milliseconds(2))
    #expect(device().transferTime(.gigabytes(0.1), latency: .microseconds(5)) == .microseconds(2005))
  }

  @Test func `utilization includes idle time`() {
    let device = device()
    device.execute(FLOPCount(2e11), at: at(0))  // 0 to 2 ms
    device.transfer(.gigabytes(0.05), at: at(3))  // 3 to 4 ms
    #expect(device.utilization(at: at(8)).compute == 0.25)
    #expect(device.utilization(at: at(8)).network == 0.125)
    #expect(device.utilization(at: at(0)).compute == 0)
  }

  @Test func `simultaneous work queues up, so utilization never exceeds one`() {
    let device = device()
    for _ in 0..<5 { device.execute(FLOPCount(2e11), at: at(1)) }  // 1 to 11 ms
    #expect(device.execute(FLOPCount(2e11), at: at(20)).start == at(20))  // to 22 ms
    for time in stride(from: 0.5, through: 30, by: 0.5) {
      #expect(device.utilization(at: at(time)).compute <= 1)
    }
    #expect(device.compute.busyTime(until: at(1)) == .zero)
    #expect(device.compute.busyTime(until: at(6)) == .milliseconds(5))
    #expect(device.compute.busyTime(until: at(15)) == .milliseconds(10))
    #expect(device.compute.busyTime(until: at(21)) == .milliseconds(11))
    #expect(device.statistics(at: at(24)).utilization.compute == 0.5)
    #expect(device.statistics(at: at(24)).executed == FLOPCount(1.2e12))
  }

  @Test func `latency does not hold the network`() {
    let device = device()
    let first = device.transfer(.gigabytes(0.05), at: at(0), latency: .milliseconds(10))
    let second = device.transfer(.gigabytes(0.05), at: at(0), latency: .milliseconds(10))
    #expect(first.end == at(11))
    #expect(second.start == at(1) && second.end == at(12))
    #expect(device.statistics(at: at(12)).transferred == .gigabytes(0.1))
  }

  @Test func `one gigabyte refuses two`() throws {
    let device = device()
    let refusal = try #require(throws: MemoryRefusal.self) {
      try device.allocate("weights", .gigabytes(2))
    }
    #expect("\(refusal)" == "'weights' asks for 2000000000 bytes, 1000000000 of 1000000000 are free")
    #expect(device.memory.used == .zero)
    #expect(device.statistics(at: at(0)).isAtRiskOfOutOfMemory)
    #expect(device.statistics(at: at(0)).refusedAllocationCount == 1)
  }

  @Test func `names are used once and freed once`() throws {
    let device = device()
    try device.allocate("a", ByteCount(100))
    #expect(throws: MemoryRefusal.alreadyAllocated(id: "a")) { try device.allocate("a", ByteCount(1)) }
    #expect(try device.free("a") == ByteCount(100))
    let refusal = try #require(throws: MemoryRefusal.self) { try device.free("a") }
    #expect("\(refusal)" == "'a' is not allocated")
    #expect(throws: MemoryRefusal.self) { try device.allocate("b", ByteCount(-1)) }
    #expect(device.memory.used == .zero)
  }

  @Test func `memory is conserved`() {
    var pool = MemoryPool(capacity: ByteCount(1000))
    var state: UInt64 = 1
    var peak = ByteCount.zero
    for _ in 0..<5000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let id = "block-\(state >> 60)"
      if state >> 59 & 1 == 0 {
        try? pool.allocate(id, ByteCount(Int64(state >> 40 % 300)))
      } else {
        _ = try? pool.free(id)
      }
      let total = pool.allocations.reduce(ByteCount.zero) { $0 + $1.size }
      peak = max(peak, total)
      guard total == pool.used, pool.used + pool.free == pool.capacity, pool.free >= .zero else {
        Issue.record("\(total.bytes) allocated, \(pool.used.bytes) used")
        return
      }
    }
    #expect(pool.peak == peak)
  }

  @Test(arguments: [
    (69, MemoryPressure.low), (70, .medium), (84, .medium), (85, .high), (94, .high), (95, .critical),
  ])
  func `pressure has four steps`(percent: Int, expected: MemoryPressure) throws {
    var pool = MemoryPool(capacity: ByteCount(100))
    try pool.allocate("a", ByteCount(percent))
    #expect(pool.pressure == expected)
    #expect(pool.isAtRisk == (expected == .critical))
    try pool.free("a")
    #expect(pool.pressure == .low)
    #expect(pool.peakFraction == Double(percent) / 100)
  }

  @Test func `a model written with callbacks shares one device`() throws {
    // Four steps, each 2 ms of compute and then 2 ms of transfer: 16 ms, each resource half of the time.
    let engine = SimulationEngine()
    let device = device()
    func step(_ remaining: Int, _ engine: SimulationEngine) throws {
      let computed = device.execute(FLOPCount(2e11), at: engine.now).end
      try engine.schedule(
        Event(at: computed, kind: .communicationStart, node: 0) { engine in
          let sent = device.transfer(.gigabytes(0.1), at: engine.now).end
          try engine.schedule(
            Event(at: sent, kind: .communicationEnd, node: 0) { engine in
              if remaining > 1 { try step(remaining - 1, engine) }
            })
        })
    }
    try engine.schedule(Event(at: .zero, kind: .iterationStart, node: 0) { try step(4, $0) })
    let statistics = try engine.run()
    #expect(statistics.endTime == at(16))
    #expect(device.utilization(at: engine.now).compute == 0.5)
    #expect(device.utilization(at: engine.now).network == 0.5)
    #expect(statistics.busyTime(in: .communication, node: 0) == .milliseconds(8))
  }
}
