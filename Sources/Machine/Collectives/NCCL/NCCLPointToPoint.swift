/// Sends and receives, on which NCCL builds an all-to-all; its tuning model does not have them.
///
/// A group of sends takes the least of a few lines: small messages start sooner, large ones go faster.
///
///     T = min over lines  latency + peers · peer latency + bytes sent / (share · bandwidth) + own / copy rate
public struct NCCLPointToPoint: Sendable, Equatable {
  public struct Line: Sendable, Equatable {
    /// µs, of the launch and for every peer.
    public var latency: Double
    public var peerLatency: Double
    /// Share of the bandwidth of all channels.
    public var share: Double
  }

  public var lines: [Line]
  /// Rate at which a device copies what it sends to itself, GB/s.
  public var copyRate: Double

  /// The constants of a generation over a path. Volta's are Ampere's.
  ///
  /// - Source: fitted like `NCCLCalibration.measured`, on all-to-alls; over PCIe on two L40S.
  public static func measured(_ generation: NCCLGeneration, _ path: NCCLPath) -> NCCLPointToPoint {
    if path == .pci {
      return NCCLPointToPoint(
        lines: [
          Line(latency: 7.7, peerLatency: 0.1, share: 0.52), Line(latency: 19, peerLatency: 0.1, share: 1.1),
        ], copyRate: 620)
    }
    switch generation {
    case .volta, .ampere:
      return NCCLPointToPoint(
        lines: [
          Line(latency: 10.8, peerLatency: 0.6, share: 0.28), Line(latency: 43, peerLatency: 0, share: 0.9),
        ], copyRate: 740)
    case .hopper:
      return NCCLPointToPoint(
        lines: [
          Line(latency: 6.2, peerLatency: 0.18, share: 0.0375),
          Line(latency: 13.5, peerLatency: 0, share: 0.89),
        ], copyRate: 1860)
    case .blackwell:
      return NCCLPointToPoint(
        lines: [
          Line(latency: 9.3, peerLatency: 0.26, share: 0.083),
          Line(latency: 12.2, peerLatency: 0, share: 0.25), Line(latency: 24, peerLatency: 0, share: 0.86),
        ], copyRate: 650)
    }
  }
}

extension NCCLSystem {
  /// µs of an all-to-all of S bytes on every rank, or of S bytes from one rank to another.
  ///
  /// A lone send has the links to itself: the first line's latency and the whole bandwidth. Between nodes,
  /// the bytes that leave a node pass its ports while the others pass NVLink or PCIe; the longer of the
  /// two counts, and one hop of the network is added.
  func pointToPointTime(_ kind: CollectiveKind, bytes: Double) -> Double {
    let constants = NCCLPointToPoint.measured(generation, insidePath)
    let network =
      nodeCount == 1 ? 0 : NCCLTables.networkLatency[NCCLAlgorithm.ring.index][2] + 2 * networkLatency
    if kind == .sendReceive {
      let bandwidth = nodeCount == 1 ? insideBandwidth : betweenBandwidth / Double(portCount)
      return constants.lines[0].latency + network + bytes / (1000 * bandwidth)
    }
    let ranks = Double(rankCount)
    let outside = bytes * (ranks - Double(ranksPerNode)) / ranks
    let inside = bytes - outside - bytes / ranks
    let across = outside > 0 ? outside * Double(ranksPerNode) / (1000 * betweenBandwidth) : 0
    var best = Double.infinity
    for line in constants.lines {
      let within = inside / (1000 * line.share * insideBandwidth)
      best = min(best, line.latency + line.peerLatency * (ranks - 1) + max(within, across))
    }
    return best + network + bytes / ranks / (1000 * constants.copyRate)
  }
}
