import Parallelism
import Testing

@Suite("Schedules that cannot be") struct PipelineScheduleErrorTests {
  private func refusal(
    _ kind: PipelineScheduleKind, devices: Int = 4, chunks: Int, microBatches: Int = 8
  ) -> String? {
    do throws(PipelineScheduleError) {
      _ = try pipelineSchedule(kind, devices: devices, chunks: chunks, microBatches: microBatches)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `name the count and the nearest that can be`() {
    #expect(refusal(.gpipe, devices: 0, chunks: 1) == "a pipeline needs at least 1 device, not 0")
    #expect(
      refusal(.gpipe, chunks: 1, microBatches: 0) == "a pipeline needs at least 1 micro-batch, not 0")
    #expect(
      refusal(.oneForwardOneBackward, chunks: 2)
        == "1f1b has 1 chunk on a device, not 2; for more chunks use interleaved")
    #expect(refusal(.zbV, chunks: 1) == "zb-v has 2 chunks on a device, not 1")
    #expect(
      refusal(.interleaved, chunks: 1)
        == "interleaved needs at least 2 chunks on a device, not 1; with 1 chunk use 1f1b")
    #expect(refusal(.interleaved, chunks: 0) == "interleaved needs at least 2 chunks on a device, not 0")
    // 11 = 2 rounds of 5 and one left over; 10 = 2 · 5 and 12 = 3 · 4 go.
    #expect(
      refusal(.interleaved, chunks: 2, microBatches: 11)
        == "interleaved cannot cut 11 micro-batches into 2 equal rounds of at least 4, one for each device; "
        + "use 10 or 12")
    #expect(
      refusal(.dualPipe, devices: 5, chunks: 2, microBatches: 10)
        == "dualpipe needs an even number of devices, not 5; use 4 or 6")
    #expect(
      refusal(.dualPipe, devices: 1, chunks: 2) == "dualpipe needs an even number of devices, not 1; use 2")
    #expect(
      refusal(.dualPipe, chunks: 2, microBatches: 6)
        == "dualpipe needs an even number of micro-batches, at least 2 for each of 4 devices, not 6; use 8")
    #expect(
      refusal(.dualPipe, chunks: 2, microBatches: 11)
        == "dualpipe needs an even number of micro-batches, at least 2 for each of 4 devices, not 11; "
        + "use 10 or 12")
  }

  // What the mends name is then taken.
  @Test(arguments: 1...8) func `of interleaved mend with counts that go`(devices: Int) {
    for microBatches in 1...40 {
      do throws(PipelineScheduleError) {
        _ = try pipelineSchedule(.interleaved, devices: devices, chunks: 2, microBatches: microBatches)
      } catch {
        let counts = error.description.components(after: "use ")
        #expect(counts.count == 2)
        for count in counts {
          #expect(refusal(.interleaved, devices: devices, chunks: 2, microBatches: count) == nil)
        }
      }
    }
  }

  // Fewer micro-batches than devices are one short round, as torch has it.
  @Test func `are few: interleaved takes fewer micro-batches than devices`() {
    #expect(refusal(.interleaved, chunks: 2, microBatches: 3) == nil)
  }
}

extension String {
  /// The numbers after a word.
  fileprivate func components(after word: String) -> [Int] {
    guard let last = split(separator: word).last else { return [] }
    return last.split(separator: " or ").compactMap { Int($0) }
  }
}
