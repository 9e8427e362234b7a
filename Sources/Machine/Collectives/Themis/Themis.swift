extension DimensionalCollective {
  /// Chunks whose orders even out the load of the dimensions.
  ///
  /// Chunk by chunk, the dimensions are taken from the one of least load so far to the one of most, for the
  /// first carries the most bytes. While the loads differ by less than the time of a sixteenth of a chunk in
  /// the least loaded dimension, the order given stands.
  ///
  /// - Complexity: O(chunks · dimensions · log dimensions).
  /// - Source: Rashidi et al. 2022, doi:10.1145/3470496.3527382, algorithm 1.
  public static func themis(
    _ kind: CollectiveKind, bytes: Double, over dimensions: [NetworkDimension], chunkCount: Int,
    reductionSecondsPerByte: Double = 0
  ) throws(CollectiveError) -> DimensionalCollective {
    var result = try DimensionalCollective(
      kind, bytes: bytes, over: dimensions, chunkCount: chunkCount,
      reductionSecondsPerByte: reductionSecondsPerByte)
    var loads = [Double](repeating: 0, count: dimensions.count)
    for chunk in result.orders.indices {
      let byLoad = dimensions.indices.sorted { (loads[$0], $0) < (loads[$1], $1) }
      let (least, most) = (byLoad[0], byLoad[byLoad.count - 1])
      let threshold = result.time(
        Stage(dimension: least, bytes: result.chunkBytes / 16, reduces: kind != .allGather))
      if loads[most] - loads[least] >= threshold { result.orders[chunk] = byLoad }
      for stage in result.stages(of: chunk) { loads[stage.dimension] += result.time(stage) }
    }
    return result
  }

  /// Seconds that each dimension works in all.
  public var loads: [Double] {
    var loads = [Double](repeating: 0, count: dimensions.count)
    for chunk in orders.indices {
      for stage in stages(of: chunk) { loads[stage.dimension] += time(stage) }
    }
    return loads
  }
}
