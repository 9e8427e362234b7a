import MemoryModels
import ModelGraphs
import Parallelism

/// A piece of memory that a rank holds from step to step.
public struct ResidentTensor: Sendable, Hashable, BitwiseCopyable {
  public var part: MemoryPart
  public var bytes: Int64

  public init(part: MemoryPart, bytes: Int64) {
    self.part = part
    self.bytes = bytes
  }
}

extension TrainingPlan {
  /// The pieces in which a rank's resident device memory is taken, context and libraries aside.
  ///
  /// Weights, master weights and states are pieces of one parameter tensor each, in proportion to its elements; a
  /// rule with two moments keeps two. A gradient buffer is one piece, and buckets pieces of the bucket size.
  ///
  /// - Parameter resident: the rank's bytes by `MemoryKind.rawValue`; the pieces add up to them.
  /// - Complexity: O(tensors).
  func residentTensors(_ share: RankParameters, resident: [Int64]) -> [ResidentTensor] {
    let tensors = share.dense.tensors + share.expert.tensors
    let optimizer = resident[MemoryKind.optimizer.rawValue]
    let elements = updatedTensors(share).reduce(0) { $0 + $1.totalElements }
    let master =
      offload.optimizer == .none
      ? min(optimizer, Int64((elements * (precision.master?.byteWidth ?? 0)).rounded())) : 0
    let states = optimizer - master
    let momentCount = self.optimizer.stateBytesPerParameter == 8 ? 2 : 1
    var pieces = Self.pieces(of: resident[MemoryKind.weights.rawValue], .weights, like: tensors)
    pieces += Self.pieces(of: master, .masterWeights, like: tensors)
    for moment in 0..<momentCount {
      let bytes = states / Int64(momentCount) + (moment == 0 ? states % Int64(momentCount) : 0)
      pieces += Self.pieces(of: bytes, .optimizerStates, like: tensors)
    }
    pieces.append(ResidentTensor(part: .gradients, bytes: resident[MemoryKind.gradients.rawValue]))
    var rest = resident[MemoryKind.buffers.rawValue]
    while rest > 0 {
      let bytes = min(rest, max(bucketBytes.bytes, resident[MemoryKind.buffers.rawValue] / 10_000))
      pieces.append(ResidentTensor(part: .buffers, bytes: bytes))
      rest -= bytes
    }
    return pieces.filter { $0.bytes > 0 }
  }

  /// Bytes divided in proportion to the elements of tensors, each copy of a shape a piece; the last takes the rest.
  static func pieces(
    of bytes: Int64, _ part: MemoryPart, like tensors: [ParameterTensor]
  ) -> [ResidentTensor] {
    let elements = tensors.reduce(0) { $0 + $1.totalElements }
    var pieces: [ResidentTensor] = []
    var rest = bytes
    for tensor in tensors where elements > 0 {
      let share = (Double(bytes) * tensor.totalElements / elements).rounded(.down)
      let count = max(1, Int(tensor.count.rounded()))
      let piece = Int64(share / Double(count))
      for _ in 0..<count { pieces.append(ResidentTensor(part: part, bytes: piece)) }
      rest -= piece * Int64(count)
    }
    if pieces.isEmpty { return [ResidentTensor(part: part, bytes: bytes)] }
    pieces[pieces.count - 1].bytes += rest
    return pieces
  }
}
