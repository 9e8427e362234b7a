import Fabrics
import Quantities

/// Loads every link with one step's messages and reads off what the step costs.
///
/// If k equal messages start together, the last is done after bytes × max over links (messages / C):
/// the smallest max-min rate is that of the most loaded link and never falls while messages only leave.
/// That is exact if the messages on that link have the largest latency of the step. A step for which it
/// is not, or whose messages differ in size, gets a bound, and is marked so.
struct StepSolver {
  let fabric: Fabric
  let devices: [DeviceID]
  /// Bytes on every link, of the step solved last.
  private(set) var load: [Double]
  /// The links that it loads.
  private(set) var loaded: [Int32] = []
  var path: [Int32] = []
  private var peers: [Peer] = []
  private var reducing: [Int32]
  private var takesPart: [Bool]
  private var last: (sends: SendPattern, bytes: Double, cost: StepCost)?

  init(fabric: Fabric, devices: [DeviceID]) {
    self.fabric = fabric
    self.devices = devices
    load = Array(repeating: 0, count: fabric.linkCount)
    reducing = Array(repeating: 0, count: devices.count)
    takesPart = Array(repeating: false, count: devices.count)
  }

  /// - Parameter reductionSecondsPerByte: γ.
  /// - Complexity: O(messages · route length); for all pairs O(ranks + pairs of nodes · path length).
  mutating func solve(
    _ step: ScheduleStep, reductionSecondsPerByte: Double
  ) throws(CollectiveError) -> StepCost {
    let reduces = step.reduces && reductionSecondsPerByte > 0
    if !reduces, let last, last.sends == step.sends, last.bytes == step.bytes {
      var cost = last.cost
      cost.repeatCount = step.repeatCount
      return cost
    }
    for link in loaded { load[Int(link)] = 0 }
    loaded.removeAll(keepingCapacity: true)
    last = nil
    var cost: StepCost
    if step.sends == .allPairs && devices.count > 256 {
      cost = try solveAllPairs(step.bytes)
      if reduces {
        let reduction = Double(devices.count - 1) * step.bytes * reductionSecondsPerByte
        cost.duration += SimDuration(seconds: reduction)
      }
    } else {
      cost = try solveEach(step, reductionSecondsPerByte: reduces ? reductionSecondsPerByte : 0)
    }
    cost.repeatCount = step.repeatCount
    if !reduces { last = (step.sends, step.bytes, cost) }
    return cost
  }

  private mutating func solveEach(
    _ step: ScheduleStep, reductionSecondsPerByte gamma: Double
  ) throws(CollectiveError) -> StepCost {
    var summary = Summary()
    for rank in devices.indices {
      reducing[rank] = 0
      takesPart[rank] = false
    }
    for rank in devices.indices {
      try visit(step, from: rank) { solver, peer, bytes, latency in
        for link in solver.path { solver.add(bytes, to: link) }
        summary.include(bytes: bytes, latency: latency)
        solver.takesPart[rank] = true
        solver.takesPart[Int(peer.rank)] = true
        if peer.isReducible {
          solver.reducing[Int(peer.rank)] += 1
          summary.mostReduced = max(summary.mostReduced, Int(solver.reducing[Int(peer.rank)]))
        } else {
          summary.hasUnreduced = true
        }
      }
    }
    let transfer = longestTransfer
    let shortest = loaded.reduce(transfer) { min($0, load[Int($1)] / rate(of: $1)) }
    var isExact = summary.hasOneSize
    var endsTogether = isExact && summary.hasOneLatency
    if isExact && shortest < transfer * (1 - 1e-12) {
      // Messages that meet the most loaded link must be those of the largest latency.
      for rank in devices.indices {
        try visit(step, from: rank) { solver, _, _, latency in
          let isHeld = solver.longestTransfer(on: solver.path) >= transfer * (1 - 1e-12)
          if isHeld && latency != summary.latency { isExact = false }
          if !isHeld { endsTogether = false }
        }
      }
    } else if !summary.hasOneLatency {
      isExact = false
    }
    var duration = summary.latency + SimDuration(seconds: transfer)
    if gamma > 0 {
      // If all arrive at once, or each rank reduces one message, the arithmetic simply follows.
      isExact = isExact && !summary.hasUnreduced && (endsTogether || summary.mostReduced <= 1)
      duration += SimDuration(seconds: Double(summary.mostReduced) * summary.bytes * gamma)
    }
    let isEven = gamma == 0 || reducing.allSatisfy { $0 == reducing[0] }
    return StepCost(
      repeatCount: 1, sendCount: summary.sendCount, bytes: summary.bytes, latency: summary.latency,
      secondsPerByte: summary.bytes > 0 ? transfer / summary.bytes : 0, duration: duration, isExact: isExact,
      isUniform: endsTogether && isEven && takesPart.allSatisfy { $0 },
      isUnshared: summary.hasOneSize && loaded.allSatisfy { load[Int($0)] <= summary.bytes })
  }

  private struct Summary {
    var sendCount = 0
    var bytes = 0.0
    var latency = SimDuration.zero
    var hasOneSize = true
    var hasOneLatency = true
    var hasUnreduced = false
    var mostReduced = 0

    mutating func include(bytes: Double, latency: SimDuration) {
      if sendCount > 0 {
        if bytes != self.bytes { hasOneSize = false }
        if latency != self.latency { hasOneLatency = false }
      }
      sendCount += 1
      self.bytes = max(self.bytes, bytes)
      self.latency = max(self.latency, latency)
    }
  }

  /// Calls back for every message that a rank sends, its route in `path`.
  private mutating func visit(
    _ step: ScheduleStep, from rank: Int,
    _ body: (inout StepSolver, Peer, Double, SimDuration) -> Void
  ) throws(CollectiveError) {
    peers.removeAll(keepingCapacity: true)
    step.sends.appendReceivers(from: rank, among: devices.count, into: &peers)
    for index in peers.indices {
      let peer = peers[index]
      path.removeAll(keepingCapacity: true)
      let latency = try route(rank, Int(peer.rank))
      body(&self, peer, peer.bytes < 0 ? step.bytes : peer.bytes, latency)
    }
  }

  mutating func route(_ from: Int, _ to: Int) throws(CollectiveError) -> SimDuration {
    do {
      return try fabric.appendRoute(from: devices[from], to: devices[to], into: &path).latency
    } catch { throw .fabric(error) }
  }

  mutating func add(_ bytes: Double, to link: Int32) {
    if load[Int(link)] == 0 { loaded.append(link) }
    load[Int(link)] += bytes
  }

  func rate(of link: Int32) -> Double { fabric.links[Int(link)].bandwidth.bytesPerSecond }

  var longestTransfer: Double { longestTransfer(on: loaded) }

  private func longestTransfer(on links: [Int32]) -> Double {
    links.reduce(0) { max($0, load[Int($1)] / rate(of: $1)) }
  }
}
