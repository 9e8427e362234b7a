import Collectives
import Fabrics
import MemoryModels
import ModelGraphs
import PostTraining
import Quantities
import StepGraphs

/// What a rollout gives to the step around it.
struct GeneratedRollout {
  var report: RolloutReport
  /// Time to bring the weights of an update to the workers.
  var sync: SimDuration
  /// What a generating device holds at its peak.
  var memory: MemoryReport
}

/// The answers of one step, written by workers of some ranks each.
///
/// Colocated workers have what training leaves of the device, and a copy of the weights in their own layout, which
/// is dropped before the update. Workers on nodes of their own have the whole device.
struct RolloutSimulation {
  let job: TrainingJob
  let rollout: RolloutPlan
  let groupSize: Int
  private let network: GroupCollectiveModel

  /// Share of a device's memory that serving programs use: vLLM's default `gpu_memory_utilization`.
  private static let usableShare = 0.9
  /// Sequences that a worker runs at once: vLLM's default `max_num_seqs` up to version 0.8.
  private static let mostSequences = 256

  init(_ job: TrainingJob, _ rollout: RolloutPlan, groupSize: Int) throws(CollectiveError) {
    self.job = job
    self.rollout = rollout
    self.groupSize = groupSize
    network = try GroupCollectiveModel(
      job.cluster, device: job.plan.device, seed: job.seed, tuner: job.tuner,
      fidelity: job.network == .analytic ? .closedForm : .steps)
  }

  /// - Parameter update: the simulated update, for what its ranks hold.
  func run(beside update: TrainingResult) throws -> GeneratedRollout {
    let workers = ranks.count / rollout.tensorParallel
    let times = try rollout.tensorParallel > 1 ? MessageTimes(network, among: workerGroups) : nil
    var precision = job.plan.precision
    precision.weight = precision.activation
    let model = ServedModel(
      rollout.architecture, on: job.plan.device, precision: precision, tensorParallel: rollout.tensorParallel
    ) { times?.time($0) ?? .zero }
    let weights = ByteCount(rounding: model.weightBytes)
    let answers = rollout.lengths.draw(job.globalBatch * groupSize, seed: job.seed)
    let (held, memory) = residents(beside: update)
    let capacity = ByteCount(rounding: Double(memory.capacity.bytes) * Self.usableShare)
    let load = RolloutLoad(
      promptTokens: rollout.promptTokens, answers: answers, groupSize: groupSize,
      cacheBudget: max(capacity - held - weights, smallestCache(answers, model)),
      mostSequences: max(Self.mostSequences, groupSize))
    let time = try generateAnswers(load, with: model, workers: workers)
    let (sync, syncBytes) = try weightSync(weights)
    return GeneratedRollout(
      report: RolloutReport(
        placement: rollout.placement, workers: workers, tensorParallel: rollout.tensorParallel, time: time,
        generatedTokens: answers.reduce(0, +), weightBytes: weights, syncBytes: syncBytes),
      sync: sync, memory: memory.generating(weights: weights, cache: time.peakCache))
  }

  /// The devices that generate.
  private var ranks: Range<Int> {
    let trained = job.plan.rankCount
    return rollout.placement == .colocated ? 0..<trained : trained..<job.deviceCount
  }

  /// The first worker's ranks, and those of the other workers on its nodes.
  private var workerGroups: RankGroups {
    let degree = rollout.tensorParallel
    let perNode = job.cluster.devicesPerNode
    let end = min(ranks.upperBound, ranks.lowerBound + max(degree, perNode))
    let groups = stride(from: ranks.lowerBound, to: end, by: degree).map { first in
      (first..<first + degree).map { DeviceID($0) }
    }
    return RankGroups(first: groups[0], siblings: Array(groups.dropFirst()))
  }

  /// Cache that one prompt with its answers takes; a rollout that has no room for it is timed all the same, and
  /// does not fit.
  private func smallestCache(_ answers: [Int], _ model: ServedModel) -> ByteCount {
    let longest =
      stride(from: 0, to: answers.count, by: groupSize).map { first in
        answers[first..<first + groupSize].reduce(0, +)
      }.max() ?? 0
    return ByteCount((rollout.promptTokens + longest) * model.cacheBytesPerToken)
  }

  /// What is on a generating device before the weights and the cache: a training rank's residents, the fullest
  /// one's, or what the runtime takes.
  private func residents(beside update: TrainingResult) -> (held: ByteCount, memory: MemoryReport) {
    var best: (held: ByteCount, memory: MemoryReport)?
    for (record, report) in zip(update.execution.memory, update.memoryByClass) {
      var live = record.samples[0].bytes
      if rollout.placement == .split {
        for kind in MemoryKind.allCases where kind != .overhead { live[kind.rawValue] = 0 }
      }
      let held = ByteCount(MemoryKind.onDevice.reduce(0) { $0 + live[$1.rawValue] })
      if let best, best.held >= held { continue }
      var memory = report
      memory.liveAtPeak = live.map { ByteCount($0) }
      memory.peak = held
      best = (held, memory)
    }
    return best!
  }

  /// New weights to the workers: over the network to nodes of their own, trained ones alone; else from the layout
  /// of training to that of generation, all of them, gathered from the ranks that share a copy or copied in place.
  private func weightSync(_ weights: ByteCount) throws(CollectiveError) -> (SimDuration, ByteCount) {
    let plan = job.plan
    let width = plan.precision.activation.byteWidth
    if rollout.placement == .split {
      let trained = plan.model.trainableParameterCount
      let bandwidth = job.cluster.nodePorts?.bandwidth ?? job.cluster.interNode.payloadBandwidth
      return (
        weightSyncTime(parameters: trained, bytesPerParameter: width, bandwidth: bandwidth),
        ByteCount(rounding: Double(trained) * width)
      )
    }
    let holders = copyHolders(of: 0)
    let isSameLayout =
      holders.count == plan.degrees.tensor && rollout.tensorParallel == plan.degrees.tensor
    if holders.count == 1 || isSameLayout {
      let bandwidth = plan.device.memoryBandwidth * plan.device.calibration.memoryEfficiency
      return (ByteCount(2 * weights.bytes) / bandwidth, weights)
    }
    let groups = RankGroups(first: holders.map { DeviceID($0) }, siblings: siblingHolders(of: holders))
    return (try network.time(.allGather, bytes: weights, among: groups).duration, weights)
  }

  /// The ranks that together have the weights once: tensor, pipeline and expert ranks, and those that share out
  /// parameters.
  private func copyHolders(of rank: Int) -> [Int] {
    let layout = job.plan.layout
    var holders: Set<Int> = []
    for place in 0..<layout.degrees.pipeline {
      for member in layout.members(of: .tensor, with: layout.rank(rank, movedTo: place, on: .pipeline)) {
        holders.insert(member)
        holders.formUnion(layout.members(of: .expert, with: member))
        if job.plan.zero == .parameters { holders.formUnion(layout.members(of: .shard, with: member)) }
      }
    }
    return holders.sorted()
  }

  /// The other copies that lie on the nodes of one.
  private func siblingHolders(of holders: [Int]) -> [[DeviceID]] {
    let perNode = job.cluster.devicesPerNode
    let nodes = Set(holders.map { $0 / perNode })
    var seen = Set(holders)
    var siblings: [[DeviceID]] = []
    for node in nodes.sorted() {
      for rank in node * perNode..<min((node + 1) * perNode, job.plan.rankCount) where !seen.contains(rank) {
        let group = copyHolders(of: rank)
        seen.formUnion(group)
        if group.count == holders.count { siblings.append(group.map { DeviceID($0) }) }
      }
    }
    return siblings
  }
}

extension MemoryReport {
  /// The same device with weights and a cache for generation besides.
  fileprivate func generating(weights: ByteCount, cache: ByteCount) -> MemoryReport {
    var report = self
    report.className = "rollout"
    report.peakOperator = "rollout"
    // Keys and values are activations of earlier tokens.
    report.liveAtPeak[MemoryKind.weights.rawValue] += weights
    report.liveAtPeak[MemoryKind.activations.rawValue] += cache
    report.peak += weights + cache
    report.peakByKind = zip(peakByKind, report.liveAtPeak).map { max($0, $1) }
    return report
  }
}
