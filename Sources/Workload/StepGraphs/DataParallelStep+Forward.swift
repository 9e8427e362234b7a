import MemoryModels
import ModelGraphs

extension DataParallelStepWriter {
  mutating func writeForward(_ microBatchIndex: Int) {
    for (index, layer) in plan.model.layers.enumerated() {
      writeForwardOperators(of: layer, .forward, savesActivations: segmentLength == nil)
      if segmentLength != nil, keptBytes[index] > 0, let last = lastOperator {
        builder.change(.activations, by: keptBytes[index], atStartOf: last)
      }
      writeEviction(ofLayer: index)
    }
  }

  /// The forward operators of a layer, run for the first time or again.
  mutating func writeForwardOperators(
    of layer: ModelLayer, _ phase: StepGraph.Phase, savesActivations: Bool
  ) {
    for item in layer.operators {
      let work = duration(item, [.forward])
      let index = builder.add("\(layer.name)/\(item.name)", phase, duration: work.time, flops: work.flops)
      if savesActivations {
        let saved = item.savedBytes(batch: plan.microBatch, precision: plan.precision)
        builder.change(.activations, by: saved, atStartOf: index)
      }
      let workspace = item.workspaceBytes(.forward, batch: plan.microBatch, precision: plan.precision)
      builder.change(.workspace, by: workspace, atStartOf: index)
      builder.change(.workspace, by: -workspace, atEndOf: index)
      lastOperator = index
    }
  }

  /// Moves what a layer keeps to its tier once its forward pass is over. The last layer stays: its
  /// backward pass comes next.
  private mutating func writeEviction(ofLayer index: Int) {
    guard plan.offload.activations != .none, index + 1 < plan.model.layers.count, keptBytes[index] > 0,
      let last = lastOperator
    else { return }
    let tier = plan.offload.activations
    let transfer = builder.add(
      "\(plan.model.layers[index].name)/evict", .offload, on: .toHost, kind: .transfer,
      duration: plan.tiers.transferTime(.init(rounding: keptBytes[index]), to: tier), after: [last])
    builder.change(.activations, by: -keptBytes[index], atEndOf: transfer)
    builder.change(tier == .disk ? .diskOffload : .hostOffload, by: keptBytes[index], atStartOf: transfer)
    evictions[index] = transfer
  }
}
