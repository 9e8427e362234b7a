import Quantities
import StepGraphs

extension Executor {
  /// Starts the next iteration of an instance, if there is one.
  mutating func beginIteration(_ instance: Int) {
    let next = iteration[instance] + 1
    if next == Int32(options.iterations) { return }
    iteration[instance] = next
    let item = instances[instance]
    operatorsLeft[instance] = Int32(graph.classes[item.classIndex].operators.count)
    computeEnd[instance] = now
    ledger.began(Int(next), at: now, ranks: item.multiplicity)
    for stream in 0..<Self.streamCount { cursor[instance * Self.streamCount + stream] = 0 }
    startStreams(.max, of: instance, cause: .forward)
  }

  /// Starts what has become free to start on an instance.
  ///
  /// - Parameters:
  ///   - streams: those that may have, a bit each.
  ///   - cause: the phase of the operator whose end made this possible.
  mutating func startStreams(_ streams: UInt16, of instance: Int, cause: StepGraph.Phase) {
    var idle = streams & lanes.used[instances[instance].classIndex] & ~running[instance]
    while idle != 0 {
      let stream = idle.trailingZeroBitCount
      idle &= idle - 1
      startNext(of: stream, on: instance, cause: cause)
    }
  }

  private mutating func startNext(of stream: Int, on instance: Int, cause: StepGraph.Phase) {
    let slot = instance * Self.streamCount + stream
    let index = lanes.operatorIndex(
      class: instances[instance].classIndex, stream: stream, position: Int(cursor[slot]))
    if index < 0 { return }
    let missing = missingStream(index, on: instance)
    if missing >= 0 {
      waiting[instance * (Self.streamCount + 1) + missing] |= 1 << UInt16(stream)
      return
    }
    running[instance] |= 1 << UInt16(stream)
    started[slot] = now
    if stream == Self.computeStream {
      if now > computeEnd[instance] {
        ledger.waited(
          Int(iteration[instance]), for: cause, now - computeEnd[instance],
          ranks: instances[instance].multiplicity)
      }
      theft.computationBegins(on: instance, at: now)
    }
    book(index, atStart: true, on: instance)
    let call = Int(graph.operators[index].call)
    switch graph.operators[index].kind {
    case .collective: enter(call, from: instance, stream: stream)
    case .send:
      let duration = callDurations[call]
      ledger.communicated(
        Int(iteration[instance]), duration, waitingRankSeconds: 0, ranks: instances[instance].multiplicity)
      push(index, on: instance, after: duration)
    case .compute, .transfer: push(index, on: instance, after: variedDuration(index, on: instance))
    }
  }

  /// The first stream of which an operator waits for more, the position behind all for a peer's; -1 where it may start.
  ///
  /// Mutating, since otherwise the compiler hands over a copy of the whole executor, once for each operator.
  private mutating func missingStream(_ index: Int, on instance: Int) -> Int {
    let start = Int(graph.operators[index].waitStart)
    for position in start..<start + Int(graph.operators[index].waitCount) {
      let wait = graph.waits[position]
      let stream = Int(wait.stream.rawValue)
      if wait.peer == 0 {
        if cursor[instance * Self.streamCount + stream] < wait.count { return stream }
      } else {
        let peer = peers.instance(wait.peer, of: instance)
        if iteration[peer] < iteration[instance] { return Self.streamCount }
        if iteration[peer] == iteration[instance], cursor[peer * Self.streamCount + stream] < wait.count {
          return Self.streamCount
        }
      }
    }
    return -1
  }

  /// Streams that wait for one that has come further, or for a peer: a bit each, and told once.
  private mutating func takeWaiting(for stream: Int, on instance: Int) -> UInt16 {
    let place = instance * (Self.streamCount + 1) + stream
    defer { waiting[place] = 0 }
    return waiting[place]
  }

  private mutating func push(_ index: Int, on instance: Int, after duration: SimDuration) {
    queue.push(Completion(instance: Int32(instance), index: Int32(index)), at: (now + duration).ticks)
  }

  /// An operator's time with its seeded variation.
  private mutating func variedDuration(_ index: Int, on instance: Int) -> SimDuration {
    var duration = graph.operators[index].duration
    if let load = options.load, graph.operators[index].microBatch >= 0 {
      duration = duration.scaled(
        by: load(
          instances[instance].rank, Int(iteration[instance]), Int(graph.operators[index].microBatch)))
    }
    if options.jitter == 0 { return duration }
    let draw = UInt64(iteration[instance]) << 32 | UInt64(index)
    return duration.scaled(
      by: variation.meanOneLogNormal(UInt64(instances[instance].rank), draw, sigma: options.jitter))
  }

  /// An operator has run its time; one whose computation was slowed down runs on for what it lost.
  mutating func complete(_ index: Int, on instance: Int) {
    if graph.operators[index].stream == .compute,
      let lost = theft.loss(on: instance, at: now)
    {
      push(index, on: instance, after: lost)
      return
    }
    finish(index, on: instance)
  }

  private mutating func finish(_ index: Int, on instance: Int) {
    let stream = Int(graph.operators[index].stream.rawValue)
    let phase = graph.operators[index].phase
    let slot = instance * Self.streamCount + stream
    running[instance] &= ~(1 << UInt16(stream))
    cursor[slot] += 1
    book(index, atStart: false, on: instance)
    record(index, on: instance, from: started[slot])
    let ranks = instances[instance].multiplicity
    if stream == Self.computeStream {
      ledger.worked(Int(iteration[instance]), phase, now - started[slot], ranks: ranks)
      computeEnd[instance] = now
    } else if graph.operators[index].kind == .collective {
      theft.collectiveEnds(on: instance, stream: stream, at: now)
    }
    operatorsLeft[instance] -= 1
    startStreams(takeWaiting(for: stream, on: instance) | 1 << UInt16(stream), of: instance, cause: phase)
    let receiver = graph.operators[index].receiver
    if receiver != 0 {
      let peer = peers.instance(receiver, of: instance)
      startStreams(takeWaiting(for: Self.streamCount, on: peer), of: peer, cause: .pipeline)
    }
    if operatorsLeft[instance] == 0 {
      ledger.ended(Int(iteration[instance]), at: now, ranks: ranks)
      if instance == 0 { options.progress?(Double(iteration[0] + 1) / Double(options.iterations)) }
      beginIteration(instance)
    }
  }

  /// A rank has reached a collective; the last one of its domain starts it.
  private mutating func enter(_ call: Int, from instance: Int, stream: Int) {
    let ranks = instances[instance].multiplicity
    let domain = domains.domain(of: graph.calls[call].communicator, instance)
    if entered[domain] == 0 { firstEntry[domain] = now }
    entered[domain] += ranks
    // Time of entry after the first, over all ranks; what is missing to the last entry was waiting.
    let sinceFirst = (now - firstEntry[domain]).seconds
    lateness[domain] += sinceFirst * Double(ranks)
    let rankCount = domains.rankCount(domain)
    guard entered[domain] == rankCount else { return }
    ledger.communicated(
      Int(iteration[instance]), callDurations[call],
      waitingRankSeconds: sinceFirst * Double(rankCount) - lateness[domain], ranks: rankCount)
    entered[domain] = 0
    lateness[domain] = 0
    for position in domains.members(domain) {
      let member = Int(domains.memberInstances[position])
      let index = lanes.operatorIndex(
        class: instances[member].classIndex, stream: stream,
        position: Int(cursor[member * Self.streamCount + stream]))
      theft.collectiveBegins(on: member, stream: stream, at: now)
      push(index, on: member, after: callDurations[call])
    }
  }

  private mutating func book(_ index: Int, atStart: Bool, on instance: Int) {
    let tracker = Int(trackerOf[instance])
    guard tracker >= 0, graph.operators[index].memoryCount > 0 else { return }
    let deltas = graph.memoryDeltas(of: index)
    trackers[tracker].apply(
      deltas, atStart: atStart, of: index, now: now,
      sampled: Int(iteration[instance]) < options.recordedIterations,
      isTold: iteration[instance] == 0 && isNews(index, atStart))
  }

  /// Whether an operator's changes have not been told; cycles that are put in tell nothing new.
  private mutating func isNews(_ index: Int, _ atStart: Bool) -> Bool {
    if toldChanges.isEmpty { return true }
    let bit: UInt8 = atStart ? 1 : 2
    if toldChanges[index] & bit != 0 { return false }
    toldChanges[index] |= bit
    return true
  }

  private mutating func record(_ index: Int, on instance: Int, from start: SimTime) {
    guard isRecorded[instance],
      Int(iteration[instance]) < options.recordedIterations
    else { return }
    spans.append(
      Span(
        rank: Int32(instances[instance].rank), operatorIndex: Int32(index), iteration: iteration[instance],
        start: start, end: now))
  }
}
