import EventCore
import Fabrics
import Quantities

/// A schedule run message by message.
///
/// A message waits until both its ends have entered its step (rendezvous), then for its route's latency,
/// then for its bytes at the rate that max-min sharing gives it. A receiver's reductions follow each
/// other. Ranks go on by the schedule's pacing. At one instant first bytes come before completions.
struct EventRun: ~Copyable {
  enum EventKind: UInt32 { case firstByte, lastByte, reduced, step }

  /// An event that does not move: a message's first byte, or the end of its reduction.
  struct Timer: BitwiseCopyable {
    var message: Int32
    var isReduction: Bool
  }

  private struct Message: BitwiseCopyable {
    var from: Int32
    var to: Int32
    var bytes: Double
    var firstHop: Int32
    var hopCount: Int32
    var isReduced: Bool
  }

  private struct Rank: BitwiseCopyable {
    /// The step it is in, repetitions counted; −1 before the first.
    var position: Int32 = -1
    /// The schedule's step, and how many repetitions of it are still to come.
    var step: Int32 = -1
    var repeatsLeft: Int32 = 0
    /// Its messages in the present step that are not done.
    var pending: Int32 = 0
    /// Its last route.
    var routeTarget: Int32 = -1
    var routeStart: Int32 = 0
    var routeHops: Int32 = 0
    var routeLatency = SimDuration.zero
    /// When its reductions so far are done.
    var busyUntil = SimTime.zero
  }

  let fabric: Fabric
  private let devices: [DeviceID]
  /// Ranks of the group whose time is asked for; equal groups beside it follow it in `ranks`.
  private let groupSize: Int
  private let schedule: CollectiveSchedule
  private let gamma: Double
  var now = SimTime.zero
  private var transfers: Transfers
  /// What carries the messages where things happen to the network; nil where nothing does.
  var disturbed: DisturbedTransfers?
  var timers = RadixHeap<Timer>()
  private var ranks: [Rank]
  private var messages: [Message] = []
  private var freeMessages: [Int32] = []
  private var routes: [Int32] = []
  private var receivers: [Peer] = []
  private var senders: [Peer] = []
  private var fault: CollectiveError?
  /// Of schedules in rounds: the step, its repetitions to come, and messages not done.
  private var round = (step: -1, repeatsLeft: 0, pending: 0)

  private var sendCount = 0
  private var eventCount = 0
  private var bytesSent = 0.0
  private var bytesReceived = 0.0
  var bytesOnLink: [Double]
  private var stepEnds: [SimTime]
  var fingerprint = Fingerprint()

  init(
    plan: CollectivePlan, fabric: Fabric, during timeline: NetworkTimeline = .quiet
  ) throws(CollectiveError) {
    self.fabric = fabric
    devices = plan.devices
    groupSize = plan.schedule.rankCount
    schedule = plan.schedule
    gamma = plan.group.reductionSecondsPerByte
    transfers = Transfers(over: fabric)
    ranks = Array(repeating: Rank(), count: plan.devices.count)
    bytesOnLink = Array(repeating: 0, count: fabric.linkCount)
    stepEnds = Array(repeating: .zero, count: plan.schedule.steps.count)
    disturbed = try EventRun.disturbance(of: fabric, timeline)
  }

  mutating func execute() throws(CollectiveError) {
    switch schedule.pacing {
    case .dataflow: for rank in ranks.indices { advance(rank) }
    case .rounds: beginRound()
    }
    while true {
      transfers.settle(at: now)
      settleDisturbed()
      // What happens to the network afterwards is of no concern.
      if disturbed != nil && isDone { break }
      let timer = timers.nextKey ?? .max
      let completion = transfers.nextCompletion?.ticks ?? .max
      let next = min(timer, completion, disturbed?.nextInstant?.ticks ?? .max)
      if next == .max { break }
      now = SimTime(ticks: next)
      disturbed?.advance(to: now)
      repeat {
        while let (_, timer) = timers.pop(through: next) { handle(timer) }
        while let message = transfers.popCompleted(at: now) { arrive(message) }
      } while timers.nextKey == next
    }
    if let fault { throw fault }
    if disturbed != nil {
      guard try finishDisturbed() else { return }
    }
    if timers.nextKey != nil || transfers.nextCompletion != nil {
      // What is left would end beyond the clock.
      now = .endOfClock
      return
    }
    precondition(isDone, "every message sent has arrived")
  }

  /// Whether no message is under way.
  private var isDone: Bool { messages.count == freeMessages.count }

  /// When the group is done; beside others, when its own ranks are.
  private var end: SimTime {
    groupSize == ranks.count || now == .endOfClock ? now : stepEnds.max() ?? now
  }

  func result(algorithm: CollectiveAlgorithm?) -> CollectiveRun {
    CollectiveRun(
      algorithm: algorithm, duration: end - .zero, sendCount: sendCount, eventCount: eventCount,
      bytesSent: bytesSent, bytesReceived: bytesReceived, bytesOnLink: bytesOnLink, stepEnds: stepEnds,
      isExact: true, fingerprint: fingerprint)
  }

  // MARK: Ranks

  /// Takes a rank into the next step in which it has anything to do, and starts the messages whose other
  /// end waits there.
  private mutating func advance(_ rank: Int) {
    while true {
      if ranks[rank].repeatsLeft == 0 {
        if ranks[rank].step >= 0 && rank < groupSize {
          stepEnds[Int(ranks[rank].step)] = max(stepEnds[Int(ranks[rank].step)], now)
        }
        ranks[rank].step += 1
        if ranks[rank].step >= schedule.steps.count {
          ranks[rank].position = .max
          return
        }
        ranks[rank].repeatsLeft = Int32(schedule.steps[Int(ranks[rank].step)].repeatCount)
      }
      let step = Int(ranks[rank].step)
      receivers.removeAll(keepingCapacity: true)
      senders.removeAll(keepingCapacity: true)
      schedule.steps[step].sends.appendReceivers(from: rank, inGroupsOf: groupSize, into: &receivers)
      schedule.steps[step].sends.appendSenders(to: rank, inGroupsOf: groupSize, into: &senders)
      if receivers.isEmpty && senders.isEmpty {
        ranks[rank].position += ranks[rank].repeatsLeft
        ranks[rank].repeatsLeft = 0
        continue
      }
      ranks[rank].position += 1
      ranks[rank].repeatsLeft -= 1
      ranks[rank].pending = Int32(receivers.count + senders.count)
      let position = ranks[rank].position
      for index in receivers.indices where ranks[Int(receivers[index].rank)].position == position {
        start(step, from: Int32(rank), to: receivers[index].rank, receivers[index])
      }
      for index in senders.indices where ranks[Int(senders[index].rank)].position == position {
        start(step, from: senders[index].rank, to: Int32(rank), senders[index])
      }
      return
    }
  }

  /// Starts every message of the next round.
  private mutating func beginRound() {
    if round.repeatsLeft == 0 {
      if round.step >= 0 { stepEnds[round.step] = now }
      round.step += 1
      if round.step >= schedule.steps.count { return }
      round.repeatsLeft = schedule.steps[round.step].repeatCount
    }
    round.repeatsLeft -= 1
    // Each message counts once at each end; none of them can be done before all have started.
    let sends = schedule.steps[round.step].sends
    round.pending = 2 * sends.count(among: groupSize) * (ranks.count / groupSize)
    for rank in ranks.indices {
      receivers.removeAll(keepingCapacity: true)
      sends.appendReceivers(from: rank, inGroupsOf: groupSize, into: &receivers)
      for index in receivers.indices {
        start(round.step, from: Int32(rank), to: receivers[index].rank, receivers[index])
      }
    }
  }

  /// One of a rank's messages is done.
  private mutating func finishOne(_ rank: Int32) {
    switch schedule.pacing {
    case .dataflow:
      ranks[Int(rank)].pending -= 1
      if ranks[Int(rank)].pending == 0 { advance(Int(rank)) }
    case .rounds:
      round.pending -= 1
      if round.pending == 0 { beginRound() }
    }
  }

  // MARK: Messages

  private mutating func start(_ step: Int, from: Int32, to: Int32, _ peer: Peer) {
    if fault != nil { return }
    if ranks[Int(from)].routeTarget != to { findRoute(from: from, to: to) }
    let bytes = peer.bytes < 0 ? schedule.steps[step].bytes : peer.bytes
    let message = Message(
      from: from, to: to, bytes: bytes, firstHop: ranks[Int(from)].routeStart,
      hopCount: ranks[Int(from)].routeHops,
      isReduced: gamma > 0 && peer.isReducible && schedule.steps[step].reduces)
    let slot: Int32
    if let free = freeMessages.popLast() {
      slot = free
      messages[Int(free)] = message
    } else {
      slot = Int32(messages.count)
      messages.append(message)
    }
    sendCount += 1
    bytesSent += bytes
    let hops = Int(message.firstHop)..<Int(message.firstHop + message.hopCount)
    if disturbed != nil {
      let ends = (from: VertexID(Int(devices[Int(from)].index)), to: VertexID(Int(devices[Int(to)].index)))
      disturbed?.send(
        from: ends.from, to: ends.to, bytes: bytes, tag: slot, home: Array(routes[hops]),
        latency: ranks[Int(from)].routeLatency, at: now)
      return
    }
    for link in routes[hops] { bytesOnLink[Int(link)] += bytes }
    timers.push(Timer(message: slot, isReduction: false), at: (now + ranks[Int(from)].routeLatency).ticks)
  }

  private mutating func findRoute(from: Int32, to: Int32) {
    let start = routes.count
    do throws(FabricError) {
      let route = try fabric.appendRoute(from: devices[Int(from)], to: devices[Int(to)], into: &routes)
      ranks[Int(from)].routeTarget = to
      ranks[Int(from)].routeStart = Int32(start)
      ranks[Int(from)].routeHops = Int32(routes.count - start)
      ranks[Int(from)].routeLatency = route.latency
    } catch { fault = .fabric(error) }
  }

  private mutating func handle(_ timer: Timer) {
    let message = messages[Int(timer.message)]
    eventCount += 1
    if timer.isReduction {
      note(.reduced, message.to, message.bytes)
      freeMessages.append(timer.message)
      finishOne(message.to)
      return
    }
    if message.bytes == 0 {
      arrive(timer.message)
      return
    }
    note(.firstByte, message.from, message.bytes)
    let hops = Int(message.firstHop)..<Int(message.firstHop + message.hopCount)
    transfers.start(
      route: routes, hops: hops, bytes: message.bytes, tag: timer.message, at: now)
  }

  mutating func arrive(_ slot: Int32) {
    let message = messages[Int(slot)]
    eventCount += 1
    note(.lastByte, message.to, message.bytes)
    bytesReceived += message.bytes
    if message.isReduced {
      let begin = max(now, ranks[Int(message.to)].busyUntil)
      let end = begin + SimDuration(seconds: message.bytes * gamma)
      ranks[Int(message.to)].busyUntil = end
      timers.push(Timer(message: slot, isReduction: true), at: end.ticks)
      finishOne(message.from)
    } else {
      freeMessages.append(slot)
      finishOne(message.from)
      finishOne(message.to)
    }
  }

  private mutating func note(_ kind: EventKind, _ rank: Int32, _ bytes: Double) {
    fingerprint.combine(time: now, kind: kind.rawValue, subject: rank, value: bytes)
  }
}
