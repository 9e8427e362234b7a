/// How many micro-batches run through one chunk before the next chunk has its turn: m micro-batches
/// fall into ⌊m/p⌋ rounds (one, where m < p) of g = m / rounds; `nil` where they do not fall evenly.
///
/// Multiples of p give g = p, the only counts of the paper and of Megatron-LM by default. Other
/// counts run with longer rounds: Megatron-LM takes them as
/// `microbatch_group_size_per_vp_stage` (p ≤ g ≤ m, and here no remainder), torch's
/// `ScheduleInterleaved1F1B` works out this very g. Megatron-LM refuses m < p, torch does not.
func interleavedRound(devices: Int, microBatches: Int) -> Int? {
  let rounds = max(1, microBatches / devices)
  return microBatches.isMultiple(of: rounds) ? microBatches / rounds : nil
}

/// 1F1B over v chunks of a device. Forward passes take g micro-batches through chunk 0, the same
/// through chunk 1 and so on, then the next g; backward passes the same from the last chunk up.
/// Device d warms up with 2 (p − d − 1) + (v − 1) g forward passes.
///
/// - Source: Narayanan et al. 2021, arXiv:2104.04473, section 2.2; Megatron-LM,
///   `megatron/core/pipeline_parallel/schedules.py`.
func interleavedActions(device: Int, devices: Int, chunks: Int, microBatches: Int) -> [PipelineAction] {
  guard let round = interleavedRound(devices: devices, microBatches: microBatches) else {
    preconditionFailure("\(microBatches) micro-batches in uneven rounds on \(devices) devices")
  }
  let total = chunks * microBatches
  let warmUp = min(2 * (devices - device - 1) + (chunks - 1) * round, total)

  func pass(_ kind: PipelinePass.Kind, _ step: Int) -> PipelineAction {
    let turn = step / round
    let chunk = turn % chunks
    let microBatch = turn / chunks * round + step % round
    return .pass(
      PipelinePass(kind, chunk: kind == .forward ? chunk : chunks - 1 - chunk, microBatch: microBatch))
  }

  var actions: [PipelineAction] = []
  actions.reserveCapacity(2 * total)
  for step in 0..<(total + warmUp) {
    if step < total { actions.append(pass(.forward, step)) }
    if step >= warmUp { actions.append(pass(.backward, step - warmUp)) }
  }
  return actions
}
