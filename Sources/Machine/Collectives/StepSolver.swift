import Fabrics
import Quantities

/// Loads every link with one step's messages and reads off what the step costs.
///
/// If k equal messages start together, the last is done after bytes × max over links (messages / C):
/// the smallest max-min rate is that of the most loaded link and never falls while messages only leave.
/// That is exact if the messages on that link have the largest latency of the step. A step for which it
/// is not, or whose messages differ in size, gets a bound, and is marked so.
///
/// Equal groups that do the same step at the same time put their messages on the links too; latency and
/// most loaded link are those of the first group's messages.
struct StepSolver {
  let fabric: Fabric
  /// The devices of all groups, one group after another.
  let devices: [DeviceID]
  /// Ranks of a group.
  let groupSize: Int
  /// Bytes on every link, of the step solved last.
  private(set) var load: [Double]
  /// The links that it loads.
  private(set) var loaded: [Int32] = []
  var path: [Int32] = []
  private var peers: [Peer] = []
  private var reducing: [Int32]
  private var takesPart: [Bool]
  /// What is known of patterns of equal messages.
  private var shapes: [SendPattern: StepShape] = [:]

  init(fabric: Fabric, devices: [DeviceID], groupSize: Int) {
    self.fabric = fabric
    self.devices = devices
    self.groupSize = groupSize
    load = Array(repeating: 0, count: fabric.linkCount)
    reducing = Array(repeating: 0, count: devices.count)
    takesPart = Array(repeating: false, count: devices.count)
  }

  /// The cost of a step. Patterns of equal messages are looked at once, whatever sizes follow.
  ///
  /// - Parameter reductionSecondsPerByte: γ.
  /// - Complexity: O(messages · route length) for a new pattern, O(1) for a known one; for all pairs of
  ///   many ranks, where nodes have ports, O(ranks + pairs of nodes · path length).
  mutating func solve(
    _ step: ScheduleStep, reductionSecondsPerByte: Double
  ) throws(CollectiveError) -> StepCost {
    let gamma = step.reduces ? reductionSecondsPerByte : 0
    if isLargeExchange(step) {
      clearLoads()
      var cost = try solveAllPairs(step.bytes)
      if gamma > 0 {
        cost.duration += SimDuration(seconds: Double(groupSize - 1) * step.bytes * gamma)
      }
      cost.repeatCount = step.repeatCount
      return cost
    }
    if case .list = step.sends {
      clearLoads()
      var cost = try solveEach(step, reductionSecondsPerByte: gamma).cost
      cost.repeatCount = step.repeatCount
      return cost
    }
    let shape: StepShape
    if let known = shapes[step.sends] {
      shape = known
    } else {
      clearLoads()
      let unit = ScheduleStep(step.sends, bytes: 1, reduces: true)
      shape = try solveEach(unit, reductionSecondsPerByte: 0).shape
      shapes[step.sends] = shape
    }
    return shape.cost(bytes: step.bytes, repeatCount: step.repeatCount, gamma: gamma)
  }

  /// Loads the links with one repetition of a step, for `load` and `loaded`.
  mutating func loadLinks(with step: ScheduleStep) throws(CollectiveError) {
    clearLoads()
    if isLargeExchange(step) {
      _ = try solveAllPairs(step.bytes)
      return
    }
    for rank in devices.indices {
      try visit(step, from: rank) { solver, _, bytes, _ in
        for link in solver.path { solver.add(bytes, to: link) }
      }
    }
  }

  private func isLargeExchange(_ step: ScheduleStep) -> Bool {
    step.sends == .allPairs && groupSize * devices.count > 1 << 16 && fabric.hasNodePorts
  }

  private mutating func clearLoads() {
    for link in loaded { load[Int(link)] = 0 }
    loaded.removeAll(keepingCapacity: true)
  }

  private mutating func solveEach(
    _ step: ScheduleStep, reductionSecondsPerByte gamma: Double
  ) throws(CollectiveError) -> (cost: StepCost, shape: StepShape) {
    for rank in devices.indices {
      reducing[rank] = 0
      takesPart[rank] = false
    }
    let own = try include(step, from: 0..<groupSize, into: Summary())
    let ownLinks = loaded
    let ownLoads = ownLinks.map { load[Int($0)] }
    let everyone = try include(step, from: groupSize..<devices.count, into: own)
    // Groups beside this one matter to the step if they load a link of its own.
    let isAlone = zip(ownLinks, ownLoads).allSatisfy { load[Int($0)] == $1 }
    let judged = isAlone ? own : everyone
    let transfer = longestTransfer(on: ownLinks)
    let isLongest = longestTransfer(on: loaded) <= transfer * (1 + 1e-12)
    let shortest = loaded.reduce(transfer) { min($0, load[Int($1)] / rate(of: $1)) }
    var isExact = judged.hasOneSize
    // Of all groups: one that runs ahead may disturb the others' next steps.
    var endsTogether = everyone.hasOneSize && everyone.hasOneLatency && isLongest
    if !isAlone && !isLongest {
      // What holds the others back may leave this group more than an even share.
      isExact = false
    } else if isExact && shortest < transfer * (1 - 1e-12) {
      // Messages that meet the most loaded link must be those of the largest latency.
      for rank in devices.indices {
        try visit(step, from: rank) { solver, _, _, latency in
          let isHeld = solver.longestTransfer(on: solver.path) >= transfer * (1 - 1e-12)
          let counts = rank < solver.groupSize || !isAlone
          if isHeld && counts && latency != judged.latency { isExact = false }
          if !isHeld { endsTogether = false }
        }
      }
    } else if !judged.hasOneLatency {
      isExact = false
    }
    let unsharedLinks = isAlone ? ownLinks : loaded
    let shape = StepShape(
      sendCount: everyone.sendCount, latency: own.latency,
      secondsPerByte: own.bytes > 0 ? transfer / own.bytes : 0,
      hasOneLatency: everyone.hasOneLatency, isExact: isExact, endsTogether: endsTogether,
      hasUnreduced: everyone.hasUnreduced, mostReduced: everyone.mostReduced,
      reducesEvenly: reducing.allSatisfy { $0 == reducing[0] },
      allTakePart: takesPart.allSatisfy { $0 },
      isUnshared: judged.hasOneSize && unsharedLinks.allSatisfy { load[Int($0)] <= judged.bytes })
    return (shape.cost(bytes: own.bytes, repeatCount: 1, gamma: gamma), shape)
  }

  /// Loads the links with what some ranks send.
  ///
  /// - Returns: the summary with their messages.
  private mutating func include(
    _ step: ScheduleStep, from ranks: Range<Int>, into known: Summary
  ) throws(CollectiveError) -> Summary {
    var summary = known
    for rank in ranks {
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
    return summary
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
    step.sends.appendReceivers(from: rank, inGroupsOf: groupSize, into: &peers)
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

  /// Seconds that the most loaded of some links takes.
  func longestTransfer(on links: [Int32]) -> Double {
    links.reduce(0) { max($0, load[Int($1)] / rate(of: $1)) }
  }
}
