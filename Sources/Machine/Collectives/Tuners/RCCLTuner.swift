import Quantities

/// RCCL's choice for MI300 and MI350 devices, by its tuning model.
///
/// The algorithm and protocol of least latency + S / bandwidth, as in NCCL but with tables of its own; between
/// nodes the protocol then follows from the size alone where there are limits for the kind. Trees are for
/// all-reduces, and inside one node not with Simple. PAT is off, as it is unless an environment variable asks
/// for it.
///
/// Known are the tables and rules. Approximated is the bandwidth they start from, which RCCL's search for
/// rings finds from the topology: `RCCLSystem` takes it as given. Rings of broadcasts and reduces count one
/// hop. The kernels that take very small and very large sizes in place of these algorithms are left out.
///
/// - Source: AMD ROCm RCCL, `src/graph/tuning.cc` and `src/misc/rccl_wrap.cc` of 2025.
public struct RCCLTuner: CollectiveTuner {
  public let system: RCCLSystem
  public let name = TunerName.rccl

  public init(_ system: RCCLSystem) { self.system = system }

  /// nil for another number of ranks than the system's, for a gather, a scatter and a barrier, and beyond a
  /// hundred days.
  public func choice(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> TunerChoice? {
    guard rankCount == system.rankCount else { return nil }
    if kind == .allToAll || kind == .sendReceive && rankCount == 2 {
      return TunerChoice(.direct, libraryName: "send_receive", channelProtocol: .simple)
    }
    var best: (algorithm: NCCLAlgorithm, channelProtocol: NCCLProtocol, time: Double)?
    for algorithm in [NCCLAlgorithm.tree, .ring] {
      for channelProtocol in NCCLProtocol.allCases {
        guard let time = system.time(kind, bytes: bytes, algorithm, channelProtocol) else { continue }
        if time < best?.time ?? .infinity { best = (algorithm, channelProtocol, time) }
      }
    }
    guard var best else { return nil }
    if let byRange = system.protocolByRange(kind, bytes: bytes) {
      best.channelProtocol = byRange
      guard let time = system.time(kind, bytes: bytes, best.algorithm, byRange) else { return nil }
      best.time = time
    }
    guard best.time < RCCLTuner.longest else { return nil }
    // It has a time inside a node only, so that levels never stand for its trees.
    let time: SimDuration? = saysTimes ? .microseconds(best.time) : nil
    return TunerChoice(best.algorithm, for: kind, best.channelProtocol, time, areSpread: false)
  }

  /// Whether its estimates are times: only inside a node. Between nodes they rank: factors of 0.1 rule sizes
  /// out, also of protocols that the size then calls for, and two nodes count as one.
  private var saysTimes: Bool { system.nodeCount == 1 }

  public func candidates(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> [TunerChoice] {
    guard rankCount == system.rankCount, saysTimes else { return [] }
    return [NCCLAlgorithm.tree, .ring].flatMap { algorithm in
      NCCLProtocol.allCases.compactMap { proto in
        system.time(kind, bytes: bytes, algorithm, proto).flatMap {
          $0 < RCCLTuner.longest
            ? TunerChoice(algorithm, for: kind, proto, .microseconds($0), areSpread: false) : nil
        }
      }
    }
  }

  /// A hundred days, in µs.
  private static let longest = 100 * 86400 * 1e6
}

extension RCCLSystem {
  /// The protocol that a size between nodes calls for, whatever the least time.
  func protocolByRange(_ kind: CollectiveKind, bytes: ByteCount) -> NCCLProtocol? {
    guard nodeCount >= 2, let ranges = RCCLTables.ranges(kind, generation) else { return nil }
    let size = kind == .allReduce ? bytes.bytes : bytes.bytes / Int64(rankCount)
    let widening = kind == .allReduce && nodeCount > 2 ? 3.8 : 1
    if hasLL128, size > ranges.ll128.0, Double(size) <= Double(ranges.ll128.1) * widening { return .ll128 }
    return size > ranges.ll.0 && size <= ranges.ll.1 ? .ll : .simple
  }

  /// µs; nil where there is no such combination.
  func time(
    _ kind: CollectiveKind, bytes: ByteCount, _ algorithm: NCCLAlgorithm, _ channelProtocol: NCCLProtocol
  ) -> Double? {
    let column = channelProtocol.index
    let steps: Double
    switch kind {
    case .allReduce: steps = Double(2 * (rankCount - 1))
    case .reduceScatter, .allGather: steps = Double(rankCount - 1)
    case .broadcast, .reduce: steps = Double(rankCount)
    default: return nil
    }
    guard algorithm == .ring || (algorithm == .tree && kind == .allReduce),
      channelProtocol != .ll128 || hasLL128,
      algorithm == .ring || nodeCount > 1 || channelProtocol != .simple,
      let shares = RCCLTables.share[algorithm], let inside = RCCLTables.insideLatency[algorithm]
    else { return nil }
    var bandwidth =
      (nodeCount <= 2 ? insideBandwidth : betweenBandwidth) * shares[nodeCount <= 2 ? 0 : 1][column]
    if algorithm == .ring, channelProtocol == .ll, nodeCount == 1, kind == .broadcast || kind == .reduce {
      bandwidth *= 1.65
    }
    bandwidth *= algorithm == .ring ? Double(rankCount) / steps : 0.5
    let size = min(26, NCCLTables.log2Floor(Int(bytes.bytes / 64)))
    if algorithm == .tree {
      bandwidth *= RCCLTables.treeCorrection(generation)[column][size]
    } else if nodeCount > 1 {
      bandwidth *= RCCLTables.ringCorrection(generation)[column][size]
    }
    guard bandwidth > 0 else { return nil }
    let between = betweenLatency(algorithm, channelProtocol)
    var latency = RCCLTables.baseLatency[column]
    if algorithm == .tree {
      let doublings = Double(NCCLTables.log2Floor(nodeCount))
      latency += 2 * (Double(ranksPerNode - 1) * inside[column] + doublings * between)
    } else if kind == .broadcast || kind == .reduce {
      latency += nodeCount > 1 ? RCCLTables.networkLatency[.ring]?[column] ?? 0 : inside[column]
    } else {
      let crossings = Double((kind == .allReduce ? 2 : 1) * (nodeCount - 1))
      let post = (hostProcessor == .intel ? 1.0 : 2.0) * (channelProtocol == .simple ? 3 : 1)
      latency += (steps - crossings) * (nodeCount > 1 ? max(inside[column], post) : inside[column])
      latency += crossings * between
    }
    return latency + Double(bytes.bytes) / (1000 * bandwidth)
  }

  private func betweenLatency(_ algorithm: NCCLAlgorithm, _ channelProtocol: NCCLProtocol) -> Double {
    let row = ranksPerNode == 1 ? NCCLAlgorithm.tree : algorithm
    return (RCCLTables.networkLatency[row]?[channelProtocol.index] ?? 0)
      + networkLatency * (channelProtocol == .simple ? 2 : 1)
  }
}
