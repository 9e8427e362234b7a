/// A schedule that cannot be, and the nearest that can.
public enum PipelineScheduleError: Error, Equatable, Sendable {
  case noDevices(Int)
  case noMicroBatches(Int)
  case chunks(PipelineScheduleKind, Int)
  /// Interleaved micro-batches that do not fall into rounds of equal size.
  case unevenRounds(devices: Int, microBatches: Int)
  case oddDevices(Int)
  /// Micro-batches of DualPipe that are odd, or too few for two directions.
  case unpairedMicroBatches(devices: Int, microBatches: Int)
}

extension PipelineScheduleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noDevices(let count): "a pipeline needs at least 1 device, not \(count)"
    case .noMicroBatches(let count): "a pipeline needs at least 1 micro-batch, not \(count)"
    case .chunks(.interleaved, let count):
      "interleaved needs at least 2 chunks on a device, not \(count)"
        + (count == 1 ? "; with 1 chunk use 1f1b" : "")
    case .chunks(let kind, let count):
      kind.fixedChunkCount == 1
        ? "\(kind.rawValue) has 1 chunk on a device, not \(count)"
          + (count > 1 ? "; for more chunks use interleaved" : "")
        : "\(kind.rawValue) has 2 chunks on a device, not \(count)"
    case .unevenRounds(let devices, let count):
      "interleaved cannot cut \(count) micro-batches into \(count / devices) equal rounds of at least "
        + "\(devices), one for each device; use "
        + nearestRoundCounts(devices: devices, microBatches: count).map(String.init).joined(separator: " or ")
    case .oddDevices(let count):
      "dualpipe needs an even number of devices, not \(count); use "
        + (count > 1 ? "\(count - 1) or \(count + 1)" : "2")
    case .unpairedMicroBatches(let devices, let count):
      "dualpipe needs an even number of micro-batches, at least 2 for each of \(devices) devices, not "
        + "\(count); use \(count < 2 * devices ? "\(2 * devices)" : "\(count - 1) or \(count + 1)")"
    }
  }
}

extension PipelineScheduleKind {
  /// The chunks on a device where the schedule leaves no choice.
  public var fixedChunkCount: Int? {
    switch self {
    case .gpipe, .oneForwardOneBackward, .zbH1, .zbH2: 1
    case .interleaved: nil
    case .zbV, .dualPipe: 2
    }
  }
}

func checkSchedule(
  _ kind: PipelineScheduleKind, devices: Int, chunks: Int, microBatches: Int
) throws(PipelineScheduleError) {
  if devices < 1 { throw .noDevices(devices) }
  if microBatches < 1 { throw .noMicroBatches(microBatches) }
  if let fixed = kind.fixedChunkCount {
    if chunks != fixed { throw .chunks(kind, chunks) }
  } else if chunks < 2 {
    throw .chunks(kind, chunks)
  }
  switch kind {
  case .interleaved:
    if interleavedRound(devices: devices, microBatches: microBatches) == nil {
      throw .unevenRounds(devices: devices, microBatches: microBatches)
    }
  case .dualPipe:
    if devices % 2 != 0 { throw .oddDevices(devices) }
    if microBatches % 2 != 0 || microBatches < 2 * devices {
      throw .unpairedMicroBatches(devices: devices, microBatches: microBatches)
    }
  default: break
  }
}

/// The counts next below and above that fall into equal rounds. Multiples of p do, so both exist.
func nearestRoundCounts(devices: Int, microBatches: Int) -> [Int] {
  func fits(_ count: Int) -> Bool { interleavedRound(devices: devices, microBatches: count) != nil }
  var below = microBatches - 1
  while !fits(below) { below -= 1 }
  var above = microBatches + 1
  while !fits(above) { above += 1 }
  return [below, above]
}
