/// The published orders of passes on the devices of a pipeline.
public enum PipelineScheduleKind: String, Sendable, CaseIterable {
  case gpipe
  case oneForwardOneBackward = "1f1b"
  case interleaved
  case zbH1 = "zb-h1"
  case zbH2 = "zb-h2"
  case zbV = "zb-v"
  case dualPipe = "dualpipe"
}

/// Which passes each device of a pipeline runs, in order. Times are not part of it: a device runs
/// the next action as soon as the last one and what the action waits for are done.
///
/// A forward pass waits for the forward pass of the stage before; a backward pass (whole, or of
/// the inputs) for that of the stage after and for its own forward pass; gradients of weights for
/// the gradients of inputs of the same stage and micro-batch.
public struct PipelineSchedule: Sendable {
  public var kind: PipelineScheduleKind
  /// p, the devices of the pipeline.
  public var deviceCount: Int
  /// v, the model chunks a device holds.
  public var chunksPerDevice: Int
  /// m, the micro-batches of a step.
  public var microBatchCount: Int
  /// What each device does, `[device][position]`.
  public var actions: [[PipelineAction]]

  /// How many stages the model is cut into: p·v, and p for DualPipe, whose devices hold two stages
  /// each so that every stage is held twice.
  public var stageCount: Int { kind == .dualPipe ? deviceCount : deviceCount * chunksPerDevice }

  /// The position 0 ..< `stageCount` of a device's chunk in the model's depth.
  ///
  /// Chunk c of device d is stage c·p + d; in V order (zb-v) chunk 1 is stage 2p − 1 − d, so that
  /// the first device holds the first and the last stage; of DualPipe chunk 0 is stage d of the
  /// micro-batches that run down the devices, chunk 1 stage p − 1 − d of those that run up.
  public func stage(ofChunk chunk: Int, onDevice device: Int) -> Int {
    switch kind {
    case .zbV: chunk == 0 ? device : 2 * deviceCount - 1 - device
    case .dualPipe: chunk == 0 ? device : deviceCount - 1 - device
    default: chunk * deviceCount + device
    }
  }

  /// Where a stage of a micro-batch runs. Only DualPipe looks at the micro-batch: the first half of
  /// them runs down the devices, the second half up.
  public func holder(ofStage stage: Int, microBatch: Int) -> (device: Int, chunk: Int) {
    switch kind {
    case .zbV:
      stage < deviceCount ? (stage, 0) : (2 * deviceCount - 1 - stage, 1)
    case .dualPipe:
      microBatch < microBatchCount / 2 ? (stage, 0) : (deviceCount - 1 - stage, 1)
    default: (stage % deviceCount, stage / deviceCount)
    }
  }
}

/// Lays out a schedule.
///
/// - Parameters:
///   - devices: p ≥ 1; even for DualPipe.
///   - chunks: v, model chunks on a device: 1 for gpipe, 1f1b, zb-h1 and zb-h2, 2 for zb-v and
///     DualPipe, 2 or more for interleaved.
///   - microBatches: m ≥ 1; interleaved and DualPipe take some counts only.
/// - Throws: what does not fit, with the nearest that does.
/// - Complexity: O(p·v·m).
public func pipelineSchedule(
  _ kind: PipelineScheduleKind, devices: Int, chunks: Int, microBatches: Int
) throws(PipelineScheduleError) -> PipelineSchedule {
  try checkSchedule(kind, devices: devices, chunks: chunks, microBatches: microBatches)
  let actions = (0..<devices).map { device -> [PipelineAction] in
    switch kind {
    case .gpipe: gpipeActions(microBatches: microBatches)
    case .oneForwardOneBackward:
      oneForwardOneBackwardActions(device: device, devices: devices, microBatches: microBatches)
    case .interleaved:
      interleavedActions(device: device, devices: devices, chunks: chunks, microBatches: microBatches)
    case .zbH1:
      handcraftedZeroBubbleActions(
        warmUp: devices - device - 1, weightLag: device, microBatches: microBatches)
    case .zbH2:
      handcraftedZeroBubbleActions(
        warmUp: 2 * (devices - device - 1), weightLag: 2 * device, microBatches: microBatches)
    case .zbV: zeroBubbleVActions(device: device, devices: devices, microBatches: microBatches)
    case .dualPipe: dualPipeActions(device: device, devices: devices, microBatches: microBatches)
    }
  }
  return PipelineSchedule(
    kind: kind, deviceCount: devices, chunksPerDevice: chunks, microBatchCount: microBatches,
    actions: actions)
}
