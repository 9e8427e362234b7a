import Charts
import Execution
import FineTuning
import PostTraining
import Quantities
import StepGraphs
import Training

/// One step of a stage: its parts in a row of their own, and below it the streams of the update that the first rank
/// runs in it.
///
/// Generation on nodes of its own has a row beside them; where it may work ahead, it writes the next step's answers
/// while this one's are scored and learnt from.
func stageTimeline(_ result: TrainingResult, _ stage: PostTrainingReport) -> TimelineChart {
  var chart = TimelineChart(title: "\(result.job.name): timeline of one step", rows: [])
  let runsAhead = (result.job.stage?.rollout?.staleness ?? 0) > 0
  var now = 0.0
  var parts: [TimelineChart.Span] = []
  func add(_ phase: StepPhase, _ seconds: Double) {
    if seconds > 0 { parts.append(.init(phase: phase, startSeconds: now, endSeconds: now + seconds)) }
    now += seconds
  }
  let generation: [TimelineChart.Span] = [
    .init(phase: .rollout, startSeconds: 0, endSeconds: stage.step.rollout.seconds)
  ]
  if !runsAhead {
    if stage.rollout?.placement == .split {
      now = stage.step.rollout.seconds
    } else {
      add(.rollout, stage.step.rollout.seconds)
    }
  }
  for pass in stage.scoring { add(.scoring, pass.time.seconds) }
  let update = now
  let other = stage.updates.dropFirst().reduce(0) { $0 + $1.time.seconds }
  now += stage.step.update.seconds - other
  add(.backward, other)
  add(.communication, stage.step.weightSync.seconds)
  if stage.rollout?.placement == .split { chart.rows.append(.init(label: "generation", spans: generation)) }
  chart.rows.append(.init(label: "step", spans: parts))
  chart.rows += updateRows(result, from: update)
  return chart
}

/// The streams of the first recorded rank in the first update, as often as a step has it.
private func updateRows(_ result: TrainingResult, from start: Double) -> [TimelineChart.Row] {
  let first = result.execution.spans.filter { $0.iteration == 0 }
  guard let rank = first.map(\.rank).min(), let record = result.execution.iterations.first else { return [] }
  return StepGraph.Stream.allCases.compactMap { stream in
    let own = first.filter {
      $0.rank == rank && result.graph.operators[Int($0.operatorIndex)].stream == stream
    }
    if own.isEmpty { return nil }
    let spans = (0..<(result.job.stage?.epochs ?? 1)).flatMap { epoch in
      let offset = start + Double(epoch) * record.seconds - record.start.seconds
      return own.map {
        TimelineChart.Span(
          phase: result.phase(of: Int($0.operatorIndex)),
          startSeconds: offset + result.transferStart(of: $0).seconds, endSeconds: offset + $0.end.seconds)
      }
    }
    return TimelineChart.Row(label: stream.label, spans: spans)
  }
}
