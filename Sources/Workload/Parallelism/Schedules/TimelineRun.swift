/// A schedule being timed: what every device has run so far, and what is done of every stage.
struct TimelineRun {
  /// What a pass waits for.
  private enum Need {
    case forward(stage: Int)
    case gradient(stage: Int)
  }

  private let schedule: PipelineSchedule
  private let times: [PipelineTimes]
  private(set) var start: [[Int64]]
  private(set) var end: [[Int64]]
  /// Ends of forward passes and of gradients of inputs, `[stage · m + micro-batch]`; −1 while
  /// they are not done.
  private var forwardEnd: [Int64]
  private var gradientEnd: [Int64]

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
      for need in needs(of: pass, on: device) {
        let ready = readyTime(need, microBatch: pass.microBatch)
        if ready < 0 { return false }
        begin = max(begin, ready)
      }
    }
    let finish = begin + duration(of: action, on: device)
    start[device].append(begin)
    end[device].append(finish)
    for pass in action.passes {
      let slot = slot(schedule.stage(ofChunk: pass.chunk, onDevice: device), pass.microBatch)
      switch pass.kind {
      case .forward: forwardEnd[slot] = finish
      case .backward, .backwardInput: gradientEnd[slot] = finish
      case .backwardWeight: break
      }
    }
    return true
  }

  private func slot(_ stage: Int, _ microBatch: Int) -> Int { stage * schedule.microBatchCount + microBatch }

  private func needs(of pass: PipelinePass, on device: Int) -> [Need] {
    let stage = schedule.stage(ofChunk: pass.chunk, onDevice: device)
    switch pass.kind {
    case .forward: return stage > 0 ? [.forward(stage: stage - 1)] : []
    case .backward, .backwardInput:
      let own = Need.forward(stage: stage)
      return stage < schedule.stageCount - 1 ? [own, .gradient(stage: stage + 1)] : [own]
    case .backwardWeight: return [.gradient(stage: stage)]
    }
  }

  private func readyTime(_ need: Need, microBatch: Int) -> Int64 {
    switch need {
    case .forward(let stage): forwardEnd[slot(stage, microBatch)]
    case .gradient(let stage): gradientEnd[slot(stage, microBatch)]
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
        for need in needs(of: pass, on: device) where readyTime(need, microBatch: pass.microBatch) < 0 {
          let what =
            switch need {
            case .forward(let stage): "the forward pass of stage \(stage)"
            case .gradient(let stage): "the backward pass of stage \(stage)"
            }
          return "\(schedule.kind.rawValue): device \(device) waits for ever at position \(position), "
            + "\(action), for \(what)"
        }
      }
    }
    return "\(schedule.kind.rawValue): no device waits"
  }
}
