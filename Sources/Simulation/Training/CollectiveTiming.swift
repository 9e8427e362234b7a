import Collectives
import Fabrics
import Quantities
import StepGraphs

/// The collectives of a step on a fabric: how long each takes and what it puts on which link.
struct CollectiveTiming {
  /// By call index of the graph.
  var durations: [SimDuration]
  var reports: [CollectiveReport]
  var linkBytes: [Double]
  var traffic = Traffic(labels: [], flows: [])
  var eventCount: Int
  var fingerprints: [UInt64]

  init(_ graph: StepGraph, job: TrainingJob) throws {
    let n = Double(job.plan.rankCount)
    let slow = job.cluster.nodeCount > 1 ? job.cluster.interNode : job.cluster.intraNode
    durations = graph.calls.map { call in
      SimDuration(
        seconds: 2 * (n - 1) * slow.latency.seconds + 2 * (n - 1) / n * Double(call.bytes.bytes)
          / slow.payloadBandwidth.bytesPerSecond)
    }
    reports = []
    for (call, duration) in zip(graph.calls, durations) {
      if let known = reports.firstIndex(where: { $0.kind == call.kind && $0.bytes == call.bytes }) {
        reports[known].count += 1
      } else {
        reports.append(.init(kind: call.kind, bytes: call.bytes, algorithm: .auto, duration: duration, count: 1))
      }
    }
    linkBytes = []
    eventCount = 0
    fingerprints = []
  }

  func linkLoads(stepSeconds: Double) -> [LinkLoad] { [] }
}
