import Collectives
import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

extension StageWriter {
  /// The end of the step: the last reductions, the optimizer on the device or on the host, and new parameters.
  mutating func writeUpdate(_ builder: inout StepGraphBuilder) {
    reduceTiedTable(&builder)
    joinStages(&builder)
    let share = chunks.reduce(ParameterShare()) { $0 + $1.parameters }
    let end: Int
    if plan.offload.optimizer == .none {
      end = writeDeviceUpdate(share, &builder)
    } else {
      end = writeHostUpdate(share, &builder)
    }
    builder.change(.gradients, by: -gradientBytes, atEndOf: end)
    gatherUpdated(share, after: end, &builder)
  }

  /// Parameters that this rank's optimizer updates.
  func updatedParameters(_ share: ParameterShare) -> Double {
    if plan.zero == .none { return share.trainedDense + share.trainedExpert }
    return share.trainedDense / Double(plan.layout.groupSize(of: .shard))
      + share.trainedExpert / Double(plan.layout.groupSize(of: .expertData))
  }

  /// A token table that first and last stage hold both has the sum of their gradients.
  private mutating func reduceTiedTable(_ builder: inout StepGraphBuilder) {
    guard let bytes = tiedTableBytes, let last else { return }
    reductions.append(
      builder.addCollective(
        "all-reduce tied table", .allReduce, bytes: bytes, among: .embedding, on: .communication,
        after: [last] + reductions.suffix(1)))
  }

  /// All stages agree on the norm of the gradients, and on whether any overflowed, before they change parameters.
  private mutating func joinStages(_ builder: inout StepGraphBuilder) {
    guard plan.degrees.pipeline > 1, let last else { return }
    let norm = builder.addCollective(
      "gradient norm", .allReduce, bytes: ByteCount(4), among: .world, on: .communication, phase: .pipeline,
      after: [last] + reductions + pending)
    reductions = [norm]
    pending = []
  }

  /// One fused update over all parameters. With 16-bit gradients a pass before it undoes the loss
  /// scale or takes the norm for clipping.
  private mutating func writeDeviceUpdate(_ share: ParameterShare, _ builder: inout StepGraphBuilder) -> Int {
    let precision = plan.precision
    let parameters = updatedParameters(share)
    var bytes = parameters * plan.optimizer.updateBytesPerParameter(precision) * plan.updateTraffic
    if precision.gradient.byteWidth < 4 { bytes += parameters * precision.gradient.byteWidth }
    let tensors = chunks.reduce(0) { sum, chunk in
      sum
        + chunk.layers.reduce(0) {
          $0 + $1.operators.count { $0.isTrainable && $0.parameterCount > 0 }
        }
    }
    // A fused kernel takes some hundred tensors at a time.
    let kernel = Kernel(
      shape: .streaming, flops: parameters * plan.optimizer.updateFLOPsPerParameter, bytes: bytes,
      dataType: .fp32, launches: 2 + tensors / 100)
    let time = kernelTime(kernel, on: device).duration
    return builder.add(
      "optimizer", .optimizer, duration: slowdown == 1 ? time : time.scaled(by: slowdown),
      flops: kernel.flops, after: reductions + pending)
  }

  /// Gradients out, update on the host processor, weights back.
  private mutating func writeHostUpdate(_ share: ParameterShare, _ builder: inout StepGraphBuilder) -> Int {
    let precision = plan.precision
    let tiers = plan.tiers
    let parameters = updatedParameters(share)
    let gradients = ByteCount(rounding: parameters * precision.gradient.byteWidth)
    let weights = ByteCount(rounding: parameters * precision.weight.byteWidth)
    // Takes no time: what the device waits for up to here is communication, from here on the host.
    let reduced = builder.add(
      "gradients reduced", .optimizer, duration: .zero, after: reductions + pending)
    let out = builder.add(
      "gradients to host", .offload, on: .toHost, kind: .transfer,
      duration: tiers.transferTime(gradients, to: .host), after: [reduced])
    let bandwidth = tiers.hostMemoryBandwidth * (1 / Double(tiers.devicesPerNode))
    var update =
      ByteCount(rounding: parameters * plan.optimizer.updateBytesPerParameter(precision)) / bandwidth
    if plan.offload.optimizer == .disk {
      // States come from the disk and go back to it.
      let states = ByteCount(
        rounding: 2 * parameters * plan.optimizer.memoryBytesPerParameter(precision))
      update +=
        tiers.disk.link.latency + states
        / (tiers.disk.link.payloadBandwidth * (1 / Double(tiers.devicesPerNode)))
    }
    let step = builder.add("optimizer on host", .optimizer, on: .host, duration: update, after: [out])
    let back = builder.add(
      "weights from host", .offload, on: .fromHost, kind: .transfer,
      duration: tiers.transferTime(weights, to: .host), after: [step])
    // The next forward pass reads the new weights.
    return builder.add("weights ready", .optimizer, duration: .zero, after: [back])
  }

  /// Every rank needs all of the parameters that each rank updated a share of.
  private mutating func gatherUpdated(
    _ share: ParameterShare, after end: Int, _ builder: inout StepGraphBuilder
  ) {
    guard plan.zero == .optimizer || plan.zero == .gradients, !plan.overlap.parameters else { return }
    var gathers: [Int] = []
    let width = plan.precision.weight.byteWidth
    for (bytes, group) in [
      (share.trainedDense * width, Communicator.shard), (share.trainedExpert * width, .expertData),
    ] where bytes > 0 && plan.layout.groupSize(of: group) > 1 {
      gathers.append(
        builder.addCollective(
          "all-gather parameters", .allGather, bytes: ByteCount(rounding: bytes), among: group,
          on: .communication, after: [end]))
    }
    if gathers.isEmpty { return }
    // Takes no time: the next forward pass reads the new parameters.
    builder.add("parameters ready", .optimizer, duration: .zero, after: gathers)
  }
}
