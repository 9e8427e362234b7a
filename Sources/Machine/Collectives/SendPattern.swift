/// Who sends to whom in one step, of ranks 0..<n.
public enum SendPattern: Sendable, Hashable {
  /// Every rank to the one `by` further on, round its block of `within` ranks.
  case shift(by: Int, within: Int)
  /// Ranks below `first` with the rank whose number differs in `mask`, both ways.
  case exchange(mask: Int, first: Int)
  /// Rank k + i to rank i: those above a power of two hand over.
  case foldOnto(Int)
  /// Rank i to rank k + i: they get the result back.
  case unfoldFrom(Int)
  /// Every other rank to rank 0.
  case toRoot
  /// Rank 0 to every other rank.
  case fromRoot
  /// Every rank to every other.
  case allPairs
  /// In the binary tree where rank r has children 2 r + 1 and 2 r + 2: from every rank at a depth in
  /// `up` to its parent, and from every rank at a depth in `down` to its children.
  case tree(up: DepthRange, down: DepthRange)
  /// The same in the two trees of `TwinTrees`, ranks by their heights above the leaves: from every rank at a
  /// height in `up` to its parent, and from every rank at a height in `down` to its children.
  case twinTrees(up: DepthRange, down: DepthRange)
  /// One level of a binomial tree: from every multiple of 2 · `distance` to the rank `distance` further on,
  /// or back.
  case binomial(distance: Int, isReversed: Bool)
  /// From rank i to i + 1 for i in `first...last`, or from i + 1 to i.
  case chain(first: Int, last: Int, isReversed: Bool)
  /// Any messages, each with bytes of its own.
  case list(SendList)
}

/// Depths or heights of a tree from `first` to `last`; none if `first` is above.
public struct DepthRange: Sendable, Hashable {
  public var first: Int
  public var last: Int

  public init(_ first: Int, _ last: Int) {
    self.first = first
    self.last = last
  }

  public static let none = DepthRange(0, -1)
  public var isEmpty: Bool { first > last }

  @inline(__always) func contains(_ depth: Int) -> Bool { depth >= first && depth <= last }
}

/// Messages listed one by one.
public struct SendList: Sendable, Hashable {
  public struct Send: Sendable, Hashable {
    public var from: Int
    public var to: Int
    public var bytes: Double

    public init(from: Int, to: Int, bytes: Double) {
      self.from = from
      self.to = to
      self.bytes = bytes
    }
  }

  /// By sender, then in the order given.
  let bySender: [Send]
  /// By receiver, then in the order of `bySender`.
  let byReceiver: [Send]
  let senderStarts: [Int]
  let receiverStarts: [Int]

  public init(_ sends: [Send], rankCount: Int) {
    func sorted(_ sends: [Send], by key: (Send) -> Int) -> ([Send], [Int]) {
      var starts = [Int](repeating: 0, count: rankCount + 1)
      for send in sends where (0..<rankCount).contains(key(send)) { starts[key(send) + 1] += 1 }
      for rank in 0..<rankCount { starts[rank + 1] += starts[rank] }
      let order = sends.indices.sorted { (key(sends[$0]), $0) < (key(sends[$1]), $1) }
      return (order.map { sends[$0] }, starts)
    }
    (bySender, senderStarts) = sorted(sends) { $0.from }
    (byReceiver, receiverStarts) = sorted(bySender) { $0.to }
  }
}

/// A message as one of its ends sees it.
struct Peer: BitwiseCopyable {
  var rank: Int32
  /// Whether it is reduced, if its step reduces.
  var isReducible = true
  /// Bytes of its own; negative where the step says.
  var bytes = -1.0
}

/// The depth of a rank in the binary tree: 0 for rank 0, 1 for ranks 1 and 2, …
@inline(__always) func treeDepth(_ rank: Int) -> Int { Int.bitWidth - 1 - (rank + 1).leadingZeroBitCount }
