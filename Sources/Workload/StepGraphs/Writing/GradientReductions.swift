import ModelGraphs
import Parallelism
import Quantities

/// The buckets in which a chunk's gradients are reduced, those outside experts and those of experts.
struct GradientReductions {
  /// Position of each layer's first operator among all of the chunk's.
  let offsets: [Int]
  let dense: [GradientBucket]
  let expert: [GradientBucket]
  /// Buckets complete so far.
  var nextDense = 0
  var nextExpert = 0

  init(_ layers: [ShardedLayer], plan: TrainingPlan) {
    var offsets: [Int] = []
    var denseBytes: [ByteCount] = []
    var expertBytes: [ByteCount] = []
    for layer in layers {
      offsets.append(denseBytes.count)
      for item in layer.operators {
        let bytes = ByteCount(rounding: item.trainedParameters * plan.precision.gradient.byteWidth)
        denseBytes.append(item.isExpert ? .zero : bytes)
        expertBytes.append(item.isExpert ? bytes : .zero)
      }
    }
    self.offsets = offsets
    dense = gradientBuckets(gradientBytes: denseBytes, limit: plan.bucketBytes)
    expert = gradientBuckets(gradientBytes: expertBytes, limit: plan.bucketBytes)
  }

  /// The buckets that a tensor's gradient completes.
  mutating func completed(by tensor: Int) -> [(bucket: GradientBucket, isExpert: Bool, number: Int)] {
    var completed: [(bucket: GradientBucket, isExpert: Bool, number: Int)] = []
    if nextDense < dense.count, dense[nextDense].lastTensor == tensor {
      completed.append((dense[nextDense], false, nextDense))
      nextDense += 1
    }
    if nextExpert < expert.count, expert[nextExpert].lastTensor == tensor {
      completed.append((expert[nextExpert], true, nextExpert))
      nextExpert += 1
    }
    return completed
  }
}
