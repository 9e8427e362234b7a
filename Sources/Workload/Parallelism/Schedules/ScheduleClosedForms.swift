/// The bubble of a schedule, if all stages are alike and messages take no time; `nil` where no
/// closed form is known, which `PipelineSchedule.timeline` then answers.
///
/// The bubble is `ScheduleTimeline.bubble`: of the device that waits longest between its first and
/// its last action. For all kinds but zb-h2 and zb-v that device also starts first and ends last, so
/// it is the makespan less v·m (F + B + W) (zb-h1: while W ≤ B, as else later devices end last).
/// Devices of zb-h2 and zb-v start and end one after the other; if the next step cannot begin
/// before all have ended (a norm over all gradients, say), count idle time over the makespan.
///
/// | Kind | Bubble | Holds for |
/// |---|---|---|
/// | gpipe, 1f1b | (p − 1)(F + B + W) | any m |
/// | interleaved | (p − 1)(F + B + W), of a chunk | m ≥ p |
/// | zb-h1 | (p − 1) max(F + B − W, B) | m ≥ p |
/// | zb-h2 | (p − 1) max(F + B − 2W, B − F, 0) | m ≥ 2p − 1 |
/// | zb-v | (p − 1) · 2(B − W) | m ≥ 2p − 1, W ≤ F ≤ B |
/// | dualpipe | F + (p − 3)(FB − B − W) + (p/2 − 1)(B − W) + max(0, (p/2 − 1) B − p/2 F) | see below |
///
/// Interleaved over a whole device is the published (p − 1)(F + B + W)/v. The papers give zb-h1 and
/// zb-h2 as (p − 1)(F + B − W) and (p − 1)(F + B − 2W), the same while W ≤ F and the form is not
/// negative, and zb-v as 0 for F = B = W; the terms beyond are of these lists.
///
/// dualpipe holds for p > 2, W ≤ F ≤ B and max(F, B + W) ≤ FB ≤ F + B + W; two devices never wait.
/// DeepSeek gives (p/2 − 1)(FB + B′ − 3W) with B′ = B + W: the same where F = B = W and
/// FB = F + B + W, and never less than these lists in that domain.
///
///
/// - Parameters:
///   - devices: p.
///   - microBatches: m.
///   - times: F, B, W and FB of one stage: of a chunk, where a device holds several.
/// - Source: Huang et al. 2019, arXiv:1811.06965; Narayanan et al. 2021, arXiv:2104.04473, section
///   2.2; Qi et al. 2024, arXiv:2401.10241, sections 2 and 6; DeepSeek-AI 2024,
///   arXiv:2412.19437, table 2.
/// - Complexity: O(1).
public func pipelineBubbleClosedForm(
  _ kind: PipelineScheduleKind, devices: Int, microBatches: Int, times: PipelineTimes
) -> Int64? {
  let (f, b, w) = (times.forward, times.backwardInput, times.backwardWeight)
  let hops = Int64(devices - 1)
  switch kind {
  case .gpipe, .oneForwardOneBackward: return hops * (f + b + w)
  case .interleaved: return microBatches >= devices ? hops * (f + b + w) : nil
  case .zbH1: return microBatches >= devices ? hops * max(f + b - w, b) : nil
  case .zbH2: return microBatches >= 2 * devices - 1 ? hops * max(f + b - 2 * w, b - f, 0) : nil
  case .zbV:
    return microBatches >= 2 * devices - 1 && w <= f && f <= b ? hops * 2 * (b - w) : nil
  case .dualPipe:
    if devices == 2 { return 0 }
    let pair = times.overlapped ?? f + b + w
    guard w <= f, f <= b, pair >= max(f, b + w), pair <= f + b + w else { return nil }
    let half = Int64(devices / 2)
    return f + Int64(devices - 3) * (pair - b - w) + (half - 1) * (b - w) + max(0, (half - 1) * b - half * f)
  }
}

/// The most passes device d stores at once, in passes of chunks; `nil` for zb-v with m < 2p − 1,
/// where `PipelineSchedule.peakStored` counts them.
///
/// | Kind | Until gradients of inputs | Until gradients of weights |
/// |---|---|---|
/// | gpipe | m | m |
/// | 1f1b | min(m, p − d) | the same |
/// | interleaved, rounds of g | min(v·m, 2 (p − 1 − d) + (v − 1) g + 1) | the same |
/// | zb-h1 | min(m, p − d) | min(m, p) |
/// | zb-h2 | min(m, 2 (p − d) − 1) | min(m, 2p − 1) |
/// | zb-v | 2p | 2p |
/// | dualpipe | p + 1 | p + 1 |
///
/// On device 0 interleaved stores v·p + p − 1 passes: p + (p − 1)/v micro-batches of a whole device.
/// The 2p of zb-v are halves, p micro-batches in all.
///
/// - Precondition: the schedule exists (`pipelineSchedule` does not throw).
/// - Source: as of `pipelineBubbleClosedForm`.
/// - Complexity: O(1).
public func peakStoredClosedForm(
  _ kind: PipelineScheduleKind, devices: Int, chunks: Int, microBatches: Int, device: Int
) -> StoredPasses? {
  let beyond = devices - device
  func alike(_ count: Int) -> StoredPasses { StoredPasses(untilInput: count, untilWeight: count) }
  switch kind {
  case .gpipe: return alike(microBatches)
  case .oneForwardOneBackward: return alike(min(microBatches, beyond))
  case .interleaved:
    guard let round = interleavedRound(devices: devices, microBatches: microBatches) else { return nil }
    return alike(min(chunks * microBatches, 2 * (beyond - 1) + (chunks - 1) * round + 1))
  case .zbH1:
    return StoredPasses(untilInput: min(microBatches, beyond), untilWeight: min(microBatches, devices))
  case .zbH2:
    return StoredPasses(
      untilInput: min(microBatches, 2 * beyond - 1), untilWeight: min(microBatches, 2 * devices - 1))
  case .zbV: return microBatches >= 2 * devices - 1 ? alike(2 * devices) : nil
  case .dualPipe: return alike(devices + 1)
  }
}
