import Quantities
import StepGraphs

extension Executor {
  /// Starts the next iteration of an instance, if there is one.
  mutating func beginIteration(_ instance: Int) {
    let next = iteration[instance] + 1
    if next == Int32(options.iterations) { return }
    iteration[instance] = next
    let item = instances[instance]
    let operators = graph.classes[item.classIndex].operators
    operatorsLeft[instance] = Int32(operators.count)
    for index in operators { remaining[item.base + index] = graph.predecessorCounts[index] }
    computeEnd[instance] = now
    ledger.began(Int(next), at: now, ranks: item.multiplicity)
    for stream in 0..<Self.streamCount {
      cursor[instance * Self.streamCount + stream] = 0
      startNext(of: stream, on: instance, cause: .forward)
    }
  }

  /// Starts the operator at the head of a stream if it is free to start.
  ///
  /// - Parameter cause: the phase of the operator whose end made this possible.
  mutating func startNext(of stream: Int, on instance: Int, cause: StepGraph.Phase) {
    let slot = instance * Self.streamCount + stream
    if isRunning[slot] { return }
    let lane = lanes[instances[instance].classIndex][stream]
    let position = Int(cursor[slot])
    guard position < lane.count else { return }
    let index = Int(lane[position])
    guard remaining[instances[instance].base + index] == 0 else { return }
    isRunning[slot] = true
    started[slot] = now
    if stream == Int(StepGraph.Stream.compute.rawValue), now > computeEnd[instance] {
      ledger.waited(
        Int(iteration[instance]), for: cause, now - computeEnd[instance],
        ranks: instances[instance].multiplicity)
    }
    book(index, atStart: true, on: instance)
    if graph.kinds[index] == .collective {
      enter(Int(graph.callIndices[index]), from: instance)
    } else {
      queue.push(
        Completion(instance: Int32(instance), index: Int32(index)),
        at: (now + variedDuration(index, on: instance)).ticks)
    }
  }

  /// An operator's time with its seeded variation.
  private func variedDuration(_ index: Int, on instance: Int) -> SimDuration {
    let duration = graph.durations[index]
    if options.jitter == 0 { return duration }
    let draw = UInt64(iteration[instance]) << 32 | UInt64(index)
    return duration.scaled(
      by: variation.meanOneLogNormal(UInt64(instances[instance].rank), draw, sigma: options.jitter))
  }

  mutating func finish(_ index: Int, on instance: Int) {
    let stream = Int(graph.streams[index].rawValue)
    let slot = instance * Self.streamCount + stream
    let phase = graph.phases[index]
    isRunning[slot] = false
    cursor[slot] += 1
    book(index, atStart: false, on: instance)
    record(index, on: instance, from: started[slot])
    let ranks = instances[instance].multiplicity
    if stream == Int(StepGraph.Stream.compute.rawValue) {
      ledger.worked(Int(iteration[instance]), phase, now - started[slot], ranks: ranks)
      computeEnd[instance] = now
    }
    operatorsLeft[instance] -= 1
    let base = instances[instance].base
    for edge in Int(graph.successorStart[index])..<Int(graph.successorStart[index + 1]) {
      let successor = Int(graph.successors[edge])
      remaining[base + successor] -= 1
      if remaining[base + successor] == 0 {
        startNext(of: Int(graph.streams[successor].rawValue), on: instance, cause: phase)
      }
    }
    startNext(of: stream, on: instance, cause: phase)
    if operatorsLeft[instance] == 0 {
      ledger.ended(Int(iteration[instance]), at: now, ranks: ranks)
      if instance == 0 { options.progress?(Double(iteration[0] + 1) / Double(options.iterations)) }
      beginIteration(instance)
    }
  }

  /// A rank has reached a collective; the last one starts it.
  private mutating func enter(_ call: Int, from instance: Int) {
    let ranks = instances[instance].multiplicity
    if entered[call] == 0 { firstEntry[call] = now }
    entered[call] += ranks
    // Time of entry after the first, over all ranks; what is missing to the last entry was waiting.
    let sinceFirst = (now - firstEntry[call]).seconds
    lateness[call] += sinceFirst * Double(ranks)
    guard entered[call] == rankCount else { return }
    ledger.communicated(
      Int(iteration[instance]), callDurations[call],
      waitingRankSeconds: sinceFirst * Double(rankCount) - lateness[call], ranks: rankCount)
    entered[call] = 0
    lateness[call] = 0
    queue.push(Completion(instance: -1, index: Int32(call)), at: (now + callDurations[call]).ticks)
  }

  mutating func finishCollective(_ call: Int) {
    for instance in instances.indices {
      let slot = instance * Self.streamCount
      for stream in 0..<Self.streamCount where isRunning[slot + stream] {
        let lane = lanes[instances[instance].classIndex][stream]
        let index = Int(lane[Int(cursor[slot + stream])])
        if graph.callIndices[index] == Int32(call) {
          finish(index, on: instance)
          break
        }
      }
    }
  }

  private mutating func book(_ index: Int, atStart: Bool, on instance: Int) {
    let tracker = Int(trackerOf[instance])
    guard tracker >= 0 else { return }
    let deltas = graph.memoryDeltas(of: index)
    if deltas.isEmpty { return }
    trackers[tracker].apply(
      deltas, atStart: atStart, of: index, now: now,
      sampled: Int(iteration[instance]) < options.recordedIterations)
  }

  private mutating func record(_ index: Int, on instance: Int, from start: SimTime) {
    guard instances[instance].rank < options.recordedRanks,
      Int(iteration[instance]) < options.recordedIterations
    else { return }
    spans.append(
      Span(
        rank: Int32(instances[instance].rank), operatorIndex: Int32(index), iteration: iteration[instance],
        start: start, end: now))
  }
}
