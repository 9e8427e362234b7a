// Both ends of every message, rank by rank, without a list of all of them.

extension SendPattern {
  /// Appends the ranks that one sends to.
  @inline(__always)
  func appendReceivers(from rank: Int, among rankCount: Int, into peers: inout [Peer]) {
    switch self {
    case .shift(let by, let within): peers.append(Peer(rank: shifted(rank, by: by, within: within)))
    case .exchange(let mask, let first):
      if rank < first { peers.append(Peer(rank: Int32(rank ^ mask))) }
    case .foldOnto(let base): if rank >= base { peers.append(Peer(rank: Int32(rank - base))) }
    case .unfoldFrom(let base): if rank + base < rankCount { peers.append(Peer(rank: Int32(rank + base))) }
    case .toRoot: if rank > 0 { peers.append(Peer(rank: 0)) }
    case .fromRoot: if rank == 0 { for peer in 1..<rankCount { peers.append(Peer(rank: Int32(peer))) } }
    case .allPairs: appendOthers(of: rank, among: rankCount, into: &peers)
    case .tree(let up, let down):
      let depth = treeDepth(rank)
      if depth > 0 && up.contains(depth) { peers.append(Peer(rank: Int32((rank - 1) / 2))) }
      if down.contains(depth) { appendChildren(of: rank, among: rankCount, isReducible: false, into: &peers) }
    case .twinTrees(let up, let down):
      TwinTrees(rankCount).appendReceivers(from: rank, up: up, down: down, into: &peers)
    case .binomial(let distance, let isReversed):
      appendBinomialPeer(of: rank, distance, isAtRoot: !isReversed, among: rankCount, into: &peers)
    case .chain(let first, let last, let isReversed):
      let edge = isReversed ? rank - 1 : rank
      if edge >= first && edge <= last { peers.append(Peer(rank: Int32(isReversed ? edge : edge + 1))) }
    case .list(let list):
      for send in list.bySender[list.senderStarts[rank]..<list.senderStarts[rank + 1]] {
        peers.append(Peer(rank: Int32(send.to), bytes: send.bytes))
      }
    }
  }

  /// Appends the ranks that one receives from.
  @inline(__always)
  func appendSenders(to rank: Int, among rankCount: Int, into peers: inout [Peer]) {
    switch self {
    case .shift(let by, let within): peers.append(Peer(rank: shifted(rank, by: within - by, within: within)))
    case .exchange(let mask, let first):
      if rank < first { peers.append(Peer(rank: Int32(rank ^ mask))) }
    case .foldOnto(let base): if rank + base < rankCount { peers.append(Peer(rank: Int32(rank + base))) }
    case .unfoldFrom(let base): if rank >= base { peers.append(Peer(rank: Int32(rank - base))) }
    case .toRoot: if rank == 0 { for peer in 1..<rankCount { peers.append(Peer(rank: Int32(peer))) } }
    case .fromRoot: if rank > 0 { peers.append(Peer(rank: 0)) }
    case .allPairs: appendOthers(of: rank, among: rankCount, into: &peers)
    case .tree(let up, let down):
      let depth = treeDepth(rank)
      if up.contains(depth + 1) {
        appendChildren(of: rank, among: rankCount, isReducible: true, into: &peers)
      }
      if depth > 0 && down.contains(depth - 1) {
        peers.append(Peer(rank: Int32((rank - 1) / 2), isReducible: false))
      }
    case .twinTrees(let up, let down):
      TwinTrees(rankCount).appendSenders(to: rank, up: up, down: down, into: &peers)
    case .binomial(let distance, let isReversed):
      appendBinomialPeer(of: rank, distance, isAtRoot: isReversed, among: rankCount, into: &peers)
    case .chain(let first, let last, let isReversed):
      let edge = isReversed ? rank : rank - 1
      if edge >= first && edge <= last { peers.append(Peer(rank: Int32(isReversed ? edge + 1 : edge))) }
    case .list(let list):
      for send in list.byReceiver[list.receiverStarts[rank]..<list.receiverStarts[rank + 1]] {
        peers.append(Peer(rank: Int32(send.from), bytes: send.bytes))
      }
    }
  }

  /// Appends the ranks that one sends to where equal groups, numbered one after another, all do the step.
  @inline(__always)
  func appendReceivers(from rank: Int, inGroupsOf size: Int, into peers: inout [Peer]) {
    if rank < size { return appendReceivers(from: rank, among: size, into: &peers) }
    let first = peers.count
    appendReceivers(from: rank % size, among: size, into: &peers)
    for index in first..<peers.count { peers[index].rank += Int32(rank - rank % size) }
  }

  /// Appends the ranks that one receives from, in the same way.
  @inline(__always)
  func appendSenders(to rank: Int, inGroupsOf size: Int, into peers: inout [Peer]) {
    if rank < size { return appendSenders(to: rank, among: size, into: &peers) }
    let first = peers.count
    appendSenders(to: rank % size, among: size, into: &peers)
    for index in first..<peers.count { peers[index].rank += Int32(rank - rank % size) }
  }

  /// Messages of the step.
  func count(among rankCount: Int) -> Int {
    switch self {
    case .shift: return rankCount
    case .exchange(_, let first): return first
    case .foldOnto(let base), .unfoldFrom(let base): return rankCount - base
    case .toRoot, .fromRoot: return rankCount - 1
    case .allPairs: return rankCount * (rankCount - 1)
    case .tree(let up, let down):
      // One edge above every rank but the root: counted from below going up, from above going down.
      return edges(up.first, up.last, rankCount) + edges(down.first + 1, down.last + 1, rankCount)
    case .twinTrees(let up, let down): return TwinTrees(rankCount).edgeCount(up: up, down: down)
    case .binomial(let distance, _):
      return rankCount > distance ? (rankCount - 1 - distance) / (2 * distance) + 1 : 0
    case .chain(let first, let last, _): return last - first + 1
    case .list(let list): return list.bySender.count
    }
  }

  /// What is wrong with the pattern for so many ranks; nil if nothing is.
  func fault(among rankCount: Int) -> String? {
    switch self {
    case .shift(let by, let within):
      return within >= 2 && rankCount % within == 0 && by >= 1 && by < within
        ? nil : "shift by \(by) within \(within) of \(rankCount) ranks"
    case .exchange(let mask, let first):
      let isClosed = mask >= 1 && first >= 2 && first <= rankCount && first % (mask << 1) == 0
      return isClosed && mask & (mask - 1) == 0
        ? nil : "exchange by \(mask) of the first \(first) of \(rankCount) ranks"
    case .foldOnto(let base), .unfoldFrom(let base):
      return base >= 1 && base < rankCount && rankCount <= 2 * base
        ? nil : "fold of \(rankCount) ranks onto \(base)"
    case .chain(let first, let last, _):
      return first >= 0 && first <= last && last + 1 < rankCount
        ? nil : "chain from \(first) to \(last + 1) of \(rankCount) ranks"
    case .binomial(let distance, _):
      return distance >= 1 && distance < rankCount
        ? nil : "binomial step by \(distance) of \(rankCount) ranks"
    case .toRoot, .fromRoot, .allPairs, .tree, .twinTrees: return nil
    case .list(let list):
      for send in list.bySender {
        guard (0..<rankCount).contains(send.from), (0..<rankCount).contains(send.to) else {
          return "a send from \(send.from) to \(send.to) of \(rankCount) ranks"
        }
        if send.from == send.to { return "rank \(send.from) sends to itself" }
        if !(send.bytes >= 0 && send.bytes.isFinite) { return "a send of \(send.bytes) bytes" }
      }
      return list.senderStarts.count == rankCount + 1 ? nil : "a list for another number of ranks"
    }
  }

  @inline(__always) private func shifted(_ rank: Int, by: Int, within: Int) -> Int32 {
    if rank < within {
      let next = rank &+ by
      return Int32(truncatingIfNeeded: next >= within ? next &- within : next)
    }
    let local = rank % within
    let next = local + by
    return Int32(rank - local + (next >= within ? next - within : next))
  }

  private func appendOthers(of rank: Int, among rankCount: Int, into peers: inout [Peer]) {
    // Each begins with its neighbour, so that not all begin with the same.
    for distance in 1..<rankCount { peers.append(Peer(rank: shifted(rank, by: distance, within: rankCount))) }
  }

  private func appendBinomialPeer(
    of rank: Int, _ distance: Int, isAtRoot: Bool, among rankCount: Int, into peers: inout [Peer]
  ) {
    let place = rank % (2 * distance)
    if isAtRoot && place == 0 && rank + distance < rankCount {
      peers.append(Peer(rank: Int32(rank + distance)))
    } else if !isAtRoot && place == distance {
      peers.append(Peer(rank: Int32(rank - distance)))
    }
  }

  private func appendChildren(
    of rank: Int, among rankCount: Int, isReducible: Bool, into peers: inout [Peer]
  ) {
    for child in (2 * rank + 1)..<(2 * rank + 3) where child < rankCount {
      peers.append(Peer(rank: Int32(child), isReducible: isReducible))
    }
  }

  /// Edges to a parent from ranks at depths `first...last`, the root having none.
  private func edges(_ first: Int, _ last: Int, _ rankCount: Int) -> Int {
    let first = max(1, first)
    if first > last || first >= Int.bitWidth - 2 { return 0 }
    let below = min(rankCount, (1 << min(last + 1, Int.bitWidth - 2)) - 1)
    return max(0, below - ((1 << first) - 1))
  }
}
