import Fabrics
import Quantities

/// What chooses an algorithm for a collective: a library's rules, or the least closed form.
public protocol CollectiveTuner: Sendable {
  var name: TunerName { get }

  /// The algorithm taken for a size.
  ///
  /// - Parameters:
  ///   - bytes: S, the whole buffer, as `CollectiveKind` says.
  ///   - rankCount: n ≥ 2.
  /// - Returns: nil where the library has nothing for the kind or the group.
  func choice(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) throws(CollectiveError) -> TunerChoice?

  /// All that it compares for a size, each with its estimate; empty for one that goes by rules.
  func candidates(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> [TunerChoice]
}

extension CollectiveTuner {
  public func candidates(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> [TunerChoice] { [] }
}

/// What a tuner takes.
public struct TunerChoice: Sendable, Equatable {
  /// The pattern that stands for it here.
  public var algorithm: CollectiveAlgorithm
  /// What the library calls it.
  public var libraryName: String
  /// How the library marks data as ready, where it has a choice.
  public var channelProtocol: NCCLProtocol?
  /// Chunks, where the library fixes them.
  public var chunkCount: Int?
  /// Whether the library's algorithm differs from the pattern in more than details.
  public var isApproximate: Bool
  /// The tuner's own estimate, if it makes one.
  public var time: SimDuration?

  public init(
    _ algorithm: CollectiveAlgorithm, libraryName: String, channelProtocol: NCCLProtocol? = nil,
    chunkCount: Int? = nil, isApproximate: Bool = false, time: SimDuration? = nil
  ) {
    self.algorithm = algorithm
    self.libraryName = libraryName
    self.channelProtocol = channelProtocol
    self.chunkCount = chunkCount
    self.isApproximate = isApproximate
    self.time = time
  }
}

extension CollectiveRequest {
  /// The request with the algorithm, and the chunks, that a tuner takes for it.
  ///
  /// - Returns: nil where the tuner has none.
  public func tuned(by tuner: some CollectiveTuner) throws(CollectiveError) -> CollectiveRequest? {
    guard let choice = try tuner.choice(for: kind, bytes: bytes, among: ranks.count) else { return nil }
    var request = self
    request.algorithm = choice.algorithm
    request.chunkCount = chunkCount ?? choice.chunkCount
    return request
  }
}

/// `auto`: the algorithm of least closed form on a fabric.
public struct LeastClosedForm: CollectiveTuner {
  public let fabric: Fabric
  /// The ranks of a group are the first of these.
  public let ranks: [DeviceID]
  public let name = TunerName.least

  public init(on fabric: Fabric, ranks: [DeviceID]) {
    self.fabric = fabric
    self.ranks = ranks
  }

  public func choice(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) throws(CollectiveError) -> TunerChoice? {
    let request = CollectiveRequest(kind, .auto, bytes: bytes, ranks: Array(ranks.prefix(rankCount)))
    let estimate = try closedForm(request, on: fabric)
    return estimate.algorithm.map {
      TunerChoice($0, libraryName: $0.rawValue, time: estimate.duration)
    }
  }
}

/// NCCL's choice, by its tuning model.
public struct NCCLTuner: CollectiveTuner {
  public let system: NCCLSystem
  public let name = TunerName.nccl

  public init(_ system: NCCLSystem) { self.system = system }

  /// nil for another number of ranks than the system's too.
  public func choice(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> TunerChoice? {
    guard rankCount == system.rankCount, let choice = ncclChoice(kind, bytes: bytes, on: system) else {
      return nil
    }
    return TunerChoice(
      choice.algorithm, for: kind, choice.channelProtocol, choice.time, areSpread: system.isSpread)
  }

  public func candidates(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> [TunerChoice] {
    guard rankCount == system.rankCount else { return [] }
    if kind == .allToAll || kind == .sendReceive {
      return [choice(for: kind, bytes: bytes, among: rankCount)].compactMap { $0 }
    }
    return NCCLAlgorithm.allCases.flatMap { algorithm in
      NCCLProtocol.allCases.compactMap { proto in
        ncclTime(kind, bytes: bytes, on: system, algorithm, proto).map {
          TunerChoice(algorithm, for: kind, proto, $0, areSpread: system.isSpread)
        }
      }
    }
  }
}

extension TunerChoice {
  /// NCCL's and RCCL's names for what they do, nil for sends and receives.
  ///
  /// Their tree of an all-reduce is two trees; a reduction in the switch of a gather or a scatter is done
  /// directly. Over several nodes of several devices, a tree is a chain inside each node and two trees between
  /// them: where the time is the library's own, levels stand for it, which put the same 2 (N − 1)/N S on a
  /// node's ports. So they do for NVLSTree.
  ///
  /// - Parameters:
  ///   - time: nil where the library has none, so that the pattern's will be taken.
  ///   - areSpread: whether there are several nodes of several devices.
  init(
    _ algorithm: NCCLAlgorithm?, for kind: CollectiveKind, _ channelProtocol: NCCLProtocol,
    _ time: SimDuration?, areSpread: Bool
  ) {
    let isReduction = kind == .allReduce
    let hasLevels = areSpread && time != nil && isReduction
    let pattern: CollectiveAlgorithm =
      switch algorithm {
      case nil: .direct
      case .ring: .ring
      case .tree, .nvlsTree: hasLevels ? .hierarchical : isReduction ? .doubleBinaryTree : .tree
      case .pat: .parallelAggregatedTrees
      case .nvls, .collNetDirect, .collNetChain: isReduction ? .inNetwork : .direct
      }
    let isApproximate =
      switch algorithm {
      case .nvlsTree, .collNetChain: true
      case .tree: hasLevels
      case .nvls, .collNetDirect: !isReduction
      default: false
      }
    self.init(
      pattern, libraryName: algorithm?.rawValue ?? "send_receive", channelProtocol: channelProtocol,
      isApproximate: isApproximate, time: time)
  }
}

extension NCCLSystem {
  fileprivate var isSpread: Bool { nodeCount > 1 && ranksPerNode > 1 }
}
