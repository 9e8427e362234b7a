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
    let share = chunks.reduce(RankParameters()) { $0 + $1.parameters }
    if plan.zero < .gradients, !plan.keepsGradientBuffer {
      // DualPipe's second copy has gradients of its own.
      gradientBytes = chunks.reduce(0) { $0 + $1.templates.reduce(0) { $0 + $1.gradientBytes } }
    }
    let end: Int
    var lastRead: Int?
    if plan.offload.optimizer == .none {
      let cast = castGradients(share, &builder)
      lastRead = cast?.readsLast == true ? cast?.operation : nil
      end = writeDeviceUpdate(share, after: cast, &builder)
    } else {
      end = writeHostUpdate(share, &builder)
    }
    builder.change(.gradients, by: -gradientBytes, atEndOf: lastRead ?? end)
    builder.change(
      plan.offload.gradients == .disk ? .diskOffload : .hostOffload, by: -movedGradientBytes, atEndOf: end)
    gatherUpdated(share, after: end, &builder)
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

  /// One fused update over all parameters, and the products of matrices of rules that have some. With 16-bit
  /// gradients a pass before it undoes the loss scale or takes the norm for clipping.
  private mutating func writeDeviceUpdate(
    _ share: RankParameters, after cast: GradientCast?, _ builder: inout StepGraphBuilder
  ) -> Int {
    let precision = plan.precision
    let updated = plan.updatedTensors(share)
    var bytes =
      plan.optimizer.updateBytes(of: updated, precision: precision, projection: plan.projection)
      * plan.updateTraffic
    if precision.gradient.byteWidth < 4 {
      bytes += updated.reduce(0) { $0 + $1.totalElements } * precision.gradient.byteWidth
    }
    // Narrow primary weights are cast by the rank that updated them, copies of wide ones by all.
    let isShared = precision.hasNarrowPrimaryWeights && plan.zero != .none
    bytes +=
      share.dense.castBytes / Double(isShared ? plan.layout.groupSize(of: .shard) : 1)
      + share.expert.castBytes / Double(isShared ? plan.layout.groupSize(of: .expertData) : 1)
    let tensors = share.dense.tensors.count + share.expert.tensors.count
    // A fused kernel takes some hundred tensors at a time.
    let kernel = Kernel(
      shape: .streaming, flops: plan.optimizer.elementFLOPs(of: updated, projection: plan.projection),
      bytes: bytes,
      dataType: .fp32, launches: 2 + tensors / 100)
    var time = kernelTime(kernel, on: device).duration
    var flops = kernel.flops
    for product in plan.optimizer.matrixKernels(
      of: updated, precision: precision, projection: plan.projection)
    {
      time += kernelTime(product, on: device).duration
      flops += product.flops
    }
    let end = builder.add(
      "optimizer", .optimizer, duration: slowdown == 1 ? time : time.scaled(by: slowdown), flops: flops,
      after: reductions + pending + pageStates(&builder) + (cast.map { [$0.operation] } ?? []))
    holdTemporaries(share, of: end, &builder)
    if let cast { builder.change(.buffers, by: -cast.bytes, atEndOf: end) }
    return end
  }

  /// States that were pushed out to the host come back before the update and go out again after it.
  private func pageStates(_ builder: inout StepGraphBuilder) -> [Int] {
    if plan.pagedBytes == 0 { return [] }
    let moved = ByteCount(rounding: 2 * plan.pagedBytes)
    return [
      builder.add(
        "optimizer pages", .offload, on: .fromHost, kind: .transfer,
        duration: plan.tiers.transferTime(moved, to: .host), after: reductions + pending)
    ]
  }

  /// Gradients out, update on the host processor, weights back.
  private mutating func writeHostUpdate(_ share: RankParameters, _ builder: inout StepGraphBuilder) -> Int {
    let precision = plan.precision
    let tiers = plan.tiers
    let updated = plan.updatedTensors(share)
    let parameters = updated.reduce(0) { $0 + $1.totalElements }
    let gradients = ByteCount(rounding: parameters * precision.gradient.byteWidth)
    let weights = ByteCount(rounding: parameters * precision.weight.byteWidth)
    // Takes no time: what the device waits for up to here is communication, from here on the host.
    let reduced = builder.add(
      "gradients reduced", .optimizer, duration: .zero, after: reductions + pending)
    var arrived = reduced
    if plan.offload.gradients == .none {
      arrived = builder.add(
        "gradients to host", .offload, on: .toHost, kind: .transfer,
        duration: tiers.transferTime(gradients, to: .host), after: [reduced])
    }
    let bandwidth = tiers.hostMemoryBandwidth * (1 / Double(tiers.devicesPerNode))
    var update =
      ByteCount(
        rounding: plan.optimizer.updateBytes(of: updated, precision: precision, projection: plan.projection))
      / bandwidth
    // What lies on the disk comes from it, and goes back to it where it is changed.
    var onDisk = 0.0
    if plan.offload.optimizer == .disk {
      onDisk +=
        2 * plan.optimizer.memoryBytes(of: updated, precision: precision, projection: plan.projection)
    }
    if plan.offload.gradients == .disk { onDisk += Double(gradients.bytes) }
    if plan.offload.parameters == .disk { onDisk += Double(weights.bytes) }
    if onDisk > 0 {
      update +=
        tiers.disk.link.latency + ByteCount(rounding: onDisk)
        / (tiers.disk.link.payloadBandwidth * (1 / Double(tiers.devicesPerNode)))
    }
    let step = builder.add("optimizer on host", .optimizer, on: .host, duration: update, after: [arrived])
    var ready = step
    if plan.offload.parameters == .none {
      ready = builder.add(
        "weights from host", .offload, on: .fromHost, kind: .transfer,
        duration: tiers.transferTime(weights, to: .host), after: [step])
    }
    // The next forward pass reads the new weights.
    return builder.add("weights ready", .optimizer, duration: .zero, after: [ready])
  }

  /// Every rank needs all of the parameters that each rank updated a share of.
  private mutating func gatherUpdated(
    _ share: RankParameters, after end: Int, _ builder: inout StepGraphBuilder
  ) {
    guard plan.zero == .optimizer || plan.zero == .gradients, !plan.overlap.parameters else { return }
    var gathers: [Int] = []
    for (bytes, group) in [
      (share.dense.updatedBytes, Communicator.shard), (share.expert.updatedBytes, .expertData),
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
