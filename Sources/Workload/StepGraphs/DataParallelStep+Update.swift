import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import Quantities

extension DataParallelStepWriter {
  /// The optimizer update, on the device or on the host with its transfers.
  mutating func writeUpdate() {
    let parameters = Double(plan.model.parameterCount)
    let last: Int
    if plan.offload.optimizer == .none {
      last = writeDeviceUpdate(parameters)
    } else {
      last = writeHostUpdate(parameters)
    }
    builder.change(.gradients, by: -gradientBytes, atEndOf: last)
  }

  /// One fused update over all parameters, and the products of matrices of rules that have some. With 16-bit gradients a pass before it undoes the loss
  /// scale or takes the norm for clipping.
  private mutating func writeDeviceUpdate(_ parameters: Double) -> Int {
    let precision = plan.precision
    let updated = plan.model.parameterTensors
    var bytes = plan.optimizer.updateBytes(of: updated, precision: precision) * plan.updateTraffic
    if precision.gradient.byteWidth < 4 { bytes += parameters * precision.gradient.byteWidth }
    bytes += plan.model.weightCastBytes(precision)
    let tensors = plan.model.layers.reduce(0) { $0 + $1.operators.count { $0.parameterCount > 0 } }
    // A fused kernel takes some hundred tensors at a time.
    let kernel = Kernel(
      shape: .streaming, flops: plan.optimizer.elementFLOPs(of: updated), bytes: bytes,
      dataType: .fp32, launches: 2 + tensors / 100)
    var duration = kernelTime(kernel, on: plan.device).duration
    var flops = kernel.flops
    for product in plan.optimizer.matrixKernels(of: updated, precision: precision) {
      duration += kernelTime(product, on: plan.device).duration
      flops += product.flops
    }
    return builder.add("optimizer", .optimizer, duration: duration, flops: flops, after: reductions)
  }

  /// Gradients out, update on the host processor, weights back.
  private mutating func writeHostUpdate(_ parameters: Double) -> Int {
    let precision = plan.precision
    let tiers = plan.tiers
    let gradients = ByteCount(rounding: parameters * precision.gradient.byteWidth)
    let weights = ByteCount(rounding: parameters * precision.weight.byteWidth)
    // Takes no time: what the device waits for up to here is communication, from here on the host.
    let reduced = builder.add("gradients reduced", .optimizer, duration: .zero, after: reductions)
    let out = builder.add(
      "gradients to host", .offload, on: .toHost, kind: .transfer,
      duration: tiers.transferTime(gradients, to: .host), after: [reduced])
    let share = tiers.hostMemoryBandwidth * (1 / Double(tiers.devicesPerNode))
    let updated = plan.model.parameterTensors
    var update = ByteCount(rounding: plan.optimizer.updateBytes(of: updated, precision: precision)) / share
    if plan.offload.optimizer == .disk {
      // States come from the disk and go back to it.
      let states = ByteCount(
        rounding: 2 * plan.optimizer.memoryBytes(of: updated, precision: precision))
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
}
