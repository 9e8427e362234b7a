import Fabrics
import Quantities

/// Times and bytes of schedules on the fabric, the siblings' messages on the same links.
extension GroupCollectiveModel {
  /// Groups whose routes are remembered at a time: each takes memory in proportion to the links.
  private static let rememberedGroups = 8
  /// Ranks of all groups up to which every message is an event.
  private static let largestEventRun = 1024
  /// Devices of a cluster up to which bytes on links are counted one by one.
  private static let largestCountedCluster = 16384

  /// Payload bytes that one call of all groups puts on each link of `fabric()`, by link index.
  ///
  /// Where a reduction in the switch, or levels, stand for a library's algorithm and the group has none, a
  /// ring stands for its bytes.
  ///
  /// - Returns: nil for a lone rank, and on clusters of more than 16,384 devices.
  /// - Complexity: O(different steps · ranks of all groups + links).
  public func bytesOnLinks(
    of kind: CollectiveKind, bytes: ByteCount, among groups: RankGroups
  ) throws(CollectiveError) -> [Double]? {
    guard cluster.nodeCount * cluster.devicesPerNode <= Self.largestCountedCluster else { return nil }
    let time = try time(kind, bytes: bytes, among: groups)
    if groups.first.count == 1 { return nil }
    var request = request(kind, bytes, groups)
    let model = try model(of: groups)
    if let allReducePattern, kind == .allReduce {
      return try model.simulate(request, using: allReducePattern).bytesOnLink
    }
    request.algorithm = time.algorithm ?? .auto
    request.chunkCount = time.choice?.chunkCount
    do {
      return try model.bytesOnLinks(request)
    } catch {
      guard time.choice?.time != nil else { throw error }
      request.algorithm = .ring
      return try model.bytesOnLinks(request)
    }
  }

  private func request(
    _ kind: CollectiveKind, _ bytes: ByteCount, _ groups: RankGroups
  ) -> CollectiveRequest {
    var request = CollectiveRequest(
      kind, kind == .allReduce ? allReduce : .auto, bytes: bytes, ranks: groups.first,
      reductionSecondsPerByte: reductionSecondsPerByte)
    request.siblings = groups.siblings
    return request
  }

  private func model(of groups: RankGroups) throws(CollectiveError) -> CollectiveModel {
    if let known = models[groups] { return known }
    if models.count == Self.rememberedGroups { models.removeAll() }
    let model = CollectiveModel(on: try fabric())
    models[groups] = model
    return model
  }

  /// The time of the schedule on the fabric.
  func scheduled(
    _ kind: CollectiveKind, _ bytes: ByteCount, _ groups: RankGroups,
    _ chosen: (tuner: TunerName, choice: TunerChoice)?
  ) throws(CollectiveError) -> GroupCollectiveTime {
    var request = request(kind, bytes, groups)
    if let chosen {
      (request.algorithm, request.chunkCount) = (chosen.choice.algorithm, chosen.choice.chunkCount)
    }
    let model = try model(of: groups)
    let pattern = kind == .allReduce ? allReducePattern : nil
    // A pattern of one's own has no closed form on a fabric; its steps are solved instead.
    if fidelity == .closedForm && pattern == nil {
      let estimate = try model.closedForm(request)
      return GroupCollectiveTime(
        duration: estimate.duration, algorithm: estimate.algorithm, tuner: chosen?.tuner,
        choice: chosen?.choice, isExact: false)
    }
    let isFolded =
      fidelity != .events || (!groups.siblings.isEmpty && groups.rankCount > Self.largestEventRun)
    let run =
      if let pattern {
        try model.simulate(request, using: pattern, folded: isFolded)
      } else {
        try model.simulate(request, folded: isFolded, countsLinks: false)
      }
    return GroupCollectiveTime(
      duration: run.duration, algorithm: run.algorithm, tuner: chosen?.tuner, choice: chosen?.choice,
      isExact: run.isExact, eventCount: run.eventCount, fingerprint: run.fingerprint)
  }
}
