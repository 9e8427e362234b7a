import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import Quantities

extension DataParallelStepWriter {
  mutating func writeBackward(_ microBatchIndex: Int) {
    let layers = plan.model.layers
    let reducesNow = microBatchIndex == plan.accumulation - 1 && plan.rankCount > 1
    var tensor = layers.reduce(0) { $0 + $1.operators.count }
    var bucket = 0
    var arrivals: [Int] = []
    backwardEnds = Array(repeating: nil, count: layers.count)
    var waiting: [GradientBucket] = []
    for index in layers.indices.reversed() {
      if let length = segmentLength, (index + 1) % length == 0 || index == layers.count - 1 {
        let start = index / length * length
        arrivals += writeFetch(ofLayer: start, neededBy: index)
        for layer in layers[start...index] {
          let first = builder.operatorCount
          writeForwardOperators(of: layer, .recompute, savesActivations: true)
          for fetch in arrivals where builder.operatorCount > first { builder.depend(first, on: fetch) }
          arrivals = []
        }
      } else if segmentLength == nil {
        arrivals = writeFetch(ofLayer: index, neededBy: index)
      }
      for item in layers[index].operators.reversed() {
        tensor -= 1
        let done = writeBackwardOperator(item, of: layers[index], microBatchIndex, after: arrivals)
        arrivals = []
        if reducesNow, bucket < buckets.count, buckets[bucket].lastTensor == tensor {
          if plan.overlapsCommunication {
            writeReduction(buckets[bucket], number: bucket, after: done)
          } else {
            waiting.append(buckets[bucket])
          }
          bucket += 1
        }
      }
      if segmentLength != nil, keptBytes[index] > 0, let last = lastOperator {
        builder.change(.activations, by: -keptBytes[index], atEndOf: last)
      }
      backwardEnds[index] = lastOperator
    }
    if let last = lastOperator {
      for (number, bucket) in waiting.enumerated() { writeReduction(bucket, number: number, after: last) }
    }
  }

  /// Input and weight gradients of one operator, and the release of what it had saved.
  private mutating func writeBackwardOperator(
    _ item: ModelOperator, of layer: ModelLayer, _ microBatchIndex: Int, after arrivals: [Int]
  ) -> Int {
    var work = duration(item, [.inputGradient, .weightGradient])
    let gradients = Double(item.parameterCount) * plan.precision.gradient.byteWidth
    if microBatchIndex > 0, gradients > 0 {
      // Adding to the gradients of the micro-batches before: read both, write one.
      let kernel = Kernel(
        shape: .streaming, flops: Double(item.parameterCount), bytes: 3 * gradients, dataType: .fp32)
      work.time += kernelTime(kernel, on: plan.device).duration
    }
    let index = builder.add(
      "\(layer.name)/\(item.name)", .backward, duration: work.time, flops: work.flops, after: arrivals)
    if microBatchIndex == 0 {
      builder.change(.gradients, by: gradients, atStartOf: index)
      gradientBytes += gradients.rounded()
    }
    let saved = item.savedBytes(batch: plan.microBatch, precision: plan.precision)
    builder.change(.activations, by: -saved, atEndOf: index)
    let workspace = item.workspaceBytes(.inputGradient, batch: plan.microBatch, precision: plan.precision)
    builder.change(.workspace, by: workspace, atStartOf: index)
    builder.change(.workspace, by: -workspace, atEndOf: index)
    lastOperator = index
    return index
  }

  private mutating func writeReduction(_ bucket: GradientBucket, number: Int, after done: Int) {
    reductions.append(
      builder.addCollective(
        "all-reduce bucket \(number)", .allReduce, bytes: bucket.bytes, on: .communication, after: [done]))
  }

  /// Brings a layer's evicted activations back, issued while the layer before it in the backward pass
  /// works, so that one layer's transfer hides behind another's computation.
  private mutating func writeFetch(ofLayer index: Int, neededBy user: Int) -> [Int] {
    guard let eviction = evictions[index] else { return [] }
    evictions[index] = nil
    let tier = plan.offload.activations
    var prerequisites = [eviction]
    if user + 2 < backwardEnds.count, let ahead = backwardEnds[user + 2] { prerequisites.append(ahead) }
    let transfer = builder.add(
      "\(plan.model.layers[index].name)/fetch", .offload, on: .fromHost, kind: .transfer,
      duration: plan.tiers.transferTime(.init(rounding: keptBytes[index]), to: tier), after: prerequisites)
    builder.change(.activations, by: keptBytes[index], atStartOf: transfer)
    builder.change(tier == .disk ? .diskOffload : .hostOffload, by: -keptBytes[index], atEndOf: transfer)
    return [transfer]
  }
}
