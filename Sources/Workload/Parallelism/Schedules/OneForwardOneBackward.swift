/// Device d warms up with p − d − 1 forward passes, then alternates one forward and one backward
/// pass, and drains the backward passes left.
///
/// - Source: Narayanan et al. 2021, “Efficient large-scale language model training on GPU clusters”,
///   arXiv:2104.04473, section 2.2 (PipeDream-Flush).
func oneForwardOneBackwardActions(device: Int, devices: Int, microBatches: Int) -> [PipelineAction] {
  let warmUp = min(devices - device - 1, microBatches)
  var actions: [PipelineAction] = []
  actions.reserveCapacity(2 * microBatches)
  for step in 0..<(microBatches + warmUp) {
    if step < microBatches {
      actions.append(.pass(PipelinePass(.forward, chunk: 0, microBatch: step)))
    }
    if step >= warmUp {
      actions.append(.pass(PipelinePass(.backward, chunk: 0, microBatch: step - warmUp)))
    }
  }
  return actions
}
