import Fabrics
import Quantities

/// A request with its algorithm's schedule for the devices of one fabric.
struct CollectivePlan {
  var algorithm: CollectiveAlgorithm?
  var schedule: CollectiveSchedule
  /// The device of every rank of the schedule; after them those of each group that does the same at the same
  /// time, as many each.
  var devices: [DeviceID]
  var group: RankGroup

  /// Groups at work, this one among them.
  var groupCount: Int { devices.count / schedule.rankCount }

  /// The plan for a pattern.
  init(
    _ request: CollectiveRequest, _ pattern: any CollectivePattern, _ algorithm: CollectiveAlgorithm?,
    _ model: CollectiveModel
  ) throws(CollectiveError) {
    self.algorithm = algorithm
    let own = request.scheduleOrder(algorithm)
    devices = own + request.siblings.joined()
    group = RankGroup(request, own: own, devices: devices, model)
    if own.count == 1 {
      schedule = CollectiveSchedule(rankCount: 1, steps: [])
    } else {
      schedule = try pattern.schedule(for: group)
      guard schedule.rankCount == own.count else {
        throw .badSchedule("\(schedule.rankCount) ranks for \(own.count) devices")
      }
      try schedule.check()
    }
  }

  /// The plan for the request's algorithm, `auto` resolved.
  init(_ request: CollectiveRequest, _ model: CollectiveModel) throws(CollectiveError) {
    try request.check(on: model.fabric)
    if request.algorithm != .auto {
      guard let pattern = request.algorithm.pattern(for: request.kind) else {
        throw .unsupported(request.kind, request.algorithm)
      }
      try self.init(request, pattern, request.algorithm, model)
      return
    }
    var best: (plan: CollectivePlan, duration: SimDuration)?
    var refusal: CollectiveError?
    for algorithm in request.kind.automaticAlgorithms {
      guard let pattern = algorithm.pattern(for: request.kind) else { continue }
      do {
        let plan = try CollectivePlan(request, pattern, algorithm, model)
        let duration = try plan.closedForm(model)
        if best.map({ duration < $0.duration }) ?? true { best = (plan, duration) }
      } catch {
        // Some algorithms want a power of two, or equal nodes; a missing route stops them all.
        if case .fabric = error { throw error }
        refusal = refusal ?? error
      }
    }
    guard let best else { throw refusal ?? .unsupported(request.kind, .auto) }
    self = best.plan
  }

  /// Σ over the steps of α + bytes · β, with α and β of the step's own routes, plus γ.
  ///
  /// Of a schedule with very many different steps, evenly spaced ones stand for the rest.
  func closedForm(_ model: CollectiveModel) throws(CollectiveError) -> SimDuration {
    let steps = schedule.steps
    if steps.isEmpty { return .zero }
    let known = model.solver(for: devices, inGroupsOf: schedule.rankCount)
    let budget = max(8, min(256, (1 << 21) / devices.count))
    var ticks = 0.0
    for sample in 0..<min(steps.count, budget) {
      let (first, next) = (sample * steps.count, (sample + 1) * steps.count)
      let stride = min(steps.count, budget)
      let repetitions = steps[(first / stride)..<(next / stride)].reduce(0) { $0 + $1.repeatCount }
      let cost = try known.solver.solve(
        steps[first / stride], reductionSecondsPerByte: group.reductionSecondsPerByte)
      ticks += Double(cost.duration.ticks) * Double(repetitions)
    }
    return SimDuration(seconds: ticks / SimDuration.ticksPerSecond)
  }
}

extension RankGroup {
  /// - Parameters:
  ///   - own: the group's devices.
  ///   - devices: these and those of the groups beside it, which its hops share the links with.
  init(_ request: CollectiveRequest, own: [DeviceID], devices: [DeviceID], _ model: CollectiveModel) {
    let bytes = request.kind == .barrier ? 0 : Double(request.bytes.bytes)
    self.init(
      rankCount: own.count, bytes: bytes, ranksPerNode: RankGroup.ranksPerNode(own, on: model.fabric),
      levels: request.levels, hop: HopCost(latency: 0, secondsPerByte: 0),
      reductionSecondsPerByte: request.reductionSecondsPerByte, chunkCount: request.chunkCount)
    if own.count > 1, let places = ranksPerNode {
      let count = places == own.count ? 1 : places
      hasCommonSwitch = (0..<count).allSatisfy { place in
        let alike = stride(from: place, to: own.count, by: count).lazy.map { own[$0] }
        return model.fabric.commonSwitch(of: alike) != nil
      }
    }
    guard own.count > 1, chunkCount == nil else { return }
    // One byte from each rank to the next. Where there is no route, the schedule will say so.
    let known = model.solver(for: devices, inGroupsOf: own.count)
    let chain = SendPattern.chain(first: 0, last: own.count - 2, isReversed: false)
    if let cost = try? known.solver.solve(ScheduleStep(chain, bytes: 1), reductionSecondsPerByte: 0) {
      hop = HopCost(latency: cost.latency.seconds, secondsPerByte: cost.secondsPerByte)
    }
  }

  /// Ranks on each node; nil unless they are equally many and numbered node by node.
  private static func ranksPerNode(_ devices: [DeviceID], on fabric: Fabric) -> Int? {
    let first = fabric.node(of: devices[0])
    let count = devices.firstIndex { fabric.node(of: $0) != first } ?? devices.count
    guard devices.count % count == 0 else { return nil }
    var previous = first
    for rank in stride(from: count, to: devices.count, by: count) {
      let node = fabric.node(of: devices[rank])
      if node == previous || node == first { return nil }
      for mate in devices[rank..<(rank + count)] where fabric.node(of: mate) != node { return nil }
      previous = node
    }
    return count
  }
}
