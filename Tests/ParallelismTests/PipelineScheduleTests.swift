import Parallelism
import Testing

/// Every schedule over a grid of small pipelines.
let smallSchedules: [PipelineSchedule] = PipelineScheduleKind.allCases.flatMap { kind in
  [1, 2, 3, 4, 6].flatMap { devices in
    (kind.fixedChunkCount.map { [$0] } ?? [2, 3]).flatMap { chunks in
      [1, 2, 3, 4, 5, 8, 12, 13, 16].compactMap { microBatches in
        try? pipelineSchedule(kind, devices: devices, chunks: chunks, microBatches: microBatches)
      }
    }
  }
}

extension PipelineSchedule {
  /// The actions of a device, one word each.
  func words(_ device: Int) -> String { actions[device].map(\.description).joined(separator: " ") }
}

@Suite("Pipeline schedules") struct PipelineScheduleTests {
  @Test func `run every micro-batch of every stage forward and backward, once each`() {
    for schedule in smallSchedules {
      // How often each kind of pass comes, `[stage · m + micro-batch]`.
      let slots = schedule.stageCount * schedule.microBatchCount
      var forward = Array(repeating: 0, count: slots)
      var input = forward
      var weight = forward
      for device in 0..<schedule.deviceCount {
        for pass in schedule.actions[device].flatMap(\.passes) {
          let stage = schedule.stage(ofChunk: pass.chunk, onDevice: device)
          let slot = stage * schedule.microBatchCount + pass.microBatch
          switch pass.kind {
          case .forward: forward[slot] += 1
          case .backward:
            input[slot] += 1
            weight[slot] += 1
          case .backwardInput: input[slot] += 1
          case .backwardWeight: weight[slot] += 1
          }
        }
      }
      let once = Array(repeating: 1, count: slots)
      #expect(forward == once && input == once && weight == once, "\(schedule.kind)")
    }
  }

  @Test func `hold every stage where they say`() {
    for schedule in smallSchedules {
      for device in 0..<schedule.deviceCount {
        for pass in schedule.actions[device].flatMap(\.passes) {
          let stage = schedule.stage(ofChunk: pass.chunk, onDevice: device)
          let holder = schedule.holder(ofStage: stage, microBatch: pass.microBatch)
          #expect(holder == (device, pass.chunk))
        }
      }
    }
  }

  @Test func `cover the grid of every kind`() {
    for kind in PipelineScheduleKind.allCases {
      #expect(smallSchedules.contains { $0.kind == kind && $0.deviceCount == 4 })
    }
  }

  @Test func `put chunks round the devices, in a V, or in two directions`() throws {
    func stages(_ kind: PipelineScheduleKind, chunks: Int) throws -> [[Int]] {
      let schedule = try pipelineSchedule(kind, devices: 4, chunks: chunks, microBatches: 8)
      return (0..<chunks).map { chunk in (0..<4).map { schedule.stage(ofChunk: chunk, onDevice: $0) } }
    }
    #expect(try stages(.interleaved, chunks: 3) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
    #expect(try stages(.zbV, chunks: 2) == [[0, 1, 2, 3], [7, 6, 5, 4]])
    #expect(try stages(.dualPipe, chunks: 2) == [[0, 1, 2, 3], [3, 2, 1, 0]])
  }

  // Narayanan et al. 2021, figure 4 top: four devices, eight micro-batches. Device 1 warms up with
  // 4 − 1 − 1 = 2 forward passes.
  @Test func `of 1F1B alternate after the warm-up`() throws {
    let schedule = try pipelineSchedule(.oneForwardOneBackward, devices: 4, chunks: 1, microBatches: 8)
    #expect(schedule.words(1) == "F0 F1 F2 B0 F3 B1 F4 B2 F5 B3 F6 B4 F7 B5 B6 B7")
    #expect(schedule.words(3) == "F0 B0 F1 B1 F2 B2 F3 B3 F4 B4 F5 B5 F6 B6 F7 B7")
  }

  // Two devices, two chunks, rounds of two: device 0 warms up with 2 · 1 + 1 · 2 = 4 forward passes.
  @Test func `of interleaved 1F1B take a round through every chunk`() throws {
    let schedule = try pipelineSchedule(.interleaved, devices: 2, chunks: 2, microBatches: 4)
    #expect(
      schedule.words(0)
        == "F0 F1 F0.1 F1.1 F2 B0.1 F3 B1.1 F2.1 B0 F3.1 B1 B2.1 B3.1 B2 B3")
  }

  // 10 micro-batches on 4 devices are 2 rounds of 5; the last device warms up with one of them.
  @Test func `of interleaved 1F1B take longer rounds where micro-batches are no multiple of devices`() throws
  {
    let schedule = try pipelineSchedule(.interleaved, devices: 4, chunks: 2, microBatches: 10)
    #expect(schedule.words(3).hasPrefix("F0 F1 F2 F3 F4 F0.1 B0.1 F1.1 B1.1"))
  }

  // ZB-H2 on the last of 3 devices keeps 2 · 2 = 4 weight passes back.
  @Test func `of the zero-bubble kinds keep weights back on late devices`() throws {
    let h1 = try pipelineSchedule(.zbH1, devices: 3, chunks: 1, microBatches: 4)
    #expect(h1.words(0) == "F0 F1 F2 I0 W0 F3 I1 W1 I2 W2 I3 W3")
    #expect(h1.words(2) == "F0 I0 F1 I1 F2 I2 W0 F3 I3 W1 W2 W3")
    let h2 = try pipelineSchedule(.zbH2, devices: 3, chunks: 1, microBatches: 6)
    #expect(h2.words(0) == "F0 F1 F2 F3 F4 I0 W0 F5 I1 W1 I2 W2 I3 W3 I4 W4 I5 W5")
    #expect(h2.words(2) == "F0 I0 F1 I1 F2 I2 F3 I3 F4 I4 W0 F5 I5 W1 W2 W3 W4 W5")
  }

  // Device 0 of 2: warm-up 3 of chunk 0, then 2 times forward and gradients of chunk 1.
  @Test func `of ZB-V turn round at the last device`() throws {
    let schedule = try pipelineSchedule(.zbV, devices: 2, chunks: 2, microBatches: 3)
    #expect(schedule.words(0) == "F0 F1 F2 F0.1 I0.1 W0.1 F1.1 I1.1 W1.1 I0 W0 F2.1 I2.1 W2.1 I1 W1 I2 W2")
  }

  // Device 0 of 4 (h = 0, chunk 0 near) with 8 micro-batches, 0–3 down and 4–7 up. Steps 1 to 8 of
  // dualPipeActions: F0 F1 | F2 F4 | I4 W4 F5 | 8/2 − 4 + 1 = 1 pair of pairs | B6, F7&B1 | B7 I2 |
  // W2 I3 | W3.
  @Test func `of DualPipe pair the passes of two directions`() throws {
    let schedule = try pipelineSchedule(.dualPipe, devices: 4, chunks: 2, microBatches: 8)
    #expect(
      schedule.words(0)
        == "F0 F1 F2 F4.1 I4.1 W4.1 F5.1 F3&B5.1 F6.1&B0 B6.1 F7.1&B1 B7.1 I2 W2 I3 W3")
    // The first pair of a middle device runs one after the other.
    #expect(schedule.words(1).hasPrefix("F0 F4.1 F1 F5.1 F2 B4.1 F6.1&B0 F3&B5.1 F7.1&B1"))
  }
}
