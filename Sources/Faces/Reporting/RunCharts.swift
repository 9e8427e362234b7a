import Charts
import MemoryModels
import Quantities
import StepGraphs
import Training

/// The charts of one run, by file name.
public func runCharts(_ result: TrainingResult) -> [(name: String, chart: any Chart)] {
  [
    ("iteration_breakdown", iterationBreakdown(result)),
    ("resource_utilization", resourceUtilization(result)),
    ("device_timeline", deviceTimeline(result)),
    ("memory_timeline", memoryTimeline(result)),
    ("communication_graph", communicationGraph(result)),
  ]
}

/// Bars of the steps, at most the first sixteen and then evenly spaced ones.
private func iterationBreakdown(_ result: TrainingResult) -> IterationBreakdownChart {
  let stride = max(1, result.steps.count / 16)
  let chosen = result.steps.indices.filter { $0 % stride == 0 }.prefix(16)
  return IterationBreakdownChart(
    title: "\(result.job.name): time per step", category: "step",
    bars: chosen.map { IterationBreakdownChart.Bar(label: "\($0 + 1)", step: result.steps[$0]) })
}

extension IterationBreakdownChart.Bar {
  /// The bar of one step; time spent waiting for the host, and for new weights to arrive, counts as other.
  public init(label: String, step: StepBreakdown) {
    self.init(
      label: label, forwardSeconds: step.forward, backwardSeconds: step.backward,
      recomputationSeconds: step.recompute, exposedCommunicationSeconds: step.exposedCommunication,
      optimizerSeconds: step.optimizer, rolloutSeconds: step.rollout, scoringSeconds: step.scoring,
      otherSeconds: step.exposedOffload + step.weightSync + step.other)
  }
}

private func resourceUtilization(_ result: TrainingResult) -> UtilizationChart {
  let end = result.recordedEnd.seconds
  let memory = result.execution.memory[0].samples.filter { $0.time.seconds <= end }
  return UtilizationChart(
    title: "\(result.job.name): resources of one rank over \(result.recordedIterationCount) steps",
    computePercent: result.busySamples { $0 == .compute },
    memoryBytes: .init(
      timesSeconds: memory.map(\.time.seconds),
      values: memory.map { sample in
        MemoryModels.MemoryKind.onDevice.reduce(0) { $0 + Double(sample.bytes[$1.rawValue]) }
      }),
    memoryCapacityBytes: Double(result.memory.capacity.bytes),
    networkPercent: result.busySamples { $0 == .communication }, endSeconds: end)
}

private func memoryTimeline(_ result: TrainingResult) -> MemoryTimelineChart {
  func bytes(_ sample: [Int64], _ kinds: [MemoryModels.MemoryKind]) -> Double {
    kinds.reduce(0) { $0 + Double(sample[$1.rawValue]) }
  }
  let samples = result.execution.memory[0].samples.map {
    MemoryTimelineChart.Sample(
      timeSeconds: $0.time.seconds, weightsBytes: bytes($0.bytes, [.weights]),
      gradientsBytes: bytes($0.bytes, [.gradients]), optimizerBytes: bytes($0.bytes, [.optimizer]),
      activationsBytes: bytes($0.bytes, [.activations]),
      otherBytes: bytes($0.bytes, [.workspace, .buffers, .overhead]))
  }
  return MemoryTimelineChart(
    title: "\(result.job.name): memory of one rank", samples: samples,
    endSeconds: result.recordedEnd.seconds, capacityBytes: Double(result.memory.capacity.bytes))
}

/// Bytes of one step between nodes, or between the devices of a small cluster.
private func communicationGraph(_ result: TrainingResult) -> CommunicationChart {
  let ends = result.traffic.isBetweenNodes ? "nodes" : "devices"
  return CommunicationChart(
    title: "\(result.job.name): bytes per step between \(ends)",
    nodes: result.traffic.labels,
    links: result.traffic.flows.map {
      CommunicationChart.Link(fromIndex: $0.from, toIndex: $0.to, bytes: $0.bytes)
    })
}
