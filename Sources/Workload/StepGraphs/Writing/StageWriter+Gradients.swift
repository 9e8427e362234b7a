import Collectives
import MemoryModels
import Parallelism
import Quantities

extension StageWriter {
  /// Ranks that hold the parameters outside experts, or the experts', once each.
  private func holders(isExpert: Bool) -> Int {
    plan.layout.groupSize(of: isExpert ? .expertData : .data)
  }

  /// What is reduced after a layer's gradients are made.
  ///
  /// Without sharded gradients full buckets, in the last pass alone; with them the layer's gradients, in every pass or
  /// the last, each rank keeping its share.
  mutating func reduce(
    layerAt index: Int, of pass: PipelinePass, _ completions: [(index: Int, operatorIndex: Int)],
    _ count: (isFirst: Bool, isLast: Bool), _ builder: inout StepGraphBuilder
  ) {
    if plan.zero >= .gradients {
      holdFrozenGradients(layerAt: index, of: pass, count, &builder)
      if count.isLast || !plan.reducesOnce { scatter(layerAt: index, of: pass, count, &builder) }
      return
    }
    guard count.isLast else { return }
    let offset = chunks[pass.chunk].buckets.offsets[index]
    for completion in completions {
      for item in reductionsOfChunk[pass.chunk].completed(by: offset + completion.operatorIndex)
      where holders(isExpert: item.isExpert) > 1 {
        if plan.overlap.gradients {
          reduce(item, after: completion.index, &builder)
        } else {
          waitingBuckets.append(item)
        }
      }
    }
  }

  /// Buckets that were held back until the backward pass is over.
  mutating func reduceWaiting(
    _ chunk: Int, _ count: (isFirst: Bool, isLast: Bool), _ builder: inout StepGraphBuilder
  ) {
    guard count.isLast, let last else { return }
    for item in waitingBuckets { reduce(item, after: last, &builder) }
    waitingBuckets = []
  }

  private mutating func reduce(
    _ item: (bucket: GradientBucket, isExpert: Bool, number: Int), after done: Int,
    _ builder: inout StepGraphBuilder
  ) {
    let label = item.isExpert ? "expert bucket" : "bucket"
    let bytes = item.bucket.bytes
    if plan.zero == .none {
      reductions.append(
        builder.addCollective(
          "all-reduce \(label) \(item.number)", .allReduce, bytes: bytes,
          among: item.isExpert ? .expertData : .data, on: .communication, after: [done]))
      return
    }
    let group: Communicator = item.isExpert ? .expertData : .shard
    var end = done
    if plan.layout.groupSize(of: group) > 1 {
      end = builder.addCollective(
        "reduce-scatter \(label) \(item.number)", .reduceScatter, bytes: bytes, among: group,
        on: .communication, after: [done])
      reductions.append(end)
    }
    addReplicaReduction("\(label) \(item.number)", bytes, isExpert: item.isExpert, after: end, &builder)
  }

  /// Sums a shard over the ranks that hold the same one.
  private mutating func addReplicaReduction(
    _ label: String, _ bytes: ByteCount, isExpert: Bool, after done: Int, _ builder: inout StepGraphBuilder
  ) {
    if isExpert || plan.layout.groupSize(of: .replica) == 1 { return }
    let share = ByteCount(rounding: Double(bytes.bytes) / Double(plan.layout.shardSize))
    reductions.append(
      builder.addCollective(
        "all-reduce \(label)", .allReduce, bytes: share, among: .replica, on: .communication, after: [done]))
  }

  /// Gradients of frozen parameters, which those of the layer's trained ones bring along.
  private func holdFrozenGradients(
    layerAt index: Int, of pass: PipelinePass, _ count: (isFirst: Bool, isLast: Bool),
    _ builder: inout StepGraphBuilder
  ) {
    guard let last, count.isFirst || !plan.reducesOnce else { return }
    let share = chunks[pass.chunk].templates[index].parameters
    let elements = plan.gradientCounts(of: share)
    let frozen = elements.dense + elements.expert - share.dense.trained - share.expert.trained
    builder.change(.gradients, by: frozen * plan.precision.gradient.byteWidth, atStartOf: last)
  }

  /// Reduces a layer's gradients to their owners, frees them and adds each owner's share to its own.
  ///
  /// Computation goes on once the layer before has given its gradients away, so that no more than two layers' wait
  /// for a slow network: as FSDP waits for the reduction before, and ZeRO's two buckets take turns.
  ///
  /// - Source: `post_backward` of PyTorch's `torch/distributed/fsdp/_fully_shard/_fsdp_param_group.py`.
  private mutating func scatter(
    layerAt index: Int, of pass: PipelinePass, _ count: (isFirst: Bool, isLast: Bool),
    _ builder: inout StepGraphBuilder
  ) {
    guard let last else { return }
    pending += scatters
    scatters = []
    let share = chunks[pass.chunk].templates[index].parameters
    let elements = plan.gradientCounts(of: share)
    let width = plan.precision.gradient.byteWidth
    // Shares are booked once all of the layer's gradients are freed, so that none is taken for what is freed.
    var (kept, lastEnd) = (0.0, last)
    for (parameters, group, isExpert) in [
      (elements.dense, Communicator.shard, false), (elements.expert, .expertData, true),
    ] where parameters > 0 {
      let bytes = ByteCount(rounding: parameters * width)
      var end = last
      if plan.layout.groupSize(of: group) > 1 {
        end = builder.addCollective(
          "reduce-scatter", .reduceScatter, bytes: bytes, among: group, on: .communication, after: [last])
        builder.label(end, layer: chunks[pass.chunk].names[index], microBatch: pass.microBatch)
        reductions.append(end)
        scatters.append(end)
      }
      builder.change(.gradients, by: -Double(bytes.bytes), atEndOf: end)
      let own = (parameters * width / Double(plan.layout.groupSize(of: group))).rounded()
      if plan.offload.gradients != .none {
        moveOut(own, of: index, pass, isFirst: count.isFirst, after: end, &builder)
      } else if count.isFirst || plan.reducesOnce, !plan.keepsGradientBuffer {
        kept += own
      }
      lastEnd = end
      if count.isLast { addReplicaReduction("shard", bytes, isExpert: isExpert, after: end, &builder) }
    }
    builder.change(.gradients, by: kept, atEndOf: lastEnd)
    gradientBytes += kept
  }

  /// Moves a rank's share of a layer's gradients to its tier, where it is added to those of earlier passes.
  private mutating func moveOut(
    _ bytes: Double, of index: Int, _ pass: PipelinePass, isFirst: Bool, after done: Int,
    _ builder: inout StepGraphBuilder
  ) {
    let tier = plan.offload.gradients
    builder.change(.gradients, by: bytes, atEndOf: done)
    let transfer = builder.add(
      "gradients out", .offload, on: .toHost, kind: .transfer,
      duration: plan.tiers.transferTime(.init(rounding: bytes), to: tier), after: [done])
    builder.label(transfer, layer: chunks[pass.chunk].names[index], microBatch: pass.microBatch)
    builder.change(.gradients, by: -bytes, atEndOf: transfer)
    if isFirst {
      builder.change(tier == .disk ? .diskOffload : .hostOffload, by: bytes, atStartOf: transfer)
      movedGradientBytes += bytes
    }
    reductions.append(transfer)
  }
}
