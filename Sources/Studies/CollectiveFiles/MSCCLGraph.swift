import Collectives
import Diagnostics

/// Turns the steps of thread blocks into messages that wait for one another.
struct MSCCLGraph {
  private let ranks: [[MSCCLStep]]
  /// The tasks of each step, by rank and place: of what it receives, of its own work and of its send.
  private var tasks: [[Tasks]]
  /// The step of each task, for messages.
  private var places: [SourceLocation] = []

  private struct Tasks {
    /// The message that it receives is another step's `send`.
    var work = -1
    var send = -1
    /// Where its `receive` comes from.
    var message = -1
  }

  private struct Pair: Hashable {
    var from: Int
    var to: Int
    var channel: Int
  }

  init(_ ranks: [[MSCCLStep]]) {
    self.ranks = ranks
    tasks = ranks.map { Array(repeating: Tasks(), count: $0.count) }
  }

  /// Numbers the tasks, joins sends to receives, and lays them out.
  mutating func build(file: String) throws(Diagnostics) -> MessageGraph {
    number()
    var findings = Diagnostics()
    match(&findings)
    try findings.throwIfAny()
    let graph = layOut()
    let circle = graph.cycle()
    if let first = circle.first {
      let lines = circle.prefix(8).map { "\(places[$0].line)" }.joined(separator: ", ")
      throw Diagnostics(
        Diagnostic(.conflict("steps wait for one another: lines \(lines)"), at: places[first]))
    }
    return graph
  }

  private mutating func number() {
    for rank in ranks.indices {
      for (place, step) in ranks[rank].enumerated() {
        // A step that only sends has no work of its own.
        if step.receives || !step.sends {
          tasks[rank][place].work = places.count
          places.append(step.location)
        }
        if step.sends {
          tasks[rank][place].send = places.count
          places.append(step.location)
        }
      }
    }
  }

  private mutating func match(_ findings: inout Diagnostics) {
    var sends: [Pair: [(rank: Int, place: Int)]] = [:]
    var taken: [Pair: Int] = [:]
    for rank in ranks.indices {
      for (place, step) in ranks[rank].enumerated() where step.sends {
        sends[Pair(from: rank, to: step.target, channel: step.channel), default: []].append((rank, place))
      }
    }
    for rank in ranks.indices {
      for (place, step) in ranks[rank].enumerated() where step.receives {
        let pair = Pair(from: step.source, to: rank, channel: step.channel)
        let next = taken[pair, default: 0]
        guard let list = sends[pair], next < list.count else {
          findings.report(
            .conflict(
              "receive \(next) of gpu \(rank) from gpu \(step.source) on channel \(step.channel) has no send"),
            at: step.location)
          continue
        }
        taken[pair] = next + 1
        let other = ranks[list[next].rank][list[next].place]
        if other.count != step.count {
          findings.report(
            .conflict(
              "receives \(Int(step.count)) chunks where gpu \(step.source) sends \(Int(other.count))"),
            at: step.location)
        }
        tasks[rank][place].message = tasks[list[next].rank][list[next].place].send
      }
    }
    for rank in ranks.indices {
      var seen: [Pair: Int] = [:]
      for step in ranks[rank] where step.sends {
        let pair = Pair(from: rank, to: step.target, channel: step.channel)
        seen[pair, default: 0] += 1
        if seen[pair, default: 0] > taken[pair, default: 0] {
          findings.report(
            .conflict(
              "send \(seen[pair, default: 0] - 1) of gpu \(rank) to gpu \(step.target) on channel "
                + "\(step.channel) has no receive"), at: step.location)
        }
      }
    }
  }

  private func layOut() -> MessageGraph {
    var graph = MessageGraph(rankCount: ranks.count)
    for rank in ranks.indices {
      for (place, step) in ranks[rank].enumerated() {
        let own = tasks[rank][place]
        var before = step.isFirst ? [] : ends(rank, place - 1)
        if let dependency = step.dependency { before += ends(rank, dependency) }
        if own.work >= 0 {
          let work: MessageGraph.Work = step.reduces ? .reduce(at: rank, bytes: step.count) : .join
          graph.append(work, after: own.message >= 0 ? before + [own.message] : before)
        }
        if own.send >= 0 {
          graph.append(
            .send(from: rank, to: step.target, bytes: step.count),
            after: own.work >= 0 ? [own.work] : before)
        }
      }
    }
    return graph
  }

  /// The tasks with which a step is done.
  private func ends(_ rank: Int, _ place: Int) -> [Int] {
    let own = tasks[rank][place]
    return own.send >= 0 ? [own.send] : [own.work]
  }
}
