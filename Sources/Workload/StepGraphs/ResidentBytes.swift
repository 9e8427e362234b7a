import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

extension TrainingPlan {
  /// Bytes by `MemoryKind.rawValue` that a rank holds from the first step on.
  ///
  /// Gradients are made by the backward pass, unless they lie in one buffer. What data ranks share out counts with
  /// a rank's share alone. Experts are shared out among the ranks that hold the same ones. Models that are there for
  /// scoring, or are trained in turn, count besides.
  func residentBytes(_ share: RankParameters, on device: Accelerator, stage: Int) -> [Int64] {
    let dense = Double(layout.groupSize(of: .shard))
    let expert = Double(layout.groupSize(of: .expertData))
    func kept(_ amount: (ParameterShare) -> Double, from stage: ZeroStage) -> Double {
      let (a, b) = (amount(share.dense), amount(share.expert))
      return zero >= stage ? a / dense + b / expert : a + b
    }
    let gradients = kept(\.trained, from: .gradients) * precision.gradient.byteWidth
    let states = optimizer.memoryBytes(
      of: updatedTensors(share), precision: precision, projection: projection)
    let context: ByteCount = device.kind == .gpu ? .gigabytes(0.5) : .gigabytes(0.1)
    var bytes = [Int64](repeating: 0, count: MemoryKind.allCases.count)
    func set(_ kind: MemoryKind, _ amount: Double) {
      bytes[kind.rawValue] = ByteCount(rounding: amount).bytes
    }
    set(.weights, kept(\.bytes, from: .parameters))
    if keepsGradientBuffer { set(.gradients, gradients) }
    // Ranks that reduce gradients made by the backward pass do so in a second copy.
    if degrees.data * degrees.context > 1, !keepsGradientBuffer, zero < .gradients {
      set(.buffers, gradients)
    }
    set(.overhead, Double((rankCount == 1 ? context : context + .gigabytes(0.35)).bytes))
    switch offload.optimizer {
    case .none:
      set(.optimizer, states - pagedBytes)
      set(.hostOffload, pagedBytes)
    case .host: set(.hostOffload, states)
    case .disk: set(.diskOffload, states)
    }
    if companionBytes.isEmpty { return bytes }
    return zip(bytes, companionBytes[stage]).map { $0 + $1 }
  }

  /// The tensors that this rank's optimizer updates: all that are trained, or its share of them.
  func updatedTensors(_ share: RankParameters) -> [ParameterTensor] {
    if zero == .none { return share.dense.tensors + share.expert.tensors }
    func divided(_ tensors: [ParameterTensor], among communicator: Communicator) -> [ParameterTensor] {
      let count = Double(layout.groupSize(of: communicator))
      return tensors.map { tensor in
        var part = tensor
        part.count /= count
        return part
      }
    }
    return divided(share.dense.tensors, among: .shard) + divided(share.expert.tensors, among: .expertData)
  }
}
