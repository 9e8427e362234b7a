import MemoryModels
import Parallelism
import Quantities

extension StageWriter {
  /// Moves what a layer keeps to its tier once its forward pass is over. The last layer stays: its
  /// backward pass comes next.
  mutating func evict(_ index: Int, of pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    let chunk = chunks[pass.chunk]
    let bytes = chunk.keptBytes(index)
    let tier = plan.offload.activations
    guard tier != .none, index + 1 < chunk.layers.count, bytes > 0, let last else { return }
    let transfer = builder.add(
      "evict", .offload, on: .toHost, kind: .transfer,
      duration: plan.tiers.transferTime(.init(rounding: bytes), to: tier), after: [last])
    builder.label(transfer, layer: chunk.names[index], microBatch: pass.microBatch)
    builder.change(.activations, by: -bytes, atEndOf: transfer)
    builder.change(tier == .disk ? .diskOffload : .hostOffload, by: bytes, atStartOf: transfer)
    evictions[pass.chunk][key(index, pass)] = transfer
  }

  /// Brings a layer's evicted activations back, issued while the layer before it in the backward pass
  /// works, so that one layer's transfer hides behind another's computation.
  mutating func fetch(
    layerAt index: Int, neededBy user: Int, of pass: PipelinePass, _ builder: inout StepGraphBuilder
  ) -> [Int] {
    let chunk = chunks[pass.chunk]
    guard let eviction = evictions[pass.chunk][key(index, pass)] else { return [] }
    evictions[pass.chunk][key(index, pass)] = nil
    let tier = plan.offload.activations
    let bytes = chunk.keptBytes(index)
    var prerequisites = [eviction]
    if user + 2 < backwardEnds.count, let ahead = backwardEnds[user + 2] { prerequisites.append(ahead) }
    let transfer = builder.add(
      "fetch", .offload, on: .fromHost, kind: .transfer,
      duration: plan.tiers.transferTime(.init(rounding: bytes), to: tier), after: prerequisites)
    builder.label(transfer, layer: chunk.names[index], microBatch: pass.microBatch)
    builder.change(.activations, by: bytes, atStartOf: transfer)
    builder.change(tier == .disk ? .diskOffload : .hostOffload, by: -bytes, atEndOf: transfer)
    return [transfer]
  }

  private func key(_ index: Int, _ pass: PipelinePass) -> Int {
    pass.microBatch * chunks[pass.chunk].layers.count + index
  }
}
