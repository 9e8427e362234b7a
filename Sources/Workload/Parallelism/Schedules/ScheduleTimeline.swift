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

private struct TimelineRun {
  let schedule: PipelineSchedule
  let times: [PipelineTimes]
  var start: [[Int64]]
  var end: [[Int64]]
  /// End of the forward pass and of the gradients of inputs, `[stage · m + micro-batch]`; −1 while
  /// they are not done.
  var forwardEnd: [Int64]
  var gradientEnd: [Int64]

  init(schedule: PipelineSchedule, times: [PipelineTimes]) {
    self.schedule = schedule
    self.times = times
    start = Array(repeating: [], count: schedule.deviceCount)
    end = start
    forwardEnd = Array(repeating: -1, count: schedule.stageCount * schedule.microBatchCount)
    gradientEnd = forwardEnd
  }

  /// Lets every device run until it waits, over and over, until all are done.
  mutating func finish() {
    var left = schedule.actions.reduce(0) { $0 + $1.count }
    while left > 0 {
      let before = left
      for device in 0..<schedule.deviceCount {
        while runNext(on: device) { left -= 1 }
      }
      if left == before { preconditionFailure(deadlock()) }
    }
  }

  /// Runs a device's next action unless it has none or what it waits for is not done.
  private mutating func runNext(on device: Int) -> Bool {
    let position = end[device].count
    guard position < schedule.actions[device].count else { return false }
    let action = schedule.actions[device][position]
    var begin = end[device].last ?? 0
    for pass in action.passes {
      for ready in waits(of: pass, on: device).map(\.end) {
        if ready < 0 { return false }
        begin = max(begin, ready)
      }
    }
    let finish = begin + duration(of: action, on: device)
    start[device].append(begin)
    end[device].append(finish)
    for pass in action.passes {
      let slot = slot(of: pass, stage: schedule.stage(ofChunk: pass.chunk, onDevice: device))
      switch pass.kind {
      case .forward: forwardEnd[slot] = finish
      case .backward, .backwardInput: gradientEnd[slot] = finish
      case .backwardWeight: break
      }
    }
    return true
  }

  private func slot(of pass: PipelinePass, stage: Int) -> Int {
    stage * schedule.microBatchCount + pass.microBatch
  }

  /// What a pass waits for, and when it ends.
  private func waits(of pass: PipelinePass, on device: Int) -> [(what: String, end: Int64)] {
    let stage = schedule.stage(ofChunk: pass.chunk, onDevice: device)
    let own = slot(of: pass, stage: stage)
    switch pass.kind {
    case .forward:
      guard stage > 0 else { return [] }
      return [("the forward pass of stage \(stage - 1)", forwardEnd[slot(of: pass, stage: stage - 1)])]
    case .backward, .backwardInput:
      let forward = ("its own forward pass", forwardEnd[own])
      guard stage < schedule.stageCount - 1 else { return [forward] }
      return [
        forward,
        ("the backward pass of stage \(stage + 1)", gradientEnd[slot(of: pass, stage: stage + 1)]),
      ]
    case .backwardWeight: return [("its own gradients of inputs", gradientEnd[own])]
    }
  }

  private func duration(of action: PipelineAction, on device: Int) -> Int64 {
    func time(_ pass: PipelinePass) -> PipelineTimes {
      times[schedule.stage(ofChunk: pass.chunk, onDevice: device)]
    }
    switch action {
    case .pass(let pass): return time(pass).duration(pass.kind)
    case .overlapped(let forward, let backward):
      return time(forward).overlapped
        ?? time(forward).duration(.forward) + time(backward).duration(backward.kind)
    }
  }

  /// The first device that waits for ever, and for what.
  private func deadlock() -> String {
    for device in 0..<schedule.deviceCount where end[device].count < schedule.actions[device].count {
      let position = end[device].count
      let action = schedule.actions[device][position]
      for pass in action.passes {
        for wait in waits(of: pass, on: device) where wait.end < 0 {
          return "\(schedule.kind.rawValue): device \(device) waits for ever at position \(position), "
            + "\(action), for \(wait.what)"
        }
      }
    }
    return "\(schedule.kind.rawValue): nothing waits"
  }
}
