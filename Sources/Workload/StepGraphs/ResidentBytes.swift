import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

extension TrainingPlan {
  /// Bytes by `MemoryKind.rawValue` that a rank holds from the first step on.
  ///
  /// Gradients are made by the backward pass, unless they lie in one buffer. What data ranks share out counts with
  /// a rank's share alone. Experts are shared out among the ranks that hold the same ones.
  func residentBytes(_ share: ParameterShare, on device: Accelerator) -> [Int64] {
    let dense = Double(layout.groupSize(of: .shard))
    let expert = Double(layout.groupSize(of: .expertData))
    func kept(_ denseAmount: Double, _ expertAmount: Double, from stage: ZeroStage) -> Double {
      zero >= stage ? denseAmount / dense + expertAmount / expert : denseAmount + expertAmount
    }
    let gradients =
      kept(share.trainedDense, share.trainedExpert, from: .gradients) * precision.gradient.byteWidth
    let states =
      kept(share.trainedDense, share.trainedExpert, from: .optimizer)
      * optimizer.memoryBytesPerParameter(precision)
    let isAlone = rankCount == 1
    let context: ByteCount = device.kind == .gpu ? .gigabytes(0.5) : .gigabytes(0.1)
    var bytes = [Int64](repeating: 0, count: MemoryKind.allCases.count)
    func set(_ kind: MemoryKind, _ amount: Double) {
      bytes[kind.rawValue] = ByteCount(rounding: amount).bytes
    }
    set(.weights, kept(share.denseBytes, share.expertBytes, from: .parameters))
    if keepsGradientBuffer { set(.gradients, gradients) }
    // Ranks that reduce gradients made by the backward pass do so in a second copy.
    if degrees.data * degrees.context > 1, !keepsGradientBuffer, zero < .gradients {
      set(.buffers, gradients)
    }
    set(.overhead, Double((isAlone ? context : context + .gigabytes(0.35)).bytes))
    switch offload.optimizer {
    case .none: set(.optimizer, states)
    case .host: set(.hostOffload, states)
    case .disk: set(.diskOffload, states)
    }
    return bytes
  }
}
