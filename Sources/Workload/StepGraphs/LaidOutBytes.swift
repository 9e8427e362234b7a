import MemoryModels
import Parallelism
import Quantities

/// Buffers of programs whose compiler lays memory out for a whole step, whether it is full at a time or not.
///
/// - Source: OneFlow, `oneflow/core/job_rewriter/pipeline_buffer_pass.cpp` (what a stage's backward passes read has two
///   slots for each stage, the last stage aside) and `oneflow/core/graph/repeat_compute_task_node.cpp` (a step's
///   micro-batches read parameters from a register of their own).
extension TrainingPlan {
  /// Bytes of a rank beside what the step's operators account for.
  ///
  /// - Parameters:
  ///   - actions: those of its place in the pipeline.
  ///   - weights: bytes of weights that it holds all the time.
  /// - Complexity: O(actions).
  func laidOutBytes(
    _ chunks: [ChunkPlan], _ actions: [PipelineAction], stage: Int, weights: Int64
  ) -> Double {
    guard accumulation > 1, !isForwardOnly else { return 0 }
    var bytes = repeatsWeights ? Double(weights) : 0
    let stages = degrees.pipeline
    if pipelineSlots > 0, stages > 1, stage < stages - 1 {
      let kept = chunks.reduce(0) { sum, chunk in
        sum + chunk.layers.indices.reduce(0) { $0 + chunk.keptBytes($1) }
      }
      let inFlight = (passesInFlight(actions) + chunks.count - 1) / chunks.count
      bytes += Double(max(0, pipelineSlots * stages - inFlight)) * kept
    }
    return bytes
  }

  /// Passes whose forward part is over and whose backward part is not, at most.
  private func passesInFlight(_ actions: [PipelineAction]) -> Int {
    var (open, most) = (0, 0)
    for pass in actions.flatMap(\.passes) {
      switch pass.kind {
      case .forward: open += 1
      case .backward, .backwardWeight: open -= 1
      case .backwardInput: break
      }
      most = max(most, open)
    }
    return most
  }
}
