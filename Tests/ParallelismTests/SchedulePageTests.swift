import Parallelism
import TestSupport
import Testing

/// `docs/explanation/pipeline-schedules.md` draws every schedule and counts its figures.
@Suite("The page on pipeline schedules") struct SchedulePageTests {
  private func page() throws -> String {
    try #require(textOfFile(packageRoot(#filePath) + "/docs/explanation/pipeline-schedules.md"))
  }

  private func schedule(_ kind: PipelineScheduleKind) throws -> PipelineSchedule {
    try pipelineSchedule(kind, devices: 4, chunks: kind.fixedChunkCount ?? 2, microBatches: 8)
  }

  @Test(arguments: PipelineScheduleKind.allCases)
  func `draws what the lists give`(kind: PipelineScheduleKind) throws {
    let lines = try schedule(kind).sketch.enumerated().map { "    \($0.offset)  \($0.element)" }
    #expect(try page().contains(lines.joined(separator: "\n")))
  }

  // kind | makespan | bubble | idle over the makespan | stored until I | stored until W.
  @Test(arguments: PipelineScheduleKind.allCases)
  func `counts what the lists give`(kind: PipelineScheduleKind) throws {
    let schedule = try schedule(kind)
    let timeline = schedule.timeline(PipelineTimes(forward: 1, backwardInput: 1, backwardWeight: 1))
    let stored = (0..<4).map { schedule.peakStored(onDevice: $0) }
    func list(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: " ") }
    let row =
      "| \(kind.rawValue) | \(timeline.makespan) | \(timeline.bubble) | \(timeline.idle(onDevice: 0)) "
      + "| \(list(stored.map(\.untilInput))) | \(list(stored.map(\.untilWeight))) |"
    #expect(try page().contains(row), "\(row)")
  }
}
