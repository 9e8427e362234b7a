import MemoryModels
import ModelGraphs
import Parallelism

/// Gradients in fp32, made for an update whose operations take no other format.
struct GradientCast {
  /// What makes them.
  var operation: Int
  /// What they take until the update ends.
  var bytes: Double
  /// Whether nothing reads the narrower gradients afterwards.
  var readsLast: Bool
}

/// What an update operation by operation holds. Its time is with the update's traffic.
extension StageWriter {
  /// Casts gradients that are narrower than fp32; `nil` where there is nothing to cast.
  mutating func castGradients(_ share: RankParameters, _ builder: inout StepGraphBuilder) -> GradientCast? {
    let width = plan.precision.gradient.byteWidth
    guard plan.updateMethod != .fused, width < 4 else { return nil }
    let updated = plan.updatedTensors(share)
    let elements = updated.reduce(0) { $0 + $1.totalElements }
    if updatesFlat {
      let norm = builder.add(
        "norm of gradients", .optimizer, duration: .zero, after: reductions + pending)
      hold(.workspace, 4 * elements, like: updated, at: norm, &builder)
      builder.change(.workspace, by: -4 * elements, atEndOf: norm)
      let cast = builder.add("gradients to fp32", .optimizer, duration: .zero, after: [norm])
      builder.change(.workspace, by: width * elements, atStartOf: cast)
      builder.change(.buffers, by: 4 * elements, atStartOf: cast)
      builder.change(.workspace, by: -width * elements, atEndOf: cast)
      return GradientCast(operation: cast, bytes: 4 * elements, readsLast: true)
    }
    let cast = builder.add("gradients to fp32", .optimizer, duration: .zero, after: reductions + pending)
    hold(.buffers, 4 * elements, like: updated, at: cast, &builder)
    return GradientCast(operation: cast, bytes: 4 * elements, readsLast: false)
  }

  /// The temporaries of the rule, for as long as the update runs.
  func holdTemporaries(_ share: RankParameters, of update: Int, _ builder: inout StepGraphBuilder) {
    guard plan.updateMethod != .fused else { return }
    let updated = plan.updatedTensors(share)
    let bytes = 4 * updated.reduce(0) { $0 + $1.totalElements }
    for _ in 0..<plan.optimizer.temporaryCount {
      if updatesFlat {
        builder.change(.workspace, by: bytes, atStartOf: update)
      } else {
        hold(.workspace, bytes, like: updated, at: update, &builder)
      }
    }
    builder.change(.workspace, by: -bytes * Double(plan.optimizer.temporaryCount), atEndOf: update)
  }

  private var updatesFlat: Bool { plan.updateMethod == .flat && plan.zero < .parameters }

  /// Bytes as tensors of the parameters' shapes.
  private func hold(
    _ kind: MemoryKind, _ bytes: Double, like tensors: [ParameterTensor], at operation: Int,
    _ builder: inout StepGraphBuilder
  ) {
    let whole = Int64(bytes.rounded())
    for piece in TrainingPlan.pieces(of: whole, .buffers, like: tensors) {
      builder.change(kind, by: Double(piece.bytes), atStartOf: operation)
    }
  }
}
