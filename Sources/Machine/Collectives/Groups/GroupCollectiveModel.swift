import Fabrics
import Hardware
import Quantities

/// The collectives of groups of a cluster's ranks, each beside its siblings.
///
/// Where the vendor's library suits the group, its tuning model says the time, from how the group lies on the
/// nodes and what it has of their ports: that costs microseconds whatever the cluster's size, and builds no
/// fabric. Elsewhere the schedule is run on the fabric, with the siblings' messages on the same links.
///
/// Times are kept by kind, bytes and groups. A model is not shared between threads.
public final class GroupCollectiveModel {
  public let cluster: ClusterShape
  public let device: Accelerator
  /// Who chooses algorithms.
  public let tuner: TunerName
  public let fidelity: GroupFidelity
  /// The algorithm of all-reduces; `auto` leaves it to the tuner.
  public let allReduce: CollectiveAlgorithm
  /// An all-reduce of your own, in place of `allReduce`.
  public let allReducePattern: (any CollectivePattern)?
  /// γ: seconds of reduction arithmetic per received byte.
  public let reductionSecondsPerByte: Double

  private let seed: UInt64
  private var builtFabric: Fabric?
  var shapes: [RankGroups: GroupShape?] = [:]
  var sendShapes: [RankGroups: GroupShape?] = [:]
  var libraryTimes: [LibraryCase: GroupCollectiveTime?] = [:]
  private var scheduledTimes: [ScheduledCase: GroupCollectiveTime] = [:]
  /// What was learnt of the routes of the groups asked for last.
  var models: [RankGroups: CollectiveModel] = [:]

  struct LibraryCase: Hashable {
    var kind: CollectiveKind
    var bytes: ByteCount
    var shape: GroupShape
  }

  private struct ScheduledCase: Hashable {
    var kind: CollectiveKind
    var bytes: ByteCount
    var groups: RankGroups
  }

  /// - Parameters:
  ///   - fabric: the cluster's, if it is built already; else it is when first needed.
  ///   - seed: of the choice among equal shortest paths of a network.
  ///   - reductionSecondsPerByte: γ.
  /// - Throws: `CollectiveError.untuned` where a library is named that is not for the devices, and for a
  ///   calibration.
  public init(
    _ cluster: ClusterShape, device: Accelerator, fabric: Fabric? = nil, seed: UInt64 = 0,
    tuner: TunerName = .auto, fidelity: GroupFidelity = .steps, allReduce: CollectiveAlgorithm = .auto,
    allReducePattern: (any CollectivePattern)? = nil, reductionSecondsPerByte: Double = 0
  ) throws(CollectiveError) {
    self.cluster = cluster
    self.device = device
    self.tuner = tuner
    self.fidelity = fidelity
    self.allReduce = allReduce
    self.allReducePattern = allReducePattern
    self.reductionSecondsPerByte = reductionSecondsPerByte
    self.seed = seed
    builtFabric = fabric
    if tuner == .calibration { throw .untuned(tuner, TunerName.calibrationChoosesNothing) }
    let rankCount = cluster.nodeCount * cluster.devicesPerNode
    if rankCount > 1 { try tuner.check(rankCount: rankCount, cluster: cluster, device: device) }
  }

  /// The cluster's fabric, built when first asked for.
  public func fabric() throws(CollectiveError) -> Fabric {
    if let builtFabric { return builtFabric }
    do {
      let fabric = try Fabric(cluster, seed: seed)
      builtFabric = fabric
      return fabric
    } catch { throw .fabric(error) }
  }

  /// How long a collective of a group takes while its siblings do the same.
  ///
  /// - Parameters:
  ///   - bytes: S, the whole buffer, as `CollectiveKind` says.
  ///   - groups: of equal size.
  /// - Throws: as `simulate(_:on:folded:)`, and `CollectiveError.unequalGroups`.
  /// - Complexity: O(1) for groups seen before, else O(ranks of all groups · log ranks) where a library's
  ///   model says the time; on the fabric O(different steps · ranks of all groups), or O(messages).
  public func time(
    _ kind: CollectiveKind, bytes: ByteCount, among groups: RankGroups
  ) throws(CollectiveError) -> GroupCollectiveTime {
    try check(groups)
    if groups.first.count == 1 { return GroupCollectiveTime(duration: .zero, isExact: true) }
    let key = ScheduledCase(kind: kind, bytes: bytes, groups: groups)
    if let known = scheduledTimes[key] { return known }
    var chosen: (tuner: TunerName, choice: TunerChoice)?
    if kind != .allReduce || (allReduce == .auto && allReducePattern == nil) {
      let shape = shape(of: groups, for: kind)
      if let time = libraryTime(kind, bytes, shape) { return time }
      if let tuner = chooser(shape),
        let choice = try tuner.choice(for: kind, bytes: bytes, among: groups.first.count)
      {
        chosen = (tuner.name, choice)
      }
    }
    let time = try scheduled(kind, bytes, groups, chosen)
    scheduledTimes[key] = time
    return time
  }

  /// How long a message takes from one device to another while others are on their way.
  ///
  ///     T = α + bytes / share of the link that holds it back
  ///
  /// - Parameter beside: the other messages of as many bytes, each from the first to the second device.
  public func sendTime(
    bytes: ByteCount, from source: DeviceID, to target: DeviceID, beside: [(DeviceID, DeviceID)] = []
  ) throws(CollectiveError) -> GroupCollectiveTime {
    let groups = RankGroups(first: [source, target], siblings: beside.map { [$0.0, $0.1] })
    return try time(.sendReceive, bytes: bytes, among: groups)
  }

  private func check(_ groups: RankGroups) throws(CollectiveError) {
    if groups.first.isEmpty { throw .noRanks }
    for sibling in groups.siblings where sibling.count != groups.first.count {
      throw .unequalGroups(sibling.count, rankCount: groups.first.count)
    }
  }
}
