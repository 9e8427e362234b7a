/// How long the passes of one stage take, in ticks.
public struct PipelineTimes: Sendable, Equatable {
  /// F
  public var forward: Int64
  /// B, gradients of the inputs.
  public var backwardInput: Int64
  /// W, gradients of the weights; a whole backward pass takes B + W.
  public var backwardWeight: Int64
  /// FB, an interleaved pair whose forward pass is of this stage; without one the pair gains
  /// nothing and takes F + B + W of its passes.
  public var overlapped: Int64?

  public init(forward: Int64, backwardInput: Int64, backwardWeight: Int64, overlapped: Int64? = nil) {
    self.forward = forward
    self.backwardInput = backwardInput
    self.backwardWeight = backwardWeight
    self.overlapped = overlapped
  }

  func duration(_ kind: PipelinePass.Kind) -> Int64 {
    switch kind {
    case .forward: forward
    case .backward: backwardInput + backwardWeight
    case .backwardInput: backwardInput
    case .backwardWeight: backwardWeight
    }
  }
}

/// When every action of a schedule runs, if messages take no time.
///
///     start = max(end of the device's action before, ends of what the passes wait for)
///
/// Both passes of an interleaved pair start together and end together.
public struct ScheduleTimeline: Sendable {
  /// Start of each action, `[device][position]`, in ticks.
  public var start: [[Int64]]
  /// End of each action, `[device][position]`, in ticks.
  public var end: [[Int64]]

  /// End of the last action of all, the first starting at 0.
  public var makespan: Int64 { end.map { $0.last ?? 0 }.max() ?? 0 }

  /// Ticks in which a device runs something.
  public func busy(onDevice device: Int) -> Int64 {
    zip(start[device], end[device]).reduce(0) { $0 + $1.1 - $1.0 }
  }

  /// Ticks of the makespan in which a device runs nothing.
  public func idle(onDevice device: Int) -> Int64 { makespan - busy(onDevice: device) }

  /// Ticks between a device's first start and last end in which it runs nothing.
  public func idleWithin(device: Int) -> Int64 {
    (end[device].last ?? 0) - (start[device].first ?? 0) - busy(onDevice: device)
  }

  /// The largest `idleWithin` of the devices: the bubble as the zero-bubble papers count it, whose
  /// devices go on to the next step one by one.
  public var bubble: Int64 { end.indices.map { idleWithin(device: $0) }.max() ?? 0 }
}

extension PipelineSchedule {
  /// Times the schedule.
  ///
  /// - Parameter times: of each stage, 0 ..< `stageCount`.
  /// - Precondition: no device waits for a pass that cannot come; the message names the place.
  /// - Complexity: O(p·v·m) actions, each looked at once for every sweep in which it waits.
  public func timeline(_ times: [PipelineTimes]) -> ScheduleTimeline {
    precondition(
      times.count == stageCount, "\(times.count) times for \(stageCount) stages of \(kind.rawValue)")
    var run = TimelineRun(schedule: self, times: times)
    run.finish()
    return ScheduleTimeline(start: run.start, end: run.end)
  }

  /// Times the schedule with all stages alike.
  public func timeline(_ times: PipelineTimes) -> ScheduleTimeline {
    timeline(Array(repeating: times, count: stageCount))
  }
}
