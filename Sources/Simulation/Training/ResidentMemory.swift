import MemoryModels
import Quantities
import StepGraphs

/// Bytes by `MemoryKind.rawValue` that a rank holds from the first step on.
///
/// Gradients are made by the backward pass and are not resident.
func residentMemory(_ plan: DataParallelPlan) -> [Int64] {
  let footprint = staticFootprint(
    model: plan.model, precision: plan.precision, optimizer: plan.optimizer,
    offload: plan.offload, rankCount: plan.rankCount, deviceKind: plan.device.kind)
  var bytes = [Int64](repeating: 0, count: MemoryKind.allCases.count)
  bytes[MemoryKind.weights.rawValue] = footprint.weights.bytes
  bytes[MemoryKind.optimizer.rawValue] = footprint.optimizer.bytes
  bytes[MemoryKind.buffers.rawValue] = footprint.buffers.bytes
  bytes[MemoryKind.overhead.rawValue] = footprint.overhead.bytes
  let states = Int64(
    plan.optimizer.memoryBytes(of: plan.model.parameterTensors, precision: plan.precision).rounded())
  switch plan.offload.optimizer {
  case .none: break
  case .host: bytes[MemoryKind.hostOffload.rawValue] = states
  case .disk: bytes[MemoryKind.diskOffload.rawValue] = states
  }
  return bytes
}
