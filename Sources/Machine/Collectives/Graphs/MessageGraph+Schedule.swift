extension MessageGraph {
  /// A schedule's messages one by one, with the waits that its pacing means.
  ///
  /// With its reductions as tasks of their own, a rank's next step waits for them only where it receives.
  ///
  /// - Complexity: O(messages).
  public init(_ schedule: CollectiveSchedule) {
    self.init(rankCount: schedule.rankCount)
    var doneAtRank = [[Int]](repeating: [], count: rankCount)
    var peers: [Peer] = []
    for step in schedule.steps {
      for _ in 0..<step.repeatCount {
        var entries = doneAtRank.map { tasks in
          tasks.isEmpty ? [] : tasks.count == 1 ? tasks : [append(.join, after: tasks)]
        }
        if schedule.pacing == .rounds {
          let all = entries.flatMap { $0 }
          let round = all.isEmpty ? [] : [append(.join, after: all)]
          entries = Array(repeating: round, count: rankCount)
        }
        var next = [[Int]](repeating: [], count: rankCount)
        for from in 0..<rankCount {
          peers.removeAll(keepingCapacity: true)
          step.sends.appendReceivers(from: from, among: rankCount, into: &peers)
          for peer in peers {
            let to = Int(peer.rank)
            let bytes = peer.bytes < 0 ? step.bytes : peer.bytes
            let send = append(.send(from: from, to: to, bytes: bytes), after: entries[from] + entries[to])
            next[from].append(send)
            let isReduced = step.reduces && peer.isReducible
            next[to].append(isReduced ? append(.reduce(at: to, bytes: bytes), after: [send]) : send)
          }
        }
        for rank in 0..<rankCount where !next[rank].isEmpty { doneAtRank[rank] = next[rank] }
      }
    }
  }
}
