import Fabrics

extension CollectiveModel {
  /// The dimensions of a group as the fabric has them: α and β of a ring step in which every rank sends to the
  /// next of the dimension, links shared.
  ///
  /// - Parameter lengths: as `Fabric.dimensionLengths(of:)` gives them.
  /// - Throws: `CollectiveError.needsDimensions` for fewer than two, or other ranks than theirs.
  /// - Complexity: O(dimensions · ranks · route length).
  public func dimensions(
    _ lengths: [Int], of ranks: [DeviceID]
  ) throws(CollectiveError) -> [NetworkDimension] {
    guard lengths.count >= 2, lengths.reduce(1, *) == ranks.count, ranks == fabric.devices else {
      throw .needsDimensions(lengths, rankCount: ranks.count)
    }
    let known = solver(for: ranks, inGroupsOf: ranks.count)
    var stride = 1
    var dimensions: [NetworkDimension] = []
    for length in lengths {
      let step = ScheduleStep(.shift(by: stride, within: stride * length), bytes: 1)
      let cost = try known.solver.solve(step, reductionSecondsPerByte: 0)
      let hop = HopCost(latency: cost.latency.seconds, secondsPerByte: cost.secondsPerByte)
      dimensions.append(NetworkDimension(rankCount: length, hop: hop))
      stride *= length
    }
    return dimensions
  }
}
