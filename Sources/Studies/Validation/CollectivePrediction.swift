import Catalogues
import Collectives
import Fabrics
import Hardware
import Quantities

/// One measured collective and what NCCL's tuning model says of it, or why it says nothing.
public struct CollectiveRow: Sendable {
  public var measurement: CollectiveMeasurement
  /// `nil` where the row is skipped.
  public var outcome: CollectiveOutcome?
  public var skipReason: SkipReason?

  /// Predicted over measured time, less one; `nil` for a skipped row.
  public var error: Double? { outcome.map { $0.choice.time.seconds / $0.measuredSeconds - 1 } }
}

/// A prediction beside the time that the measurement states or implies.
public struct CollectiveOutcome: Sendable {
  public var choice: NCCLChoice
  public var measuredSeconds: Double
  /// Canonical name of the device.
  public var device: String
}

extension CollectiveRow {
  /// Predicts a measured collective with the catalogue's devices and links.
  init(_ measurement: CollectiveMeasurement, catalogue: Catalogue) {
    self.measurement = measurement
    do {
      outcome = try CollectiveOutcome(measurement, catalogue)
    } catch {
      skipReason = error
    }
  }
}

extension CollectiveOutcome {
  fileprivate init(_ measurement: CollectiveMeasurement, _ catalogue: Catalogue) throws(SkipReason) {
    guard let kind = CollectiveKind(spelling: measurement.collective), let size = measurement.size else {
      throw .collective(measurement.collective)
    }
    guard let device = try? catalogue.accelerator(named: measurement.hardware).accelerator else {
      throw .accelerator(measurement.hardware)
    }
    guard measurement.library.hasPrefix("NCCL") else { throw .library(measurement.library) }
    let system = try system(measurement, device, catalogue)
    let allowed = algorithms(measurement.algorithm)
    guard let choice = ncclChoice(kind, bytes: size, on: system, among: allowed) else {
      throw measurement.algorithm.isEmpty
        ? .collective(measurement.collective) : .algorithm(measurement.algorithm)
    }
    let seconds: Double
    switch measurement.metric {
    case "time_us": seconds = measurement.value / 1e6
    case "busbw_GBps":
      let factor = kind.busFactor(rankCount: measurement.deviceCount)
      seconds = Double(size.bytes) * factor / (measurement.value * 1e9)
    default: throw .collectiveMetric(measurement.metric)
    }
    self.init(choice: choice, measuredSeconds: seconds, device: device.name)
  }
}

private func system(
  _ measurement: CollectiveMeasurement, _ device: Accelerator, _ catalogue: Catalogue
) throws(SkipReason) -> NCCLSystem {
  let nodes = measurement.nodeCount ?? 1
  guard measurement.deviceCount % nodes == 0 else { throw .nodeCount }
  let inside = try LinkText(text: measurement.intraLink, catalogue: catalogue).intraNode(of: device)
  let between = LinkText(text: measurement.interLink, catalogue: catalogue)
  let cluster = ClusterShape(
    nodeCount: nodes, devicesPerNode: measurement.deviceCount / nodes, intraNode: inside,
    interNode: nodes > 1 ? try between.interNode() : inside)
  let system = NCCLSystem.derived(
    from: cluster, device: device, portCount: nodes > 1 ? between.portCount : nil,
    hasCollNet: measurement.algorithm.contains("SHARP"))
  guard let system else { throw .group(measurement.deviceCount, device.name) }
  return system
}

/// The algorithms a run was held to: `Ring (NCCL_NVLS_ENABLE=0)`, `NVLS`; all where none is named.
private func algorithms(_ text: String) -> [NCCLAlgorithm] {
  if text.hasPrefix("Ring") { return [.ring] }
  if text.hasPrefix("NVLS") { return [.nvls] }
  return NCCLAlgorithm.allCases
}
