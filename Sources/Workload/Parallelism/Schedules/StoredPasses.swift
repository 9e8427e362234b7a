/// The most passes of chunks whose activations a device stores at once.
///
/// A whole device's activations of one micro-batch are v passes, so divide by v to compare with
/// tables in micro-batches; DualPipe's chunks are stages of p, a whole micro-batch each.
public struct StoredPasses: Sendable, Equatable {
  /// Stored from the start of the forward pass to the end of the gradients of inputs.
  public var untilInput: Int
  /// Stored from the start of the forward pass to the end of the gradients of weights.
  public var untilWeight: Int

  public init(untilInput: Int, untilWeight: Int) {
    self.untilInput = untilInput
    self.untilWeight = untilWeight
  }
}

extension PipelineSchedule {
  /// The most passes a device stores at once. The order of its actions decides it, not their times.
  ///
  /// In an interleaved pair both the forward pass that begins and the backward pass that has not
  /// ended are stored.
  public func peakStored(onDevice device: Int) -> StoredPasses {
    var untilInput = 0
    var untilWeight = 0
    var peak = StoredPasses(untilInput: 0, untilWeight: 0)
    for pass in actions[device].lazy.flatMap(\.passes) {
      switch pass.kind {
      case .forward:
        untilInput += 1
        untilWeight += 1
        peak.untilInput = max(peak.untilInput, untilInput)
        peak.untilWeight = max(peak.untilWeight, untilWeight)
      case .backward:
        untilInput -= 1
        untilWeight -= 1
      case .backwardInput: untilInput -= 1
      case .backwardWeight: untilWeight -= 1
      }
    }
    return peak
  }
}
