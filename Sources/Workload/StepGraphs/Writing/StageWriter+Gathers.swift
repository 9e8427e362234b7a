import Collectives
import MemoryModels
import Parallelism
import Quantities

extension StageWriter {
  /// Gathers a layer's parameters from the ranks that share them out, one layer ahead of its use.
  ///
  /// With sharded parameters before every pass; with sharded optimizer states and overlapped gathers before the first
  /// forward pass, where each layer's updated parameters arrive.
  ///
  /// - Parameters:
  ///   - index: the layer; none is gathered beyond the chunk's ends.
  ///   - next: +1 in forward passes, -1 in backward passes.
  mutating func gather(
    layerAt index: Int, of pass: PipelinePass, next: Int, _ builder: inout StepGraphBuilder
  ) {
    let chunk = chunks[pass.chunk]
    guard chunk.layers.indices.contains(index), gathers[pass.chunk]?[index] == nil else { return }
    let isUpdate =
      plan.zero < .parameters && plan.zero != .none && plan.overlap.parameters && next > 0
      && forwardPasses[pass.chunk] == 0
    guard plan.zero == .parameters || isUpdate else { return }
    let share = chunk.templates[index].parameters
    var ends: [Int] = []
    for (bytes, group) in [
      (isUpdate ? share.dense.updatedBytes : share.dense.gatheredBytes, Communicator.shard),
      (isUpdate ? share.expert.updatedBytes : share.expert.gatheredBytes, .expertData),
    ] where bytes > 0 {
      var arrivals = isUpdate ? [] : fetchShare(bytes, among: group, of: chunk.names[index], pass, &builder)
      if plan.layout.groupSize(of: group) > 1 {
        let prerequisites = plan.zero == .parameters ? [last].compactMap { $0 } : []
        let end = builder.addCollective(
          "all-gather parameters", .allGather, bytes: ByteCount(rounding: bytes), among: group,
          on: .communication, after: prerequisites + arrivals)
        builder.label(end, layer: chunk.names[index], microBatch: pass.microBatch)
        arrivals.append(end)
      }
      if plan.zero == .parameters, let arrival = arrivals.last {
        builder.change(.buffers, by: bytes, atStartOf: arrival)
        gathered[index, default: 0] += bytes.rounded()
      }
      ends += arrivals
    }
    gathers[pass.chunk, default: [:]][index] = ends
  }

  /// Brings a rank's share of a layer's parameters back from its tier, where that is not the device.
  private mutating func fetchShare(
    _ gathered: Double, among group: Communicator, of layer: Int32, _ pass: PipelinePass,
    _ builder: inout StepGraphBuilder
  ) -> [Int] {
    let tier = plan.offload.parameters
    if tier == .none { return [] }
    let share = ByteCount(rounding: gathered / Double(plan.layout.groupSize(of: group)))
    let transfer = builder.add(
      "parameters in", .offload, on: .fromHost, kind: .transfer,
      duration: plan.tiers.transferTime(share, to: tier), after: [last].compactMap { $0 })
    builder.label(transfer, layer: layer, microBatch: pass.microBatch)
    return [transfer]
  }

  /// Lets a layer's first computation wait for its parameters.
  mutating func awaitParameters(layerAt index: Int, of pass: PipelinePass) {
    pending += gathers[pass.chunk]?[index] ?? []
  }

  /// Frees what was gathered for a layer at the end of its pass.
  mutating func release(layerAt index: Int, of pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    gathers[pass.chunk]?[index] = nil
    guard let bytes = gathered[index], let last else { return }
    builder.change(.buffers, by: -bytes, atEndOf: last)
    gathered[index] = nil
  }
}
