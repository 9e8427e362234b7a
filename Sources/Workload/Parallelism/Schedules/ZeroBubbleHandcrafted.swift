/// 1F1B whose backward pass is split: gradients of weights run some micro-batches behind those of
/// inputs, so that the last device hands its gradients back early and fills its tail with weights.
///
///     ZB-H1: warm-up p − d − 1,   weights d behind       (memory of 1F1B)
///     ZB-H2: warm-up 2(p − d − 1), weights 2d behind      (memory of 2p − 1 micro-batches)
///
/// With F = B = W device 0's first gradient arrives after 2p − 1 forward passes; ZB-H2 runs just as
/// many, and 2d weight passes kept back on device d let every device end without waiting.
///
/// - Source: Qi et al. 2024, “Zero bubble pipeline parallelism”, arXiv:2401.10241, section 2,
///   figure 3.
func handcraftedZeroBubbleActions(warmUp: Int, weightLag: Int, microBatches: Int) -> [PipelineAction] {
  let warmUp = min(warmUp, microBatches)
  var actions: [PipelineAction] = []
  actions.reserveCapacity(3 * microBatches)
  for step in 0..<(microBatches + warmUp) {
    if step < microBatches {
      actions.append(.pass(PipelinePass(.forward, chunk: 0, microBatch: step)))
    }
    if step >= warmUp {
      let microBatch = step - warmUp
      actions.append(.pass(PipelinePass(.backwardInput, chunk: 0, microBatch: microBatch)))
      if microBatch >= weightLag {
        actions.append(.pass(PipelinePass(.backwardWeight, chunk: 0, microBatch: microBatch - weightLag)))
      }
    }
  }
  for microBatch in max(0, microBatches - weightLag)..<microBatches {
    actions.append(.pass(PipelinePass(.backwardWeight, chunk: 0, microBatch: microBatch)))
  }
  return actions
}
