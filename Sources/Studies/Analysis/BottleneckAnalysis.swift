import MemoryModels
import Quantities
import StepGraphs
import Training

/// Names what holds a job back, the most severe first, then by what doubling it would gain.
///
/// A resource is listed when it passes its threshold: compute above 80 % of the step, memory above
/// 70 % of the capacity (severe above 90 %), communication that is not hidden above 30 % (severe
/// above 50 %), or when doubling it would save more than 10 % of the step. The resource with the
/// largest gain is always listed.
public func bottlenecks(of result: TrainingResult, elasticity: Elasticity) -> [Bottleneck] {
  let step = result.step
  var found: [Bottleneck] = []
  func add(
    _ kind: Bottleneck.Kind, severity: Double, moderate: Double, severe: Double, evidence: String,
    _ recommendations: [String]
  ) {
    let gain = elasticity.gains[kind]
    let isListed = severity > moderate || (gain ?? 0) > 0.1 || kind == elasticity.strongest
    guard isListed else { return }
    let level: Bottleneck.Level =
      severity > severe || (gain ?? 0) > 0.3
      ? .severe : (severity > moderate || (gain ?? 0) > 0.1 ? .moderate : .minor)
    found.append(
      Bottleneck(
        kind: kind, severity: severity, level: level, gainIfDoubled: gain, evidence: evidence,
        recommendations: recommendations))
  }
  let busy = (step.compute + step.optimizer) / step.time
  let arithmeticGain = elasticity.gains[.compute] ?? 0
  let bandwidthGain = elasticity.gains[.memoryBandwidth] ?? 0
  // Busy time belongs to arithmetic and to memory traffic in the proportion of their gains.
  let share = arithmeticGain + bandwidthGain > 0 ? arithmeticGain / (arithmeticGain + bandwidthGain) : 0.5
  add(
    .compute, severity: busy * share, moderate: 0.8, severe: 0.95,
    evidence:
      "accelerators compute \(percent(busy)) of the step at \(percent(result.throughput.mfu)) MFU",
    computeAdvice(result))
  add(
    .memoryBandwidth, severity: busy * (1 - share), moderate: 0.5, severe: 0.8,
    evidence: "kernels bound by memory traffic take about \(percent(busy * (1 - share))) of the step",
    ["use fused kernels and a lower activation precision", "choose a device with more memory bandwidth"])
  add(
    .memory, severity: result.memory.neededShare, moderate: 0.7, severe: 0.9,
    evidence:
      "a step needs \(gibibytes(result.memory.needed)) of \(gibibytes(result.memory.capacity)), "
      + (result.memory.fits ? "out-of-memory risk above 90 %" : "does not fit"),
    memoryAdvice(result))
  let exposed = step.exposedCommunication / step.time
  add(
    .network, severity: exposed, moderate: 0.3, severe: 0.5,
    evidence:
      "communication takes \(percent(step.communication / step.time)) of the step, "
      + "\(percent(exposed)) is not hidden behind computation",
    networkAdvice(result))
  if result.job.plan.offload != .none {
    // An offloaded optimizer runs on the host's processors while the device waits.
    let update = result.job.plan.offload.optimizer == .none ? 0 : step.optimizer
    let waiting = (step.exposedOffload + update) / step.time
    add(
      .host, severity: waiting, moderate: 0.3, severe: 0.5,
      evidence: "the device waits for its host \(percent(waiting)) of the step, for transfers and the update",
      ["offload less", "use a faster host link"])
  }
  return found.sorted {
    ($0.level, $0.gainIfDoubled ?? 0, $0.severity) > ($1.level, $1.gainIfDoubled ?? 0, $1.severity)
  }
}

private func computeAdvice(_ result: TrainingResult) -> [String] {
  var advice: [String] = []
  let precision = result.job.plan.precision
  if precision.compute == .fp32 || precision.compute == .tf32 {
    advice.append("train in mixed precision (bf16 or fp16)")
  }
  if result.job.plan.recompute != .none, result.memory.peak.bytes * 2 < result.memory.capacity.bytes {
    advice.append("recompute fewer activations: memory has room")
  }
  if result.throughput.mfu < 0.3 { advice.append("raise the micro-batch so that kernels fill the device") }
  advice.append("use faster accelerators, or more of them")
  return advice
}

private func memoryAdvice(_ result: TrainingResult) -> [String] {
  let plan = result.job.plan
  var advice: [String] = []
  if plan.microBatch > 1 { advice.append("halve the micro-batch and double gradient accumulation") }
  if plan.recompute == .none {
    // A schedule that splits the backward pass refuses to run layers again, but not attention.
    advice.append(
      plan.pipeline.schedule.splitsBackward
        ? "recompute attention (training.recompute: selective)"
        : "recompute activations (training.recompute: full)")
  }
  if plan.precision.activation.byteWidth > 2 { advice.append("store activations in 16 bits (bf16 or fp16)") }
  if plan.offload.optimizer == .none, plan.optimizer.memoryBytesPerParameter(plan.precision) > 0 {
    advice.append("offload optimizer states to the host")
  }
  advice.append("use accelerators with more memory")
  return advice
}

private func networkAdvice(_ result: TrainingResult) -> [String] {
  let plan = result.job.plan
  var advice: [String] = []
  if !plan.overlap.gradients {
    advice.append("reduce gradients during the backward pass (training.overlap: true)")
  }
  let job = result.job
  if job.allReduce != .auto {
    advice.append("let the all-reduce algorithm be chosen (cluster.collectives.all_reduce: auto)")
  }
  if isLatencyBound(result) { advice.append("use larger buckets: latency dominates (training.bucket_size)") }
  advice.append("accumulate gradients over more micro-batches per step")
  if plan.precision.gradient.byteWidth > 2 { advice.append("reduce gradients in 16 bits") }
  advice.append("give nodes more network bandwidth")
  return advice
}

/// Whether the reductions take more than twice what their bytes alone would at the slower link's rate.
private func isLatencyBound(_ result: TrainingResult) -> Bool {
  let cluster = result.job.cluster
  let link = cluster.nodeCount > 1 ? cluster.interNode : cluster.intraNode
  let bytes = result.collectives.reduce(0.0) { $0 + 2 * Double($1.bytes.bytes) * Double($1.count) }
  return result.step.communication > 2 * bytes / link.payloadBandwidth.bytesPerSecond
}

private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

private func gibibytes(_ amount: ByteCount) -> String {
  let tenths = Int((amount.gibibytes * 10).rounded())
  return "\(tenths / 10).\(tenths % 10) GiB"
}
