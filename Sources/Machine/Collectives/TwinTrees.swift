/// Two binary trees over the same ranks in which a rank with children in one is a leaf of the other.
///
/// Ranks stand at positions 0..<n. Position 0 is the root, over the largest power of two below n alone; the
/// height of another position is the number of zeros that end it, that of the root K = ⌈log₂ n⌉. A position
/// p of height h > 0 has the children p − 2ʰ⁻¹ and p + 2ʰ⁻¹, or in place of the second, where that is n or
/// above, the nearest of p + 2ʰ⁻², p + 2ʰ⁻³, … below n. Odd positions are the leaves. In the first tree rank
/// r stands at r. In the second it stands at n − 1 − r if n is even, at r − 1 round the ranks if n is odd, so
/// that the leaves are the even ranks, rank 0 aside for odd n.
///
/// - Source: P. Sanders, J. Speck, J. L. Träff, Parallel Computing 35(12), 2009,
///   doi:10.1016/j.parco.2009.09.001; the form by trailing zeros is that of NVIDIA NCCL 2.4.
struct TwinTrees {
  let rankCount: Int

  init(_ rankCount: Int) { self.rankCount = rankCount }

  /// K.
  var height: Int { Int.bitWidth - (rankCount - 1).leadingZeroBitCount }

  func height(of position: Int) -> Int { position == 0 ? height : position.trailingZeroBitCount }

  func parent(of position: Int) -> Int? {
    if position == 0 { return nil }
    let bit = position & -position
    let above = (position ^ bit) | (bit << 1)
    return above < rankCount ? above : position ^ bit
  }

  func children(of position: Int) -> (first: Int?, second: Int?) {
    if position == 0 { return (rankCount > 1 ? 1 << (height - 1) : nil, nil) }
    var half = (position & -position) >> 1
    if half == 0 { return (nil, nil) }
    let first = position - half
    while half > 0 && position + half >= rankCount { half >>= 1 }
    return (first, half > 0 ? position + half : nil)
  }

  func position(of rank: Int, inSecond: Bool) -> Int {
    if !inSecond { return rank }
    if rankCount % 2 == 0 { return rankCount - 1 - rank }
    return rank == 0 ? rankCount - 1 : rank - 1
  }

  func rank(at position: Int, inSecond: Bool) -> Int {
    if !inSecond { return position }
    if rankCount % 2 == 0 { return rankCount - 1 - position }
    return position == rankCount - 1 ? 0 : position + 1
  }

  func appendReceivers(from rank: Int, up: DepthRange, down: DepthRange, into peers: inout [Peer]) {
    for inSecond in [false, true] {
      let position = position(of: rank, inSecond: inSecond)
      let height = height(of: position)
      if up.contains(height), let parent = parent(of: position) { append(parent, inSecond, true, &peers) }
      if down.contains(height) { appendChildren(of: position, inSecond, false, &peers) { _ in true } }
    }
  }

  func appendSenders(to rank: Int, up: DepthRange, down: DepthRange, into peers: inout [Peer]) {
    for inSecond in [false, true] {
      let position = position(of: rank, inSecond: inSecond)
      appendChildren(of: position, inSecond, true, &peers) { up.contains(height(of: $0)) }
      if let parent = parent(of: position), down.contains(height(of: parent)) {
        append(parent, inSecond, false, &peers)
      }
    }
  }

  /// Edges of both trees that a step uses.
  ///
  /// - Complexity: O(1).
  func edgeCount(up: DepthRange, down: DepthRange) -> Int {
    // Positions of height h or more, the root aside: ⌊(n − 1)/2ʰ⌋.
    func positions(_ range: DepthRange, from least: Int) -> Int {
      let (first, last) = (max(least, range.first), min(height - 1, range.last))
      return first > last ? 0 : (rankCount - 1) >> first - (rankCount - 1) >> (last + 1)
    }
    var downward = 2 * positions(down, from: 1)
    // The last position has no second child, and the root one child in all.
    let last = height(of: rankCount - 1)
    if last >= 1 && down.contains(last) { downward -= 1 }
    if down.contains(height) && rankCount > 1 { downward += 1 }
    return 2 * (positions(up, from: 0) + downward)
  }

  private func appendChildren(
    of position: Int, _ inSecond: Bool, _ isReducible: Bool, _ peers: inout [Peer],
    where isWanted: (Int) -> Bool
  ) {
    let (first, second) = children(of: position)
    if let first, isWanted(first) { append(first, inSecond, isReducible, &peers) }
    if let second, isWanted(second) { append(second, inSecond, isReducible, &peers) }
  }

  private func append(_ position: Int, _ inSecond: Bool, _ isReducible: Bool, _ peers: inout [Peer]) {
    peers.append(Peer(rank: Int32(rank(at: position, inSecond: inSecond)), isReducible: isReducible))
  }
}
