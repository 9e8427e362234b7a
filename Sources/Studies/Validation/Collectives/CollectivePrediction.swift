import Catalogues
import Collectives
import Hardware
import Quantities

/// One measured collective and what the library's tuning model says of it, or why it says nothing.
public struct CollectiveRow: Sendable {
  public var measurement: CollectiveMeasurement
  /// `nil` where the row is skipped.
  public var outcome: CollectiveOutcome?
  public var skipReason: SkipReason?

  /// Predicted over measured time, less one; `nil` for a skipped row.
  public var error: Double? { outcome.map { $0.predictedSeconds / $0.measuredSeconds - 1 } }
}

/// A prediction beside the time that the measurement states or implies.
public struct CollectiveOutcome: Sendable {
  /// nil for sends and receives, which have no algorithm to choose.
  public var algorithm: NCCLAlgorithm?
  public var channelProtocol: NCCLProtocol
  /// Of the collective, without what the method of measuring adds.
  public var collectiveTime: SimDuration
  public var busBandwidth: Bandwidth
  public var method: MeasurementMethod
  /// The collective and what the method adds.
  public var predictedSeconds: Double
  public var measuredSeconds: Double
  /// Canonical name of the device.
  public var device: String
  /// Name of the link between nodes, or inside the one node.
  public var link: String
  /// What the library saw.
  var system: CollectiveSystem
}

extension CollectiveRow {
  /// Predicts a measured collective with the catalogue's devices and links.
  init(_ measurement: CollectiveMeasurement, catalogue: Catalogue, constants: CollectiveConstants = .shipped)
  {
    self.measurement = measurement
    do {
      outcome = try CollectiveOutcome(measurement, catalogue, constants)
    } catch {
      skipReason = error
    }
  }
}

extension CollectiveOutcome {
  fileprivate init(
    _ measurement: CollectiveMeasurement, _ catalogue: Catalogue, _ constants: CollectiveConstants
  ) throws(SkipReason) {
    guard let kind = CollectiveKind(spelling: measurement.collective), let size = measurement.size else {
      throw .collective(measurement.collective)
    }
    let device = try catalogue.device(in: measurement.hardware)
    if kind == .allToAll, !constants.hasAllToAll { throw .measuredNowhereElse(measurement.collective) }
    let cluster = try MeasuredCluster(measurement, of: device, catalogue)
    let system = try CollectiveSystem(measurement, on: device, in: cluster)
    let allowed = NCCLAlgorithm.named(in: measurement.algorithm)
    guard let choice = system.choice(kind, bytes: size, among: allowed, constants, of: device) else {
      throw measurement.algorithm.isEmpty
        ? .collective(measurement.collective) : .algorithm(measurement.algorithm)
    }
    let busFactor = kind.busFactor(rankCount: measurement.deviceCount)
    let seconds: Double
    switch measurement.metric {
    case "time_us": seconds = measurement.value / 1e6
    case "busbw_GBps": seconds = Double(size.bytes) * busFactor / (measurement.value * 1e9)
    default: throw .collectiveMetric(measurement.metric)
    }
    let method = MeasurementMethod(definition: measurement.metricDefinition)
    self.init(
      algorithm: choice.algorithm, channelProtocol: choice.channelProtocol, collectiveTime: choice.time,
      busBandwidth: Bandwidth(bytesPerSecond: busFactor * Double(size.bytes) / choice.time.seconds),
      method: method,
      predictedSeconds: choice.time.seconds + constants.overhead(of: method) / 1e6, measuredSeconds: seconds,
      device: device.name, link: cluster.link, system: system)
  }
}

extension CollectiveSystem {
  /// What the library takes and how long that takes; nil where it does not have the collective there.
  fileprivate func choice(
    _ kind: CollectiveKind, bytes: ByteCount, among allowed: [NCCLAlgorithm],
    _ constants: CollectiveConstants,
    of device: Accelerator
  ) -> (algorithm: NCCLAlgorithm?, channelProtocol: NCCLProtocol, time: SimDuration)? {
    switch self {
    case .nccl(let system):
      let choice = ncclChoice(
        kind, bytes: bytes, on: constants.applied(to: system, of: device), among: allowed)
      return choice.map { ($0.algorithm, $0.channelProtocol, $0.time) }
    case .rccl(let system):
      guard let choice = RCCLTuner(system).choice(for: kind, bytes: bytes, among: system.rankCount),
        let time = choice.time, let channelProtocol = choice.channelProtocol
      else { return nil }
      return (NCCLAlgorithm(rawValue: choice.libraryName), channelProtocol, time)
    }
  }
}

extension NCCLAlgorithm {
  /// The algorithms a run was held to: `Ring (NCCL_NVLS_ENABLE=0)`, `NVLS`; all where none is named.
  static func named(in text: String) -> [NCCLAlgorithm] {
    if text.hasPrefix("Ring") { return [.ring] }
    if text.hasPrefix("NVLS") { return [.nvls] }
    return NCCLAlgorithm.allCases
  }
}

extension Catalogue {
  /// The device that the words of a row name, with or without what stands in brackets after it.
  func device(in text: String) throws(SkipReason) -> Accelerator {
    for name in [text, String(text.prefix { $0 != "(" })] {
      if let entry = try? accelerator(named: name) { return entry.accelerator }
    }
    throw .accelerator(text)
  }
}
