import Catalogues
import Collectives
import Hardware

/// Constants of devices and links that were fitted to measured collectives.
public struct CollectiveMachineFit: Sendable {
  /// Predicted as the catalogue was, and by the fit.
  public var before: CollectiveReport
  public var after: CollectiveReport
  /// Devices with constants of their own inside a node, and links between nodes.
  public var devices: [AcceleratorEntry]
  public var links: [LinkEntry]

  private static let fewestSizes = 4

  /// Fits each device to its collectives over NVLink inside a node, then each link to those between nodes.
  ///
  /// A search begins at what the catalogue has, and a constant that leaves it must lower the loss, so that what the rows do
  /// not decide stays. Collectives that nothing is fitted to (exchanges, PCIe, RCCL) are predicted all the same.
  ///
  /// - Complexity: O(rows) predictions for each state of the searches.
  init(_ measurements: [CollectiveMeasurement], catalogue: Catalogue) {
    before = CollectiveReport(rows: measurements.map { CollectiveRow($0, catalogue: catalogue) })
    var (devices, links): ([AcceleratorEntry], [LinkEntry]) = ([], [])
    var fitted = catalogue
    for entry in catalogue.accelerators {
      guard let generation = NCCLGeneration(of: entry.accelerator) else { continue }
      let fit = CalibrationFit(entry.name, of: generation, to: before)
      if fit.sizeCount < Self.fewestSizes { continue }
      let start = entry.accelerator.calibration.nccl ?? .measured(generation) ?? .tables(generation)
      var changed = entry
      changed.accelerator.calibration.nccl = fit.fitted(from: start).constants
      changed.calibrationSource += "; nccl: rehearse calibrate, \(fit.rowCount) collectives"
      devices.append(changed)
    }
    fitted = fitted.replacing(accelerators: devices)
    for entry in catalogue.links {
      let between = before.rows.filter { row in
        row.outcome?.link == entry.name && (row.measurement.nodeCount ?? 1) > 1
      }
      if Set(between.map(\.measurement.size)).count < Self.fewestSizes { continue }
      let fit = LinkFit(start: entry, measurements: between.map(\.measurement), catalogue: fitted)
      links.append(fit.fitted())
    }
    fitted = fitted.replacing(links: links)
    after = CollectiveReport(rows: measurements.map { CollectiveRow($0, catalogue: fitted) })
    self.devices = devices
    self.links = links
  }
}
