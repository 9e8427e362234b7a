import Catalogues
import Collectives
import Fabrics
import Hardware
import MemoryModels
import ModelGraphs
import Quantities
import Resolution
import StepGraphs
import Training

/// Turns measurements into training jobs with the catalogue's devices, models, links and frameworks.
struct MeasuredJobMapping: Sendable {
  var catalogue: Catalogue
  /// Who chooses the algorithm of the gradients' all-reduce.
  var tuner = TunerName.auto

  /// The job that a measurement ran.
  ///
  /// - Throws: why it cannot be told or is not simulated.
  func job(_ measurement: Measurement) throws(SkipReason) -> TrainingJob {
    if measurement.metric != "samples_per_s" { throw .metric(measurement.metric) }
    if let split = measurement.splits.first { throw .split(split) }
    let device = try device(measurement)
    let framework = try framework(measurement)
    guard
      let precision = precisionPolicy(measurement.dataType, framework: framework, device: device)
    else { throw .dataType(measurement.dataType) }
    let conventions = SourceConvention.all.filter {
      $0.holds(for: measurement, isMixed: precision.activation.byteWidth == 2)
    }
    let (model, optimizer) = try model(measurement, conventions)
    guard let microBatch = measurement.microBatch ?? conventions.compactMap(\.microBatch).first else {
      throw .microBatch
    }
    let cluster = try cluster(measurement, device)
    let plan = TrainingPlan(
      model: model.run(on: framework, precision), device: device, rankCount: measurement.deviceCount,
      microBatch: microBatch, accumulation: accumulation(measurement, microBatch: microBatch),
      precision: precision, optimizer: optimizer, recompute: try recomputation(measurement),
      tiers: MeasuredJobMapping.tiers(device, devicesPerNode: cluster.devicesPerNode),
      updateTraffic: framework.updateTraffic)
    return TrainingJob(
      name: measurement.id, plan: plan, cluster: cluster, tuner: tuner, network: .analytic, recordedRanks: 0)
  }

  private func device(_ measurement: Measurement) throws(SkipReason) -> Accelerator {
    if measurement.hardware.isEmpty || measurement.deviceCount == 0 { throw .unstatedHardware }
    guard var device = try? catalogue.accelerator(named: measurement.hardware).accelerator else {
      throw .accelerator(measurement.hardware)
    }
    if let stated = measurement.acceleratorMemoryGiB { device.memory = ByteCount(rounding: stated * 0x1p30) }
    return device
  }

  /// The framework's entry; where none is stated, one kernel for each operation.
  private func framework(_ measurement: Measurement) throws(SkipReason) -> FrameworkEntry {
    if measurement.framework.isEmpty { return .plain }
    guard let entry = try? catalogue.framework(named: measurement.framework) else {
      throw .framework(measurement.framework)
    }
    return entry
  }

  /// The model at the length it really sees, with the head its task puts on it.
  ///
  /// Networks of images train with momentum, transformers with two moments (Adam, and LAMB, whose
  /// traffic is the same to a pass over the parameters).
  private func model(
    _ measurement: Measurement, _ conventions: [SourceConvention]
  ) throws(SkipReason) -> (Model, Optimizer) {
    guard let entry = try? catalogue.model(named: measurement.model) else {
      throw .model(measurement.model)
    }
    guard case .transformer(var transformer) = entry.architecture else {
      return (entry.model(), .momentum)
    }
    guard let length = conventions.compactMap(\.sequenceLength).first ?? measurement.sequenceLength else {
      throw .sequenceLength
    }
    if measurement.task == "finetune", transformer.head.kind == .maskedLanguage {
      transformer.head = HeadArchitecture(.classification, hasBias: true, classCount: 2)
    }
    return (Architecture.transformer(transformer).model(sequenceLength: length, name: entry.name), .adamw)
  }

  /// Micro-batches per step: as stated, else from the global batch, else one.
  private func accumulation(_ measurement: Measurement, microBatch: Int) -> Int {
    if let stated = measurement.accumulation { return stated }
    guard let globalBatch = measurement.globalBatch else { return 1 }
    return max(1, globalBatch / (microBatch * measurement.deviceCount))
  }

  private func recomputation(_ measurement: Measurement) throws(SkipReason) -> RecomputePolicy {
    switch measurement.recompute {
    case "", "none": return .none
    case "full": return .full
    default: throw .recomputation(measurement.recompute)
    }
  }

  private func cluster(_ measurement: Measurement, _ device: Accelerator) throws(SkipReason) -> ClusterShape {
    let count = measurement.deviceCount
    let perNode = min(count, measurement.devicesPerNode ?? count)
    if count % perNode != 0 { throw .nodeCount }
    let single = LinkClass(bandwidth: device.hostLink, latency: .microseconds(1))
    return ClusterShape(
      nodeCount: count / perNode, devicesPerNode: perNode,
      intraNode: perNode > 1
        ? try LinkText(text: measurement.intraLink, catalogue: catalogue).intraNode(of: device) : single,
      interNode: count > perNode
        ? try LinkText(text: measurement.interLink, catalogue: catalogue).interNode() : single)
  }

  /// Host memory and disk, which no measured job offloads to.
  private static func tiers(_ device: Accelerator, devicesPerNode: Int) -> HostTiers {
    let link = LinkClass(bandwidth: device.hostLink, latency: .microseconds(10))
    return HostTiers(
      host: MemoryTier(kind: .host, capacity: .gibibytes(512), link: link),
      disk: MemoryTier(kind: .disk, capacity: .gibibytes(3500), link: link),
      hostMemoryBandwidth: .gigabytesPerSecond(300), devicesPerNode: devicesPerNode)
  }
}
