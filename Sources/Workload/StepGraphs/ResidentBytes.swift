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
    var bytes = [Int64](repeating: 0, count: MemoryKind.allCases.count)
    func set(_ kind: MemoryKind, _ amount: Double) {
      bytes[kind.rawValue] = ByteCount(rounding: amount).bytes
    }
    set(.weights, offload.parameters == .none ? kept(\.bytes, from: .parameters) : 0)
    if keepsGradientBuffer { set(.gradients, gradients) }
    // Ranks that reduce gradients made by the backward pass do so in a second copy.
    if degrees.data * degrees.context > 1, !keepsGradientBuffer, zero < .gradients {
      set(.buffers, gradients)
    }
    set(.overhead, Double((contextBytes(on: device) + communicationLibraryBytes).bytes))
    switch offload.optimizer {
    case .none:
      set(.optimizer, states - pagedBytes)
      set(.hostOffload, pagedBytes)
    case .host: set(.hostOffload, states)
    case .disk: set(.diskOffload, states)
    }
    let parameters = ByteCount(rounding: kept(\.bytes, from: .parameters)).bytes
    switch offload.parameters {
    case .none: break
    case .host: bytes[MemoryKind.hostOffload.rawValue] += parameters
    case .disk: bytes[MemoryKind.diskOffload.rawValue] += parameters
    }
    if companionBytes.isEmpty { return bytes }
    return zip(bytes, companionBytes[stage]).map { $0 + $1 }
  }

  /// Bytes of the driver's context on a device.
  ///
  /// - Source: CUDA contexts of PyTorch processes are 0.3 to 0.6 GB; the middle.
  public func contextBytes(on device: Accelerator) -> ByteCount {
    device.kind == .gpu ? .gigabytes(0.5) : .gigabytes(0.1)
  }

  /// Bytes of a communication library's channels: as much for each communicator that a rank belongs to, as NCCL keeps
  /// buffers for every communicator, channel and peer.
  ///
  /// - Source: NCCL on 2 to 8 H100, 0.34 to 0.39 GB as measured for AIConfigurator.
  public var communicationLibraryBytes: ByteCount {
    let collective = [Communicator.tensor, .context, .shard, .replica, .expert].filter {
      layout.groupSize(of: $0) > 1
    }
    return .gigabytes(0.35 * Double(collective.count + (degrees.pipeline > 1 ? 1 : 0)))
  }

  /// Elements of a layer's gradients, outside experts and of experts.
  func gradientCounts(of share: RankParameters) -> (dense: Double, expert: Double) {
    let isTrained = share.dense.trained + share.expert.trained > 0
    if hasFrozenGradients, zero == .parameters, isTrained {
      return (share.dense.differentiable, share.expert.differentiable)
    }
    return (share.dense.trained, share.expert.trained)
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
