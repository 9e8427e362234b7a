import EventCore
import Quantities
import StepGraphs

/// Cycles of a step that its graph leaves out.
///
/// When all streams of all instances stand within the bounds of the cycle, all of them go back by one: what follows is
/// what the step does next. The first time that a cycle ends as the one before it, with all that runs as far as
/// it was then, all others go alike. They are not run: clocks go forward by
///
///     cycles left · (this moment − the one a cycle earlier)
///
/// and all sums grow by as many times what that cycle added. Both are exact.
extension Executor {
  /// Puts in cycles if this is a moment to do so. Called when the first instance has ended a computation.
  mutating func foldCycles() {
    if iteration[0] != progress.iteration {
      if progress.left > 0 { isComplete = false }
      progress = CycleProgress(iteration: iteration[0], left: graph.cycle!.omitted)
    }
    let position = cursor[Self.computeStream]
    guard progress.left > 0, progress.position < 0 || progress.position == position else { return }
    let cycle = graph.cycle!
    guard mayGoBack(cycle) else {
      progress.position = -1
      progress.earlier = nil
      return
    }
    let state = takeState()
    if let earlier = progress.earlier, state.isContinued(like: earlier) {
      skip(progress.left, since: earlier, state)
      progress.left = 0
    } else {
      goBack(cycle, state)
      progress.left -= 1
      progress.position = position
      progress.earlier = state
    }
  }

  /// Whether all streams have run a cycle within its bounds, and none has begun what lies behind these.
  private func mayGoBack(_ cycle: StepGraph.Cycle) -> Bool {
    for (instance, item) in instances.enumerated() {
      if iteration[instance] != progress.iteration { return false }
      for stream in 0..<Self.streamCount {
        let length = cycle.lengths[item.classIndex][stream]
        if length == 0 { continue }
        let bounds = cycle.bounds[item.classIndex][stream]
        let position = cursor[instance * Self.streamCount + stream]
        let runs = running[instance] & 1 << UInt16(stream) != 0
        if position < bounds.lowerBound + length || position > bounds.upperBound - (runs ? 1 : 0) {
          return false
        }
      }
    }
    return true
  }

  /// What decides how the run goes on. The queue is empty afterwards; `skip` and `goBack` fill it.
  private mutating func takeState() -> CycleState {
    var pending: [CycleState.Pending] = []
    while let (key, completion) = queue.pop() {
      pending.append(.init(completion: completion, ticks: key - now.ticks))
    }
    queue = RadixHeap()
    var ages: [Int64] = []
    var taken: [Double] = []
    var isExtended: [Bool] = []
    for instance in instances.indices {
      for stream in 0..<Self.streamCount where running[instance] & 1 << UInt16(stream) != 0 {
        ages.append((now - started[instance * Self.streamCount + stream]).ticks)
      }
      ages.append((now - computeEnd[instance]).ticks)
      let standing = theft.standing(of: instance, at: now)
      let computes = running[instance] & 1 << UInt16(Self.computeStream) != 0
      taken += [standing.share, computes ? standing.lost : 0]
      isExtended.append(computes && standing.isExtended)
    }
    for domain in entered.indices where entered[domain] > 0 {
      ages.append((now - firstEntry[domain]).ticks)
    }
    return CycleState(
      time: now, sums: ledger.sums(of: Int(progress.iteration)), spanCount: spans.count,
      sampleCounts: trackers.map(\.record.samples.count), cursors: cursor, running: running,
      pending: pending, ages: ages, entered: entered, lateness: lateness, liveBytes: trackers.map(\.bytes),
      taken: taken, isExtended: isExtended)
  }

  /// All streams run a cycle again.
  private mutating func goBack(_ cycle: StepGraph.Cycle, _ state: CycleState) {
    for (instance, item) in instances.enumerated() {
      for stream in 0..<Self.streamCount {
        let length = cycle.lengths[item.classIndex][stream]
        cursor[instance * Self.streamCount + stream] -= length
        operatorsLeft[instance] += length
      }
    }
    for item in state.pending {
      let instance = Int(item.completion.instance)
      let stream = Int(graph.operators[Int(item.completion.index)].stream.rawValue)
      let index = lanes.operatorIndex(
        class: instances[instance].classIndex, stream: stream,
        position: Int(cursor[instance * Self.streamCount + stream]))
      queue.push(
        Completion(instance: item.completion.instance, index: Int32(index)), at: now.ticks + item.ticks)
    }
  }

  /// Lets cycles pass that are as the last one.
  private mutating func skip(_ count: Int, since earlier: CycleState, _ state: CycleState) {
    let period = now - earlier.time
    let whole = period * count
    ledger.repeat(Int(progress.iteration), since: earlier.sums, times: count)
    repeatSpans(from: earlier.spanCount, times: count, every: period)
    for (tracker, samples) in earlier.sampleCounts.enumerated() {
      trackers[tracker].repeatSamples(from: samples, times: count, every: period)
    }
    fingerprint.combine(time: now, kind: 1, subject: Int32(clamping: count), value: UInt64(whole.ticks))
    now = now + whole
    for slot in started.indices { started[slot] = started[slot] + whole }
    for instance in computeEnd.indices { computeEnd[instance] = computeEnd[instance] + whole }
    for domain in firstEntry.indices { firstEntry[domain] = firstEntry[domain] + whole }
    theft.shift(by: whole)
    for item in state.pending { queue.push(item.completion, at: now.ticks + item.ticks) }
  }

  private mutating func repeatSpans(from position: Int, times: Int, every period: SimDuration) {
    let recorded = spans[position...]
    spans.reserveCapacity(spans.count + recorded.count * times)
    for number in 1..<times + 1 {
      let shift = period * number
      for var span in recorded {
        span.start += shift
        span.end += shift
        spans.append(span)
      }
    }
  }
}
