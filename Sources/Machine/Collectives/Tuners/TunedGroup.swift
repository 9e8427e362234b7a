import Fabrics
import Hardware

/// The ranks of a group and the machines they are on, as tuners look at them.
public struct TunedGroup: Sendable {
  public var fabric: Fabric
  /// The device of every rank, node by node.
  public var ranks: [DeviceID]
  /// nil on a network of hosts, of whose nodes and devices a library's model knows nothing.
  public var machines: (cluster: ClusterShape, device: Accelerator)?

  public init(
    _ ranks: [DeviceID], on fabric: Fabric, machines: (cluster: ClusterShape, device: Accelerator)? = nil
  ) {
    self.fabric = fabric
    self.ranks = ranks
    self.machines = machines
  }

  /// The tuner of a name.
  ///
  /// - Throws: `CollectiveError.untuned` where a library is not for these devices or this group, and for a
  ///   calibration, which says times and chooses nothing.
  public func tuner(_ name: TunerName) throws(CollectiveError) -> any CollectiveTuner {
    switch name {
    case .auto: return try tuner(automatic)
    case .nccl: return NCCLTuner(try ncclSystem())
    case .rccl: return RCCLTuner(try rcclSystem())
    case .openMPI: return OpenMPITuner()
    case .mpich: return MPICHTuner()
    case .least: return LeastClosedForm(on: fabric, ranks: ranks)
    case .calibration: throw .untuned(name, TunerName.calibrationChoosesNothing)
    }
  }

  /// What `auto` stands for: the library of the devices' vendor where it has the group and nothing between
  /// the nodes holds their ports back, which are all that its model sees; else `least`.
  public var automatic: TunerName {
    guard let cluster = machines?.cluster, ranks.count <= cluster.devicesPerNode || cluster.isNonBlocking
    else { return .least }
    if (try? ncclSystem()) != nil { return .nccl }
    return (try? rcclSystem()) != nil ? .rccl : .least
  }

  private func ncclSystem() throws(CollectiveError) -> NCCLSystem {
    let machines = try machines(of: .nccl)
    return try .tuned(ranks.count, machines.cluster, machines.device)
  }

  private func rcclSystem() throws(CollectiveError) -> RCCLSystem {
    let machines = try machines(of: .rccl)
    return try .tuned(ranks.count, machines.cluster, machines.device)
  }

  private func machines(
    of library: TunerName
  ) throws(CollectiveError) -> (cluster: ClusterShape, device: Accelerator) {
    guard let machines else { throw .untuned(library, "its model knows clusters, not networks of hosts") }
    return machines
  }
}

extension TunerName {
  static let calibrationChoosesNothing = "a calibration says times and chooses no algorithm"

  /// Whether it is for a group of a cluster's devices, without a fabric to ask.
  ///
  /// - Throws: `CollectiveError.untuned` where it is not.
  public func check(
    rankCount: Int, cluster: ClusterShape, device: Accelerator
  ) throws(CollectiveError) {
    switch self {
    case .nccl: _ = try NCCLSystem.tuned(rankCount, cluster, device)
    case .rccl: _ = try RCCLSystem.tuned(rankCount, cluster, device)
    case .auto, .openMPI, .mpich, .least, .calibration: break
    }
  }
}

extension NCCLSystem {
  /// The derived system, or why there is none.
  fileprivate static func tuned(
    _ rankCount: Int, _ cluster: ClusterShape, _ device: Accelerator
  ) throws(CollectiveError) -> NCCLSystem {
    if NCCLGeneration(of: device) == nil {
      throw .untuned(.nccl, "its model knows NVIDIA devices, not \(device.name)")
    }
    if let reason = unsuited(rankCount, on: cluster) { throw .untuned(.nccl, reason) }
    guard let system = derived(from: cluster, device: device, rankCount: rankCount) else {
      throw .untuned(.nccl, unsuitedPorts)
    }
    return system
  }
}

extension RCCLSystem {
  /// The same for RCCL.
  fileprivate static func tuned(
    _ rankCount: Int, _ cluster: ClusterShape, _ device: Accelerator
  ) throws(CollectiveError) -> RCCLSystem {
    if RCCLGeneration(of: device) == nil {
      throw .untuned(.rccl, "its tables are of AMD's MI300 and MI350 devices, not \(device.name)")
    }
    if let reason = unsuited(rankCount, on: cluster) { throw .untuned(.rccl, reason) }
    guard let system = derived(from: cluster, device: device, rankCount: rankCount) else {
      throw .untuned(.rccl, unsuitedPorts)
    }
    return system
  }
}

/// Why a model that counts nodes has nothing for a group; nil where it has.
private func unsuited(_ rankCount: Int, on cluster: ClusterShape) -> String? {
  if rankCount < 2 { return "a lone rank sends nothing" }
  let isPartial = rankCount > cluster.devicesPerNode && rankCount % cluster.devicesPerNode != 0
  return isPartial
    ? "its model needs nodes filled alike, and \(rankCount) ranks leave one in part" : nil
}

private let unsuitedPorts =
  "its model knows nodes with ports into a network, not levels or a network from a file"
