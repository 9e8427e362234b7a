import Parallelism
import StepGraphs

extension TrainingPlan {
  /// How the work is divided, for a line of a summary; empty where samples alone are.
  var words: String {
    var parts: [String] = []
    if degrees.tensor > 1 {
      parts.append("tensor \(degrees.tensor)" + (sequenceParallel ? " with sequence" : ""))
    }
    if degrees.context > 1 { parts.append("context \(degrees.context) (\(contextMethod.rawValue))") }
    if degrees.expert > 1 { parts.append("expert \(degrees.expert)") }
    if degrees.pipeline > 1 {
      let virtual = pipeline.virtualStages > 1 ? " × \(pipeline.virtualStages)" : ""
      parts.append("pipeline \(degrees.pipeline)\(virtual) (\(pipeline.schedule.rawValue))")
    }
    if zero != .none {
      let all = layout.groupSize(of: .data)
      parts.append("ZeRO-\(zero.rawValue)" + (layout.shardSize == all ? "" : " over \(layout.shardSize)"))
    }
    if parts.isEmpty { return "" }
    return (["data \(degrees.data)"] + parts).joined(separator: ", ")
  }
}
