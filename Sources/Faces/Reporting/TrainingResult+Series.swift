import Charts
import Execution
import Quantities
import StepGraphs
import Training

extension TrainingResult {
  /// Iterations whose spans were kept.
  var recordedIterationCount: Int { min(job.recordedIterations, steps.count) }

  /// The end of the last recorded iteration.
  var recordedEnd: SimTime {
    recordedIterationCount == 0 ? .zero : execution.iterations[recordedIterationCount - 1].end
  }

  /// The colour group of an operator.
  func phase(of index: Int) -> StepPhase {
    switch graph.operators[index].phase {
    case .forward: .forward
    case .backward: .backward
    case .recompute: .recomputation
    case .communication, .tensor, .context, .expert, .pipeline: .communication
    case .optimizer: .optimizer
    case .offload: .other
    }
  }

  /// When bytes began to flow: a collective's span starts with the rank's arrival.
  func transferStart(of span: Span) -> SimTime {
    let index = Int(span.operatorIndex)
    guard graph.operators[index].kind == .collective else { return span.start }
    return SimTime(ticks: span.end.ticks - callDuration(of: index).ticks)
  }

  /// Time of the collective an operator calls.
  func callDuration(of index: Int) -> SimDuration {
    callDurations[Int(graph.operators[index].call)]
  }

  /// Busy share of the chosen streams of the first recorded rank, over equal intervals, in percent.
  func busySamples(on isChosen: (StepGraph.Stream) -> Bool) -> UtilizationChart.Samples {
    let intervals = 240
    let end = recordedEnd.seconds
    var busy = [Double](repeating: 0, count: intervals)
    guard let rank = execution.spans.map(\.rank).min(), end > 0 else {
      return .init(timesSeconds: [], values: [])
    }
    let width = end / Double(intervals)
    for span in execution.spans where span.rank == rank {
      guard isChosen(graph.operators[Int(span.operatorIndex)].stream) else { continue }
      let from = transferStart(of: span).seconds
      let to = span.end.seconds
      var bin = min(intervals - 1, Int(from / width))
      while bin < intervals, Double(bin) * width < to {
        busy[bin] += max(0, min(to, Double(bin + 1) * width) - max(from, Double(bin) * width))
        bin += 1
      }
    }
    return .init(
      timesSeconds: (0..<intervals).map { Double($0) * width },
      values: busy.map { min(100, 100 * $0 / width) })
  }
}
