/// The latency side of NCCL's tuning model.
extension NCCLSystem {
  /// Latency of a collective, µs, whatever its bytes.
  ///
  ///     ring:      base + (steps − nᵢ) inside + nᵢ between,  nᵢ = 2(N − 1) or N − 1
  ///     tree:      base + 2 ((r − 1) inside + ⌊log2 N⌋ between)
  ///     NVLS:      inside + between;  NVLSTree: inside + 2 ⌊log2 N⌋ between
  ///     CollNet:   direct 2 (inside + 0.4 (r − 1)) + between;  chain 2 (r − 1) inside + between
  ///     PAT:       base + ⌊log2 N⌋ between / 3.5 + 2.8 n
  ///
  /// - Source: NVIDIA NCCL 2.30.7, `src/graph/tuning.cc`.
  func latency(_ kind: CollectiveKind, _ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol) -> Double {
    let base = applied?.baseLatency[proto.index] ?? NCCLTables.baseLatency[algorithm.index][proto.index]
    let inside = insideLatency(algorithm, proto)
    let between = betweenLatency(algorithm, proto)
    let neighbours = Double(ranksPerNode - 1)
    let doublings = Double(NCCLTables.log2Floor(nodeCount))
    switch algorithm {
    case .ring: return base + ringLatency(kind, proto, inside: inside, between: between)
    case .tree: return base + 2 * (neighbours * inside + doublings * between)
    case .collNetDirect: return 2 * (min(1, neighbours) * inside + 0.4 * neighbours) + between
    case .collNetChain: return 2 * neighbours * inside + between
    case .nvls: return (applied?.nvlsLatency ?? inside) + (nodeCount > 1 ? between : 0)
    case .nvlsTree: return inside + 2 * doublings * between
    case .pat: return base + doublings * between / 3.5 + 2.8 * Double(rankCount)
    }
  }

  private func ringLatency(
    _ kind: CollectiveKind, _ proto: NCCLProtocol, inside: Double, between: Double
  ) -> Double {
    // All channels of a broadcast or reduce follow the same order, so one hop is seen.
    if kind == .broadcast || kind == .reduce { return nodeCount > 1 ? between : inside }
    let steps = Double(ringSteps(kind) ?? 0)
    let crossings = Double((kind == .allReduce ? 2 : 1) * (nodeCount - 1))
    let post = (hostProcessor == .intel ? 1.0 : 2.0) * (proto == .simple ? 3 : 1)
    let hop = nodeCount > 1 ? max(inside, post) : inside
    return (steps - crossings) * hop + crossings * between
  }

  private func insideLatency(_ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol) -> Double {
    if let applied, algorithm == .ring { return applied.hopLatency[proto.index] }
    let table = insidePath == .nvlink ? NCCLTables.nvlinkLatency : NCCLTables.pciLatency
    return table[algorithm.index][proto.index]
  }

  private func betweenLatency(_ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol) -> Double {
    let row = ranksPerNode == 1 ? NCCLAlgorithm.tree : algorithm
    return NCCLTables.networkLatency[row.index][proto.index] + networkLatency * (proto == .simple ? 2 : 1)
  }
}
