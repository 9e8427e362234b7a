/// One pass of one micro-batch through one model chunk on a device.
public struct PipelinePass: Sendable, Hashable {
  public enum Kind: UInt8, Sendable {
    case forward
    /// The whole backward pass: gradients of the inputs, then of the weights.
    case backward
    /// Gradients of the inputs alone, which the stage before waits for.
    case backwardInput
    /// Gradients of the weights alone, which no other stage waits for.
    case backwardWeight
  }

  public var kind: Kind
  /// Which of the device's chunks, 0 ..< chunks per device.
  public var chunk: Int
  public var microBatch: Int

  public init(_ kind: Kind, chunk: Int, microBatch: Int) {
    self.kind = kind
    self.chunk = chunk
    self.microBatch = microBatch
  }
}

extension PipelinePass: CustomStringConvertible {
  /// `F3`, `B3`, `I3` or `W3` for micro-batch 3, with `.1` for chunk 1.
  public var description: String {
    let letter =
      switch kind {
      case .forward: "F"
      case .backward: "B"
      case .backwardInput: "I"
      case .backwardWeight: "W"
      }
    return chunk == 0 ? "\(letter)\(microBatch)" : "\(letter)\(microBatch).\(chunk)"
  }
}

/// What a device does next: one pass, or a forward and a backward pass whose operators are
/// interleaved, so that one computes while the other communicates (DualPipe).
public enum PipelineAction: Sendable, Hashable {
  case pass(PipelinePass)
  case overlapped(forward: PipelinePass, backward: PipelinePass)

  /// The passes of the action, the forward pass first.
  public var passes: [PipelinePass] {
    switch self {
    case .pass(let pass): [pass]
    case .overlapped(let forward, let backward): [forward, backward]
    }
  }
}

extension PipelineAction: CustomStringConvertible {
  public var description: String { passes.map(\.description).joined(separator: "&") }
}
