import Parallelism
import Testing

@Suite("Closed forms of schedules") struct ScheduleClosedFormTests {
  /// F, B, W of 1 to 3 ticks; for DualPipe also every time of a pair that overlap can reach.
  private func times(_ kind: PipelineScheduleKind) -> [PipelineTimes] {
    let range: ClosedRange<Int64> = 1...3
    return range.flatMap { f in
      range.flatMap { b in
        range.flatMap { w -> [PipelineTimes] in
          let plain = PipelineTimes(forward: f, backwardInput: b, backwardWeight: w)
          guard kind == .dualPipe else { return [plain] }
          return [plain]
            + (max(f, b + w)...(f + b + w)).map {
              PipelineTimes(forward: f, backwardInput: b, backwardWeight: w, overlapped: $0)
            }
        }
      }
    }
  }

  @Test(arguments: PipelineScheduleKind.allCases)
  func `of bubbles are what the lists give`(kind: PipelineScheduleKind) {
    var compared = 0
    for schedule in smallSchedules where schedule.kind == kind {
      for times in times(kind) {
        let closed = pipelineBubbleClosedForm(
          kind, devices: schedule.deviceCount, microBatches: schedule.microBatchCount, times: times)
        guard let closed else { continue }
        #expect(schedule.timeline(times).bubble == closed, "p \(schedule.deviceCount) \(times)")
        compared += 1
      }
    }
    #expect(compared > 100)
  }

  // All but zb-h2 and zb-v: device 0 starts first and ends last (zb-h1 while W ≤ B).
  @Test func `of bubbles are idle time over the makespan where device 0 spans it`() {
    for schedule in smallSchedules where schedule.kind != .zbH2 && schedule.kind != .zbV {
      for times in times(schedule.kind) where times.backwardWeight <= times.backwardInput {
        let closed = pipelineBubbleClosedForm(
          schedule.kind, devices: schedule.deviceCount, microBatches: schedule.microBatchCount, times: times)
        if let closed { #expect(schedule.timeline(times).idle(onDevice: 0) == closed) }
      }
    }
  }

  @Test func `of stored passes are what the lists give on every device`() {
    for schedule in smallSchedules {
      for device in 0..<schedule.deviceCount {
        let closed = peakStoredClosedForm(
          schedule.kind, devices: schedule.deviceCount, chunks: schedule.chunksPerDevice,
          microBatches: schedule.microBatchCount, device: device)
        if let closed { #expect(schedule.peakStored(onDevice: device) == closed) }
      }
    }
  }

  private func bubble(_ kind: PipelineScheduleKind, _ devices: Int, _ times: PipelineTimes) throws -> Int64 {
    try pipelineSchedule(
      kind, devices: devices, chunks: kind.fixedChunkCount ?? 2, microBatches: 2 * devices
    ).timeline(times).bubble
  }

  // F = B = W = 2, p = 4: 1F1B (4 − 1) · 6 = 18, ZB-H1 (4 − 1) · 2 = 6, ZB-H2 and ZB-V 0.
  @Test(arguments: [2, 4, 8]) func `of equal passes are a third and nothing`(devices: Int) throws {
    let equal = PipelineTimes(forward: 2, backwardInput: 2, backwardWeight: 2)
    let whole = try bubble(.oneForwardOneBackward, devices, equal)
    #expect(whole == Int64(devices - 1) * 6)
    #expect(try 3 * bubble(.zbH1, devices, equal) == whole)
    #expect(try bubble(.zbH2, devices, equal) == 0)
    #expect(try bubble(.zbV, devices, equal) == 0)
  }

  // With fewer than 2p − 1 micro-batches warm-up cannot fill the wait for the first gradient.
  @Test(arguments: [3, 4, 6]) func `of no bubble need 2p − 1 micro-batches`(devices: Int) throws {
    let equal = PipelineTimes(forward: 1, backwardInput: 1, backwardWeight: 1)
    for kind in [PipelineScheduleKind.zbH2, .zbV] {
      let chunks = kind.fixedChunkCount ?? 1
      let enough = try pipelineSchedule(kind, devices: devices, chunks: chunks, microBatches: 2 * devices - 1)
      let few = try pipelineSchedule(kind, devices: devices, chunks: chunks, microBatches: 2 * devices - 2)
      #expect(enough.timeline(equal).bubble == 0)
      #expect(few.timeline(equal).bubble > 0)
    }
  }

  // Device times F = 12, B = 12, W = 6: chunks of a v-th each leave (p − 1) · 30/v of the bubble.
  @Test(arguments: [2, 3, 6]) func `of interleaved chunks are a v-th`(chunks: Int) throws {
    let v = Int64(chunks)
    let chunk = PipelineTimes(forward: 12 / v, backwardInput: 12 / v, backwardWeight: 6 / v)
    let schedule = try pipelineSchedule(.interleaved, devices: 4, chunks: chunks, microBatches: 8)
    #expect(schedule.timeline(chunk).bubble == 3 * 30 / v)
    // p + (p − 1)/v micro-batches of the whole device, in chunks.
    #expect(schedule.peakStored(onDevice: 0).untilInput == 4 * chunks + 3)
  }

  /// (p/2 − 1)(FB + B′ − 3W), DeepSeek's table.
  private func published(_ devices: Int, _ times: PipelineTimes, pair: Int64) -> Int64 {
    let fullBackward = times.backwardInput + times.backwardWeight
    return Int64(devices / 2 - 1) * (pair + fullBackward - 3 * times.backwardWeight)
  }

  @Test(arguments: [2, 4, 6, 8]) func `of DualPipe are the published one for equal passes`(devices: Int)
    throws
  {
    let equal = PipelineTimes(forward: 2, backwardInput: 2, backwardWeight: 2)
    #expect(try bubble(.dualPipe, devices, equal) == published(devices, equal, pair: 6))
  }

  @Test(arguments: [4, 6, 8]) func `of DualPipe never exceed the published one where W ≤ F ≤ B`(devices: Int)
    throws
  {
    for times in times(.dualPipe)
    where times.backwardWeight <= times.forward && times.forward <= times.backwardInput {
      let pair = times.overlapped ?? times.forward + times.backwardInput + times.backwardWeight
      #expect(try bubble(.dualPipe, devices, times) <= published(devices, times, pair: pair))
    }
  }

  // Outside their domains they say so rather than be wrong.
  @Test func `are none outside their domains`() {
    let times = PipelineTimes(forward: 1, backwardInput: 1, backwardWeight: 2)
    #expect(pipelineBubbleClosedForm(.zbH1, devices: 4, microBatches: 3, times: times) == nil)
    #expect(pipelineBubbleClosedForm(.zbV, devices: 4, microBatches: 8, times: times) == nil)
    #expect(pipelineBubbleClosedForm(.dualPipe, devices: 4, microBatches: 8, times: times) == nil)
    #expect(peakStoredClosedForm(.zbV, devices: 4, chunks: 2, microBatches: 6, device: 0) == nil)
  }
}
