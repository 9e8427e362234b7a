import ComputeModels
import MemoryModels
import ModelGraphs
import Quantities

/// Writes the execution graph of a data-parallel step.
///
/// Per micro-batch: the forward pass layer by layer, then the backward pass in reverse. During the
/// last backward pass each full gradient bucket is all-reduced on the communication stream. The
/// optimizer runs after the last bucket.
///
/// All ranks do the same, so there is one rank class, whatever the number of ranks.
///
/// - Complexity: O(operators of the model × micro-batches).
public func dataParallelStep(_ plan: DataParallelPlan) -> StepGraph {
  var writer = DataParallelStepWriter(plan)
  for microBatchIndex in 0..<plan.accumulation {
    writer.writeForward(microBatchIndex)
    writer.writeBackward(microBatchIndex)
  }
  writer.writeUpdate()
  return writer.finish()
}

struct DataParallelStepWriter {
  let plan: DataParallelPlan
  var builder = StepGraphBuilder()
  /// Layers per recomputed segment, `nil` where every activation is kept.
  let segmentLength: Int?
  let buckets: [GradientBucket]

  /// Bytes each layer keeps from its forward to its backward pass.
  let keptBytes: [Double]
  /// The last forward operator of the running micro-batch.
  var lastOperator: Int?
  /// Per layer, the transfer that moved its kept activations out, where activations are offloaded.
  var evictions: [Int?]
  /// Per layer, the last operator of its backward pass in the running micro-batch.
  var backwardEnds: [Int?] = []
  /// Reductions of the step, which the optimizer waits for.
  var reductions: [Int] = []
  /// Gradients are booked when first made and live until the update.
  var gradientBytes = 0.0

  init(_ plan: DataParallelPlan) {
    self.plan = plan
    let layers = plan.model.layers
    let segment = plan.recompute.segmentLength(layerCount: layers.count)
    segmentLength = segment
    let tensors = layers.flatMap(\.operators).map {
      ByteCount(rounding: Double($0.parameterCount) * plan.precision.gradient.byteWidth)
    }
    buckets = gradientBuckets(gradientBytes: tensors, limit: plan.bucketBytes)
    keptBytes = layers.indices.map { index in
      guard let segment else {
        return layers[index].savedBytes(batch: plan.microBatch, precision: plan.precision)
      }
      return index % segment == 0
        ? layers[index].inputBytes(batch: plan.microBatch, precision: plan.precision) : 0
    }
    evictions = Array(repeating: nil, count: layers.count)
  }

  /// Time of one pass of one operator, the sum of its kernels.
  func duration(_ item: ModelOperator, _ passes: [Pass]) -> (time: SimDuration, flops: Double) {
    var time = SimDuration.zero
    var flops = 0.0
    for pass in passes {
      for kernel in item.kernels(pass, batch: plan.microBatch, precision: plan.precision) {
        time += kernelTime(kernel, on: plan.device).duration
        flops += kernel.flops
      }
    }
    return (time, flops)
  }

  mutating func finish() -> StepGraph {
    builder.finishClass(named: "data-parallel ranks", ranks: Array(0..<plan.rankCount))
    return builder.build()
  }
}
