import Quantities

/// What NCCL would take for a collective, and how long it takes.
public struct NCCLChoice: Sendable, Equatable {
  /// nil for sends and receives, which have no algorithm to choose.
  public var algorithm: NCCLAlgorithm?
  public var channelProtocol: NCCLProtocol
  public var time: SimDuration
  /// S over the time.
  public var algorithmBandwidth: Bandwidth
  /// Bandwidth that every rank's link would need by the ring: 2(n − 1)/n of the algorithm's for an
  /// all-reduce, (n − 1)/n for a gather, a scatter or an all-to-all, 1 otherwise.
  ///
  /// - Source: nccl-tests, doc/PERFORMANCE.md.
  public var busBandwidth: Bandwidth
}

/// NCCL's tuning model: the algorithm and protocol of least time among all it has for a collective.
///
///     T = latency + S / bandwidth
///
/// Where the cost of a message between nodes is known, the choice is by this time and the time by
/// `pipelinedTime`, as NCCL does not know that cost when it chooses.
///
/// - Parameters:
///   - bytes: S, the whole buffer, as `CollectiveKind` says.
///   - allowed: the algorithms to choose from.
/// - Returns: nil where no algorithm does the collective: gather, scatter and barrier are no collectives of
///   NCCL, `allowed` may exclude all, and a hundred days are beyond the model.
/// - Complexity: O(algorithms × protocols).
/// - Source: NVIDIA NCCL 2.30.7, `src/graph/tuning.cc`.
public func ncclChoice(
  _ kind: CollectiveKind, bytes: ByteCount, on system: NCCLSystem,
  among allowed: [NCCLAlgorithm] = NCCLAlgorithm.allCases
) -> NCCLChoice? {
  let size = Double(bytes.bytes)
  if kind == .allToAll || kind == .sendReceive {
    let time = system.pointToPointTime(kind, bytes: size)
    return NCCLChoice(nil, .simple, microseconds: time, kind, size, system)
  }
  var best: (algorithm: NCCLAlgorithm, proto: NCCLProtocol, time: Double)?
  for algorithm in allowed {
    for proto in NCCLProtocol.allCases {
      guard let time = system.time(kind, bytes: size, algorithm, proto) else { continue }
      if time < best?.time ?? .infinity { best = (algorithm, proto, time) }
    }
  }
  return best.flatMap { best in
    let time = system.pipelinedTime(kind, bytes: size, best.algorithm, best.proto) ?? best.time
    return NCCLChoice(best.algorithm, best.proto, microseconds: time, kind, size, system)
  }
}

/// NCCL's time for one algorithm and protocol; nil where it does not have them for this collective or group.
public func ncclTime(
  _ kind: CollectiveKind, bytes: ByteCount, on system: NCCLSystem, _ algorithm: NCCLAlgorithm,
  _ channelProtocol: NCCLProtocol
) -> SimDuration? {
  let size = Double(bytes.bytes)
  guard let time = system.time(kind, bytes: size, algorithm, channelProtocol) else { return nil }
  let pipelined = system.pipelinedTime(kind, bytes: size, algorithm, channelProtocol) ?? time
  return pipelined < NCCLChoice.longest ? .microseconds(pipelined) : nil
}

extension NCCLSystem {
  /// µs of a collective of S bytes.
  func time(
    _ kind: CollectiveKind, bytes: Double, _ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol
  ) -> Double? {
    guard var bandwidth = bandwidth(kind, algorithm, proto), bandwidth > 0 else { return nil }
    var latency = latency(kind, algorithm, proto)
    let size = NCCLTables.log2Floor(Int(bytes / 64))
    if algorithm == .tree, size < 23 { bandwidth *= NCCLTables.treeCorrection[proto.index][size] }
    // The plateau of a ring across nodes.
    if algorithm == .ring, proto == .simple, nodeCount > 1, kind == .allReduce,
      bytes >= 64 * Double(channelCount * rankCount)
    {
      latency *= generation < .ampere ? 1.9 : 1.4
    }
    var time = latency + bytes / (1000 * bandwidth)
    if let applied, algorithm == .ring, proto != .ll {
      time += bytes / Double(rankCount) / (1000 * applied.copyRate * (kind == .allReduce ? 2 : 1))
    }
    return time
  }
}

extension NCCLChoice {
  /// A hundred days, in µs.
  fileprivate static let longest = 100 * 86400 * 1e6

  /// Fails where the time is longer than `SimDuration` holds.
  fileprivate init?(
    _ algorithm: NCCLAlgorithm?, _ proto: NCCLProtocol, microseconds: Double, _ kind: CollectiveKind,
    _ bytes: Double, _ system: NCCLSystem
  ) {
    guard microseconds < NCCLChoice.longest else { return nil }
    self.algorithm = algorithm
    channelProtocol = proto
    time = .microseconds(microseconds)
    algorithmBandwidth = .gigabytesPerSecond(bytes / (1000 * microseconds))
    busBandwidth = algorithmBandwidth * kind.busFactor(rankCount: system.rankCount)
  }
}

extension CollectiveKind {
  /// Bus bandwidth over algorithm bandwidth, by the convention of nccl-tests.
  ///
  /// - Source: nccl-tests, doc/PERFORMANCE.md.
  public func busFactor(rankCount: Int) -> Double {
    let share = Double(rankCount - 1) / Double(rankCount)
    switch self {
    case .allReduce: return 2 * share
    case .reduceScatter, .allGather, .allToAll, .gather, .scatter: return share
    case .broadcast, .reduce, .sendReceive, .barrier: return 1
    }
  }
}
