import Collectives
import EventCore
import Fabrics
import Parallelism
import Quantities
import StepGraphs

/// The collectives and messages of a step on a cluster: how long each takes and what it puts on which link.
///
/// A call is that of one group while its siblings, groups of the same communicator on the same nodes, do the same.
/// Groups at work for different purposes are not seen by one another.
struct CollectiveTiming {
  /// By call index of the graph.
  private(set) var durations: [SimDuration] = []
  private(set) var reports: [CollectiveReport] = []
  private(set) var eventCount = 0
  private(set) var fingerprints: [UInt64] = []
  private let model: GroupCollectiveModel
  private let job: TrainingJob
  private let graph: StepGraph
  /// By call index, the report that it counts in.
  private var reportOfCall: [Int] = []
  /// What calls put on links, each with how it is done and how often a step makes it.
  private var loads: [Load] = []

  private struct Load {
    var call: StepGraph.CollectiveCall
    var groups: RankGroups
    var algorithm: CollectiveAlgorithm?
    var count: Double
  }

  /// Links that a result lists at most, the busiest.
  private static let listedLinks = 4096

  /// - Throws: `FabricError` for a cluster that cannot be built, `CollectiveError` for an algorithm
  ///   that does not suit the ranks, a library that is not for them, and ranks without a route.
  init(_ graph: StepGraph, job: TrainingJob) throws {
    self.job = job
    self.graph = graph
    let fidelity: GroupFidelity =
      switch job.network {
      // A pattern of one's own has no closed form on a fabric; its steps are solved instead.
      case .analytic: job.pattern == nil ? .closedForm : .steps
      case .flow: job.folding == .off ? .events : .steps
      }
    let device = job.plan.fleet.networkDevice
    // γ: adding an arrived element reads two values and writes one at memory speed.
    let gamma = 3 / (device.memoryBandwidth.bytesPerSecond * device.calibration.memoryEfficiency)
    model = try GroupCollectiveModel(
      job.cluster, device: device, seed: job.seed, tuner: job.tuner, fidelity: fidelity,
      allReduce: job.allReduce, allReducePattern: job.pattern, reductionSecondsPerByte: gamma)
    if graph.calls.isEmpty {
      _ = try Fabric(job.cluster, seed: job.seed)
      return
    }
    let counts = graph.callCounts
    var groups = SiblingGroups(graph, devicesPerNode: job.cluster.devicesPerNode)
    for (index, call) in graph.calls.enumerated() {
      try time(call, groups.groups(of: call), count: counts[index])
    }
  }

  private mutating func time(_ call: StepGraph.CollectiveCall, _ groups: RankGroups, count: Int) throws {
    let report: CollectiveReport
    if let calibration = job.calibration, call.kind == .allReduce, call.communicator == .data {
      try calibration.check(
        call.kind, rankCount: groups.first.count, nodeCount: job.cluster.nodeCount)
      report = CollectiveReport(
        kind: call.kind, communicator: call.communicator, ranks: groups.first.count, bytes: call.bytes,
        algorithm: nil, library: nil, duration: calibration.time(of: call.bytes), count: count, isExact: false
      )
    } else {
      let time = try model.time(call.kind, bytes: call.bytes, among: groups)
      report = CollectiveReport(
        kind: call.kind, communicator: call.communicator, ranks: groups.first.count, bytes: call.bytes,
        algorithm: time.algorithm,
        library: time.tuner.flatMap { tuner in time.choice.map { LibraryCall(tuner, $0) } },
        duration: time.duration, count: count, isExact: time.isExact)
      eventCount += time.eventCount
      if let fingerprint = time.fingerprint { fingerprints.append(fingerprint.value) }
      loads.append(Load(call: call, groups: groups, algorithm: time.algorithm, count: Double(count)))
    }
    durations.append(report.duration)
    if let known = reports.firstIndex(where: { $0.isAlike(report) }) {
      reports[known].count += count
    } else {
      reports.append(report)
    }
  }

  /// Links by the bytes they carry in a step, busiest first; links without traffic are left
  /// out, and all beyond the first thousands.
  ///
  /// A group and its siblings stand for all groups of their class, so that their bytes are counted where they are, on
  /// the nodes of the class's first group; a call among all ranks is counted in full.
  func linkLoads(stepSeconds: Double) throws -> [LinkLoad] {
    var total: [Double] = []
    for load in loads where load.groups.first.count > 1 {
      guard
        let onLink = try model.bytesOnLinks(
          of: load.call.kind, bytes: load.call.bytes, among: load.groups)
      else { continue }
      if total.isEmpty { total = Array(repeating: 0, count: onLink.count) }
      for index in onLink.indices { total[index] += onLink[index] * load.count }
    }
    if total.isEmpty { return [] }
    let fabric = try model.fabric()
    let used = total.indices.filter { total[$0] > 0 }.sorted {
      (total[$1] / fabric.links[$1].bandwidth.bytesPerSecond, $0)
        < (total[$0] / fabric.links[$0].bandwidth.bytesPerSecond, $1)
    }
    return used.prefix(Self.listedLinks).map { index in
      let link = fabric.links[index]
      return LinkLoad(
        name: fabric.name(of: LinkID(index)), bandwidth: link.bandwidth, bytesPerStep: total[index],
        utilization: total[index] / (link.bandwidth.bytesPerSecond * stepSeconds))
    }
  }

  /// Bytes between devices where there are at most 16 of them, else between nodes; empty where there are more than 64,
  /// the pattern is not built in or a calibration hides it.
  func traffic() throws -> Traffic {
    let cluster = job.cluster
    let deviceCount = cluster.nodeCount * cluster.devicesPerNode
    let perNode = deviceCount > 16 && cluster.nodeCount > 1
    let count = perNode ? cluster.nodeCount : deviceCount
    guard count > 1, count <= 64, job.plan.rankCount <= 1024, job.pattern == nil, job.calibration == nil
    else { return Traffic(isBetweenNodes: perNode, labels: [], flows: []) }
    var total = [Double](repeating: 0, count: count * count)
    let fabric = try model.fabric()
    for load in loads where load.groups.first.count > 1 {
      for group in [load.groups.first] + load.groups.siblings {
        let matrix = try matrix(
          of: load, among: group, on: fabric, groupCount: count,
          {
            perNode ? Int(fabric.node(of: $0).index) : Int($0.index)
          })
        for pair in matrix.indices { total[pair] += matrix[pair] * load.count }
      }
    }
    let flows = total.indices.filter { total[$0] > 0 && $0 / count != $0 % count }.map {
      Traffic.Flow(from: $0 / count, to: $0 % count, bytes: total[$0])
    }
    return Traffic(
      isBetweenNodes: perNode, labels: (0..<count).map { perNode ? "node \($0)" : "\($0)" }, flows: flows)
  }

  /// Bytes of one call between groups of devices; a ring stands for a library's pattern that the group does not have.
  private func matrix(
    of load: Load, among group: [DeviceID], on fabric: Fabric, groupCount: Int, _ groupOf: (DeviceID) -> Int
  ) throws -> [Double] {
    var request = CollectiveRequest(
      load.call.kind, load.algorithm ?? job.allReduce, bytes: load.call.bytes, ranks: group)
    do {
      return try trafficMatrix(request, on: fabric, groupCount: groupCount, group: groupOf)
    } catch {
      guard load.call.kind.algorithms.contains(.ring) else { throw error }
      request.algorithm = .ring
      return try trafficMatrix(request, on: fabric, groupCount: groupCount, group: groupOf)
    }
  }
}
