import Collectives
import Fabrics
import Quantities
import StepGraphs

/// The collectives of a step on a fabric: how long each takes and what it puts on which link.
///
/// All ranks take part in every collective and the communication stream runs one at a time, so each
/// has the network to itself: its time does not depend on when it starts, and equal calls are run once.
struct CollectiveTiming {
  /// By call index of the graph.
  private(set) var durations: [SimDuration] = []
  private(set) var reports: [CollectiveReport] = []
  private(set) var eventCount = 0
  private(set) var fingerprints: [UInt64] = []
  private let fabric: Fabric
  private let model: CollectiveModel
  private let job: TrainingJob
  /// Who chooses, where it is not the closed form of least time.
  private let tuner: (any CollectiveTuner)?
  /// For each algorithm in use, what one of its collectives puts on each link; none for calibrations.
  ///
  /// Loads grow in proportion to the bytes, so that one size speaks for all.
  private var loads: [(algorithm: CollectiveAlgorithm, bytes: ByteCount, onLink: [Double])] = []
  /// Links that a result lists at most, the busiest.
  private static let listedLinks = 4096

  /// - Throws: `FabricError` for a cluster that cannot be built, `CollectiveError` for an algorithm
  ///   that does not suit the ranks, a library that is not for them, and ranks without a route.
  init(_ graph: StepGraph, job: TrainingJob) throws {
    self.job = job
    fabric = try Fabric(job.cluster, seed: job.seed)
    model = CollectiveModel(on: fabric)
    tuner = graph.calls.isEmpty ? nil : try job.tuner(on: fabric)
    for call in graph.calls {
      if let known = reports.firstIndex(where: { $0.kind == call.kind && $0.bytes == call.bytes }) {
        reports[known].count += 1
      } else {
        try time(call)
      }
    }
    durations = graph.calls.map { call in
      reports.first { $0.kind == call.kind && $0.bytes == call.bytes }?.duration ?? .zero
    }
  }

  private func request(_ call: StepGraph.CollectiveCall) -> CollectiveRequest {
    CollectiveRequest(
      call.kind, job.allReduce, bytes: call.bytes,
      ranks: (0..<job.plan.rankCount).map { DeviceID($0) },
      reductionSecondsPerByte: reductionSecondsPerByte)
  }

  /// γ: adding an arrived element reads two values and writes one at memory speed.
  private var reductionSecondsPerByte: Double {
    let device = job.plan.device
    return 3 / (device.memoryBandwidth.bytesPerSecond * device.calibration.memoryEfficiency)
  }

  private mutating func time(_ call: StepGraph.CollectiveCall) throws {
    if let calibration = job.calibration {
      try calibration.check(
        call.kind, rankCount: job.plan.rankCount, nodeCount: job.cluster.nodeCount)
      reports.append(
        .init(
          kind: call.kind, bytes: call.bytes, algorithm: nil, library: nil,
          duration: calibration.time(of: call.bytes),
          count: 1, isExact: false))
      return
    }
    var request = request(call)
    var library: LibraryCall?
    if let tuner, let choice = try tuner.choice(for: call.kind, bytes: call.bytes, among: request.ranks.count)
    {
      (request.algorithm, request.chunkCount) = (choice.algorithm, choice.chunkCount)
      library = LibraryCall(tuner.name, choice)
      if let time = choice.time {
        let algorithm = try countLoads(standingFor: &library, request)
        reports.append(
          .init(
            kind: call.kind, bytes: call.bytes, algorithm: algorithm, library: library, duration: time,
            count: 1, isExact: false))
        return
      }
    }
    switch job.network {
    // A pattern of one's own has no closed form on a fabric; its steps are solved instead.
    case .analytic where job.pattern == nil:
      let estimate = try model.closedForm(request)
      let algorithm = estimate.algorithm ?? request.algorithm
      reports.append(
        .init(
          kind: call.kind, bytes: call.bytes, algorithm: algorithm, library: library,
          duration: estimate.duration, count: 1, isExact: false))
      request.algorithm = algorithm
      try countLoads(request)
    case .analytic, .flow:
      let run = try simulated(request)
      let algorithm = run.algorithm ?? request.algorithm
      reports.append(
        .init(
          kind: call.kind, bytes: call.bytes, algorithm: algorithm, library: library,
          duration: run.duration, count: 1, isExact: run.isExact))
      eventCount += run.eventCount
      fingerprints.append(run.fingerprint.value)
      request.algorithm = algorithm
      try countLoads(request, run.bytesOnLink)
    }
  }

  /// Keeps what an algorithm puts on each link, once for each; folded steps count it unless it is known.
  private mutating func countLoads(
    _ request: CollectiveRequest, _ known: [Double] = []
  ) throws(CollectiveError) {
    if loads.contains(where: { $0.algorithm == request.algorithm }) { return }
    let onLink = known.isEmpty ? try model.simulate(request).bytesOnLink : known
    loads.append((request.algorithm, request.bytes, onLink))
  }

  /// The same for what stands for a library's algorithm: a ring where a reduction in the switch finds none over
  /// the ranks of a node.
  ///
  /// - Returns: the pattern.
  private mutating func countLoads(
    standingFor library: inout LibraryCall?, _ request: CollectiveRequest
  ) throws(CollectiveError) -> CollectiveAlgorithm {
    do {
      try countLoads(request)
      return request.algorithm
    } catch {
      guard case .needsReducingSwitch = error else { throw error }
      var ring = request
      ring.algorithm = .ring
      library?.isApproximate = true
      try countLoads(ring)
      return ring.algorithm
    }
  }

  private func simulated(_ request: CollectiveRequest) throws(CollectiveError) -> CollectiveRun {
    let folded = job.folding != .off
    if let pattern = job.pattern { return try model.simulate(request, using: pattern, folded: folded) }
    return try model.simulate(request, folded: folded, countsLinks: false)
  }

  /// Links by the bytes they carry in a step, busiest first; links without traffic are left
  /// out, and all beyond the first thousands.
  func linkLoads(stepSeconds: Double) -> [LinkLoad] {
    var bytes = [Double](repeating: 0, count: fabric.linkCount)
    for load in loads {
      let total = reports.reduce(0.0) {
        $0 + ($1.algorithm == load.algorithm ? Double($1.bytes.bytes) * Double($1.count) : 0)
      }
      let scale = total / Double(load.bytes.bytes)
      for index in load.onLink.indices { bytes[index] += load.onLink[index] * scale }
    }
    let used = bytes.indices.filter { bytes[$0] > 0 }.sorted {
      (bytes[$1] / fabric.links[$1].bandwidth.bytesPerSecond, $0)
        < (bytes[$0] / fabric.links[$0].bandwidth.bytesPerSecond, $1)
    }
    return used.prefix(Self.listedLinks).map { index in
      let link = fabric.links[index]
      return LinkLoad(
        name: fabric.name(of: LinkID(index)), bandwidth: link.bandwidth, bytesPerStep: bytes[index],
        utilization: bytes[index] / (link.bandwidth.bytesPerSecond * stepSeconds))
    }
  }

  /// Bytes between devices where there are at most 16 of them, else between nodes; empty where there are more than 64,
  /// the pattern is not built in or a calibration hides it.
  func traffic() throws -> Traffic {
    let perNode = fabric.deviceCount > 16 && fabric.nodeCount > 1
    let count = perNode ? fabric.nodeCount : fabric.deviceCount
    guard count > 1, count <= 64, job.plan.rankCount <= 1024, job.pattern == nil,
      job.calibration == nil
    else {
      return Traffic(isBetweenNodes: perNode, labels: [], flows: [])
    }
    var total = [Double](repeating: 0, count: count * count)
    for report in reports {
      var request = request(.init(kind: report.kind, bytes: report.bytes))
      request.algorithm = report.algorithm ?? job.allReduce
      let matrix = try trafficMatrix(request, on: fabric, groupCount: count) {
        perNode ? Int(fabric.node(of: $0).index) : Int($0.index)
      }
      for index in matrix.indices { total[index] += matrix[index] * Double(report.count) }
    }
    let flows = total.indices.filter { total[$0] > 0 && $0 / count != $0 % count }.map {
      Traffic.Flow(from: $0 / count, to: $0 % count, bytes: total[$0])
    }
    return Traffic(
      isBetweenNodes: perNode, labels: (0..<count).map { perNode ? "node \($0)" : "\($0)" }, flows: flows)
  }
}

extension TrainingJob {
  /// Who chooses algorithms on the job's own cluster; nil where the fastest schedule is taken, or nothing is
  /// left to choose.
  ///
  /// - Throws: `CollectiveError.untuned` for a library that is not for the job's devices.
  func tuner(on fabric: Fabric) throws(CollectiveError) -> (any CollectiveTuner)? {
    guard allReduce == .auto, pattern == nil, calibration == nil else { return nil }
    let group = TunedGroup(
      (0..<plan.rankCount).map { DeviceID($0) }, on: fabric, machines: (cluster, plan.device))
    let name = tuner == .auto ? group.automatic : tuner
    return name == .least ? nil : try group.tuner(name)
  }
}
