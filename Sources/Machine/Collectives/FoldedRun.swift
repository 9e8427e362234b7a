import EventCore
import Fabrics
import Quantities

extension CollectivePlan {
  /// Messages up to which a step that has no closed form is run event by event.
  private static let largestSingleStep = 1 << 12

  /// Solves each step once and adds the steps up.
  func foldedRun(
    on fabric: Fabric, _ solver: inout StepSolver, countsLinks: Bool
  ) throws(CollectiveError) -> CollectiveRun {
    var now = SimTime.zero
    var bytesOnLink = [Double](repeating: 0, count: countsLinks ? fabric.linkCount : 0)
    var bytes = 0.0
    var stepEnds: [SimTime] = []
    var sendCount = 0
    var isExact = true
    var isUniform = true
    var isUnshared = true
    var fingerprint = Fingerprint()
    for (index, step) in schedule.steps.enumerated() {
      var cost = try solver.solve(step, reductionSecondsPerByte: group.reductionSecondsPerByte)
      if !cost.isExact && cost.sendCount <= CollectivePlan.largestSingleStep {
        cost.duration = try durationByEvents(of: step, on: fabric)
        cost.isExact = true
      }
      isExact = isExact && cost.isExact
      isUniform = isUniform && cost.isUniform
      isUnshared = isUnshared && cost.isUnshared
      let repetitions = Double(step.repeatCount)
      if countsLinks {
        try solver.loadLinks(with: step)
        for link in solver.loaded { bytesOnLink[Int(link)] += solver.load[Int(link)] * repetitions }
      }
      bytes += bytesSent(in: step) * Double(groupCount) * repetitions
      sendCount += cost.sendCount * step.repeatCount
      now += cost.total
      stepEnds.append(now)
      fingerprint.combine(
        time: now, kind: EventRun.EventKind.step.rawValue, subject: Int32(index), value: cost.bytes)
    }
    // Steps add up if no rank can run ahead; and if all are alike and share no link, for then the slowest
    // message is sent again as soon as it has arrived.
    let isAlike = schedule.steps.dropFirst().allSatisfy {
      $0.sends == schedule.steps[0].sends && $0.bytes == schedule.steps[0].bytes
    }
    isExact =
      isExact
      && (schedule.pacing == .rounds || schedule.stepCount <= 1 || isUniform || (isAlike && isUnshared))
    if !isExact, isUnshared, let ends = try endsByClasses(on: fabric) {
      stepEnds = ends
      now = ends.last ?? .zero
      isExact = true
      fingerprint.combine(time: now, kind: EventRun.EventKind.step.rawValue, subject: -1)
    }
    return CollectiveRun(
      algorithm: algorithm, duration: now - .zero, sendCount: sendCount, eventCount: stepEnds.count,
      bytesSent: bytes, bytesReceived: bytes, bytesOnLink: bytesOnLink, stepEnds: stepEnds, isExact: isExact,
      fingerprint: fingerprint)
  }

  /// Adds up what each step puts on links.
  func bytesOnLinks(of fabric: Fabric, _ solver: inout StepSolver) throws(CollectiveError) -> [Double] {
    var bytes = [Double](repeating: 0, count: fabric.linkCount)
    for step in schedule.steps {
      try solver.loadLinks(with: step)
      for link in solver.loaded { bytes[Int(link)] += solver.load[Int(link)] * Double(step.repeatCount) }
    }
    return bytes
  }

  private func durationByEvents(of step: ScheduleStep, on fabric: Fabric) throws(CollectiveError)
    -> SimDuration
  {
    var single = self
    var once = step
    once.repeatCount = 1
    single.schedule.steps = [once]
    var run = try EventRun(plan: single, fabric: fabric)
    try run.execute()
    return run.result(algorithm: nil).duration
  }

  private func bytesSent(in step: ScheduleStep) -> Double {
    if case .list(let list) = step.sends { return list.bySender.reduce(0) { $0 + $1.bytes } }
    return Double(step.sends.count(among: schedule.rankCount)) * step.bytes
  }
}
