import Fabrics
import Quantities

extension CollectivePlan {
  /// Ends of the steps when ranks may run ahead of one another, from classes of ranks alike.
  ///
  /// Two ranks are alike when their messages cost the same and so do those of the ranks they talk to,
  /// and so on: the coarsest partition that the neighbours' classes do not split. One member of each
  /// class then follows the recurrence of the dataflow,
  ///
  ///     s_c = max(T_c, T_to) + own,  r_c = max(T_c, T_from) + incoming + γ bytes,  T_c ← max(s_c, r_c)
  ///
  /// - Returns: `nil` where messages could meet on a link: steps of differing patterns, shared links,
  ///   or ranks with several messages in a step.
  /// - Complexity: O(ranks · classes + steps · classes).
  func endsByClasses(on fabric: Fabric) throws(CollectiveError) -> [SimTime]? {
    guard schedule.pacing == .dataflow, let first = schedule.steps.first,
      schedule.steps.allSatisfy({ $0.sends == first.sends }),
      let neighbours = neighbours(of: first.sends)
    else { return nil }
    var kinds: [MessageCosts] = []
    var kindOfStep: [Int] = []
    for step in schedule.steps {
      let reduces = step.reduces && group.reductionSecondsPerByte > 0
      if let known = kinds.firstIndex(where: { $0.bytes == step.bytes && $0.reduces == reduces }) {
        kindOfStep.append(known)
      } else {
        kindOfStep.append(kinds.count)
        kinds.append(try messageCosts(step.bytes, reduces: reduces, neighbours, on: fabric))
      }
    }
    let classes = rankClasses(neighbours, kinds)
    return ends(classes, neighbours, kinds, kindOfStep)
  }

  /// The rank that each rank sends to and the one it receives from.
  private struct Neighbours {
    var to: [Int]
    var from: [Int]
  }

  /// Time of each rank's message of one size, and of its reduction at the receiver, in ticks.
  private struct MessageCosts {
    var bytes: Double
    var reduces: Bool
    var ticks: [Int64]
    var reduction: Int64
  }

  private func neighbours(of sends: SendPattern) -> Neighbours? {
    let count = schedule.rankCount
    var result = Neighbours(to: [], from: Array(repeating: -1, count: count))
    var peers: [Peer] = []
    for rank in 0..<count {
      peers.removeAll(keepingCapacity: true)
      sends.appendReceivers(from: rank, among: count, into: &peers)
      guard peers.count == 1, peers[0].bytes < 0, peers[0].isReducible else { return nil }
      let to = Int(peers[0].rank)
      guard result.from[to] < 0 else { return nil }
      result.to.append(to)
      result.from[to] = rank
    }
    return result
  }

  private func messageCosts(
    _ bytes: Double, reduces: Bool, _ neighbours: Neighbours, on fabric: Fabric
  ) throws(CollectiveError) -> MessageCosts {
    var ticks: [Int64] = []
    ticks.reserveCapacity(schedule.rankCount)
    var path: [Int32] = []
    do throws(FabricError) {
      for rank in 0..<schedule.rankCount {
        path.removeAll(keepingCapacity: true)
        let route = try fabric.appendRoute(from: devices[rank], to: devices[neighbours.to[rank]], into: &path)
        let rate = path.reduce(Double.infinity) {
          min($0, fabric.links[Int($1)].bandwidth.bytesPerSecond)
        }
        let transfer = bytes > 0 ? SimDuration(seconds: bytes / rate) : .zero
        ticks.append((route.latency + transfer).ticks)
      }
    } catch { throw .fabric(error) }
    let reduction = reduces ? SimDuration(seconds: bytes * group.reductionSecondsPerByte).ticks : 0
    return MessageCosts(bytes: bytes, reduces: reduces, ticks: ticks, reduction: reduction)
  }

  /// The class of every rank: split by costs, then by the neighbours' classes until nothing splits.
  private func rankClasses(_ neighbours: Neighbours, _ kinds: [MessageCosts]) -> [Int] {
    var classes = number((0..<schedule.rankCount).map { rank in kinds.map { $0.ticks[rank] } })
    var count = 1 + (classes.max() ?? 0)
    while true {
      classes = number(
        (0..<schedule.rankCount).map { rank in
          [classes[rank], classes[neighbours.to[rank]], classes[neighbours.from[rank]]].map { Int64($0) }
        })
      let next = 1 + (classes.max() ?? 0)
      if next == count { return classes }
      count = next
    }
  }

  /// Numbers equal signatures alike, in order of first appearance.
  private func number(_ signatures: [[Int64]]) -> [Int] {
    var known: [[Int64]: Int] = [:]
    return signatures.map { signature in
      if let number = known[signature] { return number }
      known[signature] = known.count
      return known.count - 1
    }
  }

  private func ends(
    _ classes: [Int], _ neighbours: Neighbours, _ kinds: [MessageCosts], _ kindOfStep: [Int]
  ) -> [SimTime] {
    let classCount = 1 + (classes.max() ?? 0)
    let member = (0..<classCount).map { number in classes.firstIndex(of: number)! }
    let to = member.map { classes[neighbours.to[$0]] }
    let from = member.map { classes[neighbours.from[$0]] }
    var ready = [Int64](repeating: 0, count: classCount)
    var next = ready
    var stepEnds: [SimTime] = []
    for (step, kind) in zip(schedule.steps, kindOfStep) {
      let costs = kinds[kind]
      for _ in 0..<step.repeatCount {
        for number in 0..<classCount {
          let sent = max(ready[number], ready[to[number]]) + costs.ticks[member[number]]
          let received =
            max(ready[number], ready[from[number]]) + costs.ticks[member[from[number]]] + costs.reduction
          next[number] = max(sent, received)
        }
        swap(&ready, &next)
      }
      stepEnds.append(SimTime(ticks: ready.max() ?? 0))
    }
    return stepEnds
  }
}
