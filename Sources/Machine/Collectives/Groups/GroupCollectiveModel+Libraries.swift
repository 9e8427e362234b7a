import Fabrics
import Quantities

/// What libraries choose for a group, and the times that their models say.
extension GroupCollectiveModel {
  func shape(of groups: RankGroups, for kind: CollectiveKind) -> GroupShape? {
    if kind == .sendReceive {
      if let known = sendShapes[groups] { return known }
      let shape = GroupShape(sendAmong: groups, on: cluster)
      sendShapes[groups] = .some(shape)
      return shape
    }
    if let known = shapes[groups] { return known }
    let shape = GroupShape(groups, on: cluster)
    shapes[groups] = .some(shape)
    return shape
  }

  /// The time by a library's own model; nil where none says it.
  func libraryTime(
    _ kind: CollectiveKind, _ bytes: ByteCount, _ shape: GroupShape?
  ) -> GroupCollectiveTime? {
    guard let shape else { return nil }
    let key = LibraryCase(kind: kind, bytes: bytes, shape: shape)
    if let known = libraryTimes[key] { return known }
    var time: GroupCollectiveTime?
    if let tuner = library(shape),
      let choice = try? tuner.choice(for: kind, bytes: bytes, among: shape.rankCount),
      let duration = choice.time
    {
      time = GroupCollectiveTime(
        duration: duration, algorithm: choice.algorithm, tuner: tuner.name, choice: choice, isExact: false)
    }
    libraryTimes[key] = .some(time)
    return time
  }

  /// The vendor's library, where it is asked for and has the group.
  private func library(_ shape: GroupShape) -> (any CollectiveTuner)? {
    if tuner == .auto, shape.nodeCount > 1, !cluster.isNonBlocking { return nil }
    if tuner == .auto || tuner == .nccl,
      let system = NCCLSystem.derived(from: cluster, device: device, shape)
    {
      return NCCLTuner(system)
    }
    if tuner == .auto || tuner == .rccl,
      let system = RCCLSystem.derived(from: cluster, device: device, shape)
    {
      return RCCLTuner(system)
    }
    return nil
  }

  /// Who chooses the schedule; nil leaves it to the least closed form.
  func chooser(_ shape: GroupShape?) -> (any CollectiveTuner)? {
    switch tuner {
    case .openMPI: OpenMPITuner()
    case .mpich: MPICHTuner()
    case .auto, .nccl, .rccl: shape.flatMap { library($0) }
    case .least, .calibration: nil
    }
  }
}
