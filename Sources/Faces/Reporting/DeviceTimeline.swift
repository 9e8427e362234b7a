import Charts
import Execution
import Quantities
import StepGraphs
import Training

/// What ranks did when: a row for each stream of up to four ranks, or for a pipeline two rows, computation and
/// exchanges, for one rank of up to eight stages.
func deviceTimeline(_ result: TrainingResult) -> TimelineChart {
  if let stage = result.postTraining { return stageTimeline(result, stage) }
  return result.job.plan.degrees.pipeline > 1 ? pipelineTimeline(result) : rankTimeline(result)
}

private func rankTimeline(_ result: TrainingResult) -> TimelineChart {
  let lastIteration = min(1, result.recordedIterationCount - 1)
  let spans = result.execution.spans.filter { Int($0.iteration) <= lastIteration }
  let ranks = Set(spans.map(\.rank)).sorted().prefix(4)
  var rows: [TimelineChart.Row] = []
  for rank in ranks {
    for stream in StepGraph.Stream.allCases {
      let own = spans.filter { $0.rank == rank && result.stream(of: $0) == stream }
      if own.isEmpty { continue }
      rows.append(
        TimelineChart.Row(
          label: ranks.count == 1 ? stream.label : "\(rank) \(stream.label)",
          spans: own.map { result.shown($0, as: result.phase(of: Int($0.operatorIndex))) }))
    }
  }
  let whose = ranks.count == 1 ? "rank \(ranks.first ?? 0)" : "ranks 0–\(ranks.count - 1)"
  let steps = lastIteration == 0 ? "one step" : "two steps"
  return TimelineChart(title: "\(result.job.name): timeline of \(whose), \(steps)", rows: rows)
}

/// One step, since the passes of many micro-batches already fill the width.
private func pipelineTimeline(_ result: TrainingResult) -> TimelineChart {
  let layout = result.job.plan.layout
  let stages = result.job.shownStages
  let spans = result.execution.spans.filter { $0.iteration == 0 }
  var rows: [TimelineChart.Row] = []
  for stage in stages {
    let rank = layout.rank(0, movedTo: stage, on: .pipeline)
    let own = spans.filter { Int($0.rank) == rank }
    let computed = own.filter { result.stream(of: $0) == .compute }
    let exchanged = own.filter { result.stream(of: $0) != .compute }
    rows.append(
      TimelineChart.Row(
        label: "stage \(stage)",
        spans: computed.map { result.shown($0, as: result.phase(of: Int($0.operatorIndex))) }))
    if exchanged.isEmpty { continue }
    rows.append(
      TimelineChart.Row(
        label: "\(stage) exchanges",
        spans: exchanged.map { result.shown($0, as: result.exchange(of: Int($0.operatorIndex))) }))
  }
  let shown =
    stages.count == layout.degrees.pipeline ? "" : "\(stages.count) of \(layout.degrees.pipeline) "
  return TimelineChart(title: "\(result.job.name): timeline of \(shown)pipeline stages, one step", rows: rows)
}

extension TrainingResult {
  fileprivate func stream(of span: Span) -> StepGraph.Stream {
    graph.operators[Int(span.operatorIndex)].stream
  }

  fileprivate func shown(_ span: Span, as phase: StepPhase) -> TimelineChart.Span {
    TimelineChart.Span(
      phase: phase, startSeconds: transferStart(of: span).seconds, endSeconds: span.end.seconds)
  }

  /// What an exchange is for.
  fileprivate func exchange(of index: Int) -> StepPhase {
    switch graph.operators[index].phase {
    case .tensor: .tensorExchange
    case .context: .contextExchange
    case .expert: .expertExchange
    case .pipeline: .stageExchange
    case .communication: .dataExchange
    default: phase(of: index)
    }
  }
}
