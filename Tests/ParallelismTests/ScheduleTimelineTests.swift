import Parallelism
import Testing

@Suite("Schedule timelines") struct ScheduleTimelineTests {
  private let unit = PipelineTimes(forward: 1, backwardInput: 1, backwardWeight: 1)

  // Two devices, two micro-batches, F = 2, B + W = 1 + 2 = 3:
  //   device 0: F0 0–2, F1 2–4, waits for device 1's B0 (4–7), B0 7–10, B1 12–15
  //   device 1: F0 2–4, B0 4–7, F1 7–9, B1 9–12
  @Test func `start a pass when the device and what it waits for are done`() throws {
    let schedule = try pipelineSchedule(.oneForwardOneBackward, devices: 2, chunks: 1, microBatches: 2)
    let timeline = schedule.timeline(PipelineTimes(forward: 2, backwardInput: 1, backwardWeight: 2))
    #expect(timeline.start == [[0, 2, 7, 12], [2, 4, 7, 9]])
    #expect(timeline.end == [[2, 4, 10, 15], [4, 7, 9, 12]])
    #expect(timeline.makespan == 15)
    #expect(timeline.busy(onDevice: 0) == 10 && timeline.busy(onDevice: 1) == 10)
    #expect(timeline.idle(onDevice: 1) == 5)
    #expect(timeline.idleWithin(device: 0) == 5 && timeline.idleWithin(device: 1) == 0)
    #expect(timeline.bubble == 5)
  }

  @Test func `run every schedule to its end, no pass before what it waits for`() {
    for schedule in smallSchedules {
      let timeline = schedule.timeline(unit)
      var forward: [Int: Int64] = [:]
      var gradient: [Int: Int64] = [:]
      let slotCount = schedule.microBatchCount
      func each(_ body: (PipelinePass, Int, Int64, Int64) -> Void) {
        for device in 0..<schedule.deviceCount {
          for (position, action) in schedule.actions[device].enumerated() {
            for pass in action.passes {
              let stage = schedule.stage(ofChunk: pass.chunk, onDevice: device)
              body(
                pass, stage * slotCount + pass.microBatch, timeline.start[device][position],
                timeline.end[device][position])
            }
          }
        }
      }
      each { pass, slot, _, end in
        if pass.kind == .forward { forward[slot] = end }
        if pass.kind == .backward || pass.kind == .backwardInput { gradient[slot] = end }
      }
      var early = 0
      each { pass, slot, start, _ in
        switch pass.kind {
        case .forward: if start < forward[slot - slotCount] ?? 0 { early += 1 }
        case .backward, .backwardInput:
          if start < forward[slot] ?? .max || start < gradient[slot + slotCount] ?? 0 { early += 1 }
        case .backwardWeight: if start < gradient[slot] ?? .max { early += 1 }
        }
      }
      #expect(early == 0, "\(schedule.kind)")
    }
  }

  @Test func `keep busy and idle time together equal to the makespan`() {
    let times = PipelineTimes(forward: 3, backwardInput: 4, backwardWeight: 2)
    for schedule in smallSchedules {
      let timeline = schedule.timeline(times)
      let work = Int64(schedule.chunksPerDevice * schedule.microBatchCount) * 9
      // Of DualPipe's two chunks each runs half of the micro-batches.
      let share = schedule.kind == .dualPipe ? work / 2 : work
      for device in 0..<schedule.deviceCount {
        #expect(timeline.busy(onDevice: device) == share)
        #expect(timeline.idle(onDevice: device) + share == timeline.makespan)
        #expect(timeline.idleWithin(device: device) <= timeline.idle(onDevice: device))
      }
    }
  }

  // Two devices, 8 micro-batches: 8 forward and 8 backward passes of 1 + 2 + 3 = 6 are 48. The main
  // step runs 8/2 − 2 + 1 = 3 times two pairs, the first of them apart: 5 pairs of 5 instead of 6.
  @Test func `take the overlapped time for a pair`() throws {
    let schedule = try pipelineSchedule(.dualPipe, devices: 2, chunks: 2, microBatches: 8)
    let apart = PipelineTimes(forward: 1, backwardInput: 2, backwardWeight: 3)
    var together = apart
    together.overlapped = 5
    for device in 0..<2 {
      #expect(schedule.timeline(apart).busy(onDevice: device) == 48)
      #expect(schedule.timeline(together).busy(onDevice: device) == 43)
    }
  }

  // F = B = W = 10, 30 and 20 on three stages, so T = F + B + W = 30, 90 and 60. A step is at least
  // m max T = 90 m, and with 1F1B about (m − 1) max T + Σ T = 90 m + 90, within one max T.
  @Test(arguments: [4, 8, 32]) func `of unequal stages follow the slowest`(microBatches: Int) throws {
    let schedule = try pipelineSchedule(
      .oneForwardOneBackward, devices: 3, chunks: 1, microBatches: microBatches)
    let times = [10, 30, 20].map { PipelineTimes(forward: $0, backwardInput: $0, backwardWeight: $0) }
    let makespan = schedule.timeline(times).makespan
    let estimate = Int64(microBatches - 1) * 90 + 180
    #expect(makespan >= Int64(microBatches) * 90)
    #expect(abs(makespan - estimate) < 90)
  }

  @Test func `repeat themselves`() throws {
    for kind in PipelineScheduleKind.allCases {
      func run() throws -> [[Int64]] {
        try pipelineSchedule(kind, devices: 4, chunks: kind.fixedChunkCount ?? 2, microBatches: 8)
          .timeline(unit).end
      }
      #expect(try run() == run())
    }
  }

  // Device 0 wants the gradient of micro-batch 0 before it has sent it on.
  @Test func `stop at an order that can never run, and say where`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var schedule = try pipelineSchedule(.oneForwardOneBackward, devices: 2, chunks: 1, microBatches: 1)
      schedule.actions[0].reverse()
      _ = schedule.timeline(PipelineTimes(forward: 1, backwardInput: 1, backwardWeight: 1))
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("1f1b: device 0 waits for ever at position 0, B0, for the forward pass of stage 0"))
  }
}
