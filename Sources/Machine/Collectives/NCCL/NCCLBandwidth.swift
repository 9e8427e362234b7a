/// The bandwidth side of NCCL's tuning model.
extension NCCLSystem {
  /// Bytes of the whole buffer per nanosecond (GB/s) that an algorithm and protocol move; nil where NCCL
  /// does not have it for this collective or group.
  ///
  ///     ring:  n / steps · min(shares and caps of protocol, channels · rate)
  ///     tree:  ½ · min(0.92 channels · rate, channels · cap)
  ///
  /// - Source: NVIDIA NCCL 2.30.7, `src/graph/tuning.cc`.
  func bandwidth(_ kind: CollectiveKind, _ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol) -> Double? {
    guard let steps = ringSteps(kind), isAvailable(kind, algorithm, proto) else { return nil }
    let ring = Double(rankCount) / Double(steps)
    switch algorithm {
    case .ring: return ringBandwidth(proto) * ring
    case .tree: return treeBandwidth(proto) * 0.5
    case .nvls, .nvlsTree: return nvlsBandwidth(kind, algorithm) * ring
    case .collNetChain: return Double(portCount) * collNetRate * 0.5
    case .collNetDirect: return collNetDirectBandwidth(kind)
    case .pat: return 0.75 * Double(channelCount) * rate(.pat)
    }
  }

  /// Steps of a ring; nil for what NCCL does not do with one.
  func ringSteps(_ kind: CollectiveKind) -> Int? {
    switch kind {
    case .allReduce: 2 * (rankCount - 1)
    case .reduceScatter, .allGather: rankCount - 1
    case .broadcast, .reduce: rankCount
    case .gather, .scatter, .allToAll, .sendReceive, .barrier: nil
    }
  }

  /// GB/s of a channel. Between two nodes a double tree sends S each way where a ring sends 2(n − 1)/n S,
  /// so its channels count twice.
  func rate(_ algorithm: NCCLAlgorithm) -> Double {
    switch (nodeCount, algorithm) {
    case (1, _): insideRate
    case (2, .tree): min(insideRate, 2 * betweenRate)
    default: min(insideRate, betweenRate)
    }
  }

  private func ringBandwidth(_ proto: NCCLProtocol) -> Double {
    let bus = Double(channelCount) * rate(.ring)
    if let applied {
      switch proto {
      case .ll: return min(applied.maximumLL, bus / 2)
      case .ll128: return applied.shareLL128 * bus
      case .simple: return applied.shareSimple * bus
      }
    }
    switch proto {
    case .ll: return min(maximumLL, bus / 2)
    case .ll128: return min(0.92 * bus, Double(channelCount) * cap(NCCLTables.ringLL128))
    case .simple: return bus
    }
  }

  private func treeBandwidth(_ proto: NCCLProtocol) -> Double {
    let channels = Double(channelCount)
    let bus = min(0.92 * channels * rate(.tree), channels * cap(NCCLTables.tree))
    switch proto {
    case .ll: return min(bus / 3.8, maximumLL)
    case .ll128:
      return min(bus * (nodeCount == 1 ? 7.0 / 9 : 120.0 / 128), channels * cap(NCCLTables.treeLL128))
    case .simple: return bus
    }
  }

  /// Every device of a node is the head of one channel.
  private func nvlsBandwidth(_ kind: CollectiveKind, _ algorithm: NCCLAlgorithm) -> Double {
    let heads = Double(ranksPerNode)
    if let applied {
      // Each device sends and receives S for the reduction and S/n of the result, so S (1 + 1/n) passes
      // its port; divided by the ring's ratio n / steps, which the caller applies.
      let passes = insideBandwidth * applied.nvlsShare * heads / (heads + 1)
      return passes * Double(ringSteps(kind) ?? 1) / Double(rankCount)
    }
    let efficiency = NCCLTables.nvlsEfficiency[generation.rawValue]
    var inside = insideBandwidth / heads * efficiency * (heads - 1) / heads
    inside *= kind == .allReduce ? 2 : (heads - 1) / heads
    if nodeCount == 1 { return heads * inside }
    var between = betweenBandwidth / heads
    if algorithm == .nvlsTree {
      if nodeCount <= 2 { between *= 2 }
      between = min(between, cap(NCCLTables.nvlsTree))
    }
    return heads * min(inside, between)
  }

  /// GB/s of a channel of CollNet, which has one for each port.
  private var collNetRate: Double { min(insideBandwidth, betweenBandwidth) / Double(portCount) }

  private func collNetDirectBandwidth(_ kind: CollectiveKind) -> Double {
    let devices = Double(ranksPerNode)
    if kind != .allReduce {
      return devices * min(collNetRate, 0.9 * betweenBandwidth / Double(portCount))
    }
    let ratio = devices / Double(portCount)
    let sharing = ratio - (ratio - 1) / 2
    return Double(portCount) * collNetRate / sharing * (generation >= .hopper ? 0.85 : 1) * 0.5
  }

  /// LL over all channels. Between nodes the processors decide, not the devices.
  private var maximumLL: Double {
    let row: NCCLGeneration =
      nodeCount == 1 ? generation : hostProcessor == .intel ? .volta : .ampere
    return NCCLTables.maximumLL[row.rawValue][NCCLTables.column(nodeCount: nodeCount)]
  }

  private func cap(_ table: [[Double]]) -> Double {
    table[generation.rawValue][NCCLTables.column(nodeCount: nodeCount)]
  }
}
