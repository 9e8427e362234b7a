import Catalogues
import ComputeModels
import Glibc
import Hardware
import Quantities

/// The work of traces as rows of a calibration.
///
/// A row sets the median of calls that are alike, with the gap after each of their kernels, beside `kernelTime` on the
/// device. Rows of a kind weigh as many as they are together, each by its share of the kind's time; those that are mostly
/// launch are a kind of their own. Work that the cache
/// may have held takes no part: bytes of up to twice the last-level cache, unless the launch is most of its time.
///
/// Where the trace does not tell the gap, bodies alone are compared, of 20 µs and longer.
///
/// - Returns: no rows of a device that the catalogue does not have.
func calibrationRows(of trace: TraceMeasurement, catalogue: Catalogue) -> [CalibrationRow] {
  guard let entry = try? catalogue.accelerator(named: trace.device) else { return [] }
  var device = entry.accelerator
  if trace.gap == nil { device.calibration.kernelOverhead = .zero }
  let overhead = device.calibration.kernelOverhead.seconds
  let rows = trace.work.compactMap { work -> (work: TracedWork, isLaunch: Bool, row: CalibrationRow)? in
    let launches = work.kernels.reduce(0) { $0 + $1.launches }
    let measured = work.duration.seconds + Double(launches) * (trace.gap?.seconds ?? 0)
    guard measured > 0, trace.gap != nil || measured >= 20e-6, !work.isCached(on: device) else { return nil }
    let predicted = work.kernels.reduce(0) { $0 + kernelTime($1, on: device).duration.seconds }
    guard predicted > 0 else { return nil }
    return (
      work, Double(launches) * overhead > predicted / 2,
      CalibrationRow(
        id: "\(trace.file): \(work.name) \(work.shape)", source: trace.file, device: device,
        hasExperts: false, deviation: log(measured / predicted), weight: 1)
    )
  }
  return rows.map { work, isLaunch, row in
    let alike = rows.filter { $0.isLaunch == isLaunch && (isLaunch || $0.work.kind == work.kind) }
    var row = row
    row.weight = Double(alike.count) * work.seconds / alike.reduce(0) { $0 + $1.work.seconds }
    return row
  }
}

extension TracedWork {
  /// Whether the last-level cache may hold what is moved, and moving it is most of the time.
  fileprivate func isCached(on device: Accelerator) -> Bool {
    let bytes = kernels.reduce(0) { $0 + $1.bytes }
    guard kind == .stream, bytes < 2 * KernelGeneration(of: device).cacheBytes else { return false }
    return bytes / device.memoryBandwidth.bytesPerSecond > 0.3e-6
  }

  /// Dimensions in words.
  var shape: String {
    kernels.map { kernel in
      switch kernel.shape {
      case .matrixProduct(let m, let n, let k, let batch):
        (batch == 1 ? "" : "\(batch) × ") + "\(m) × \(n) × \(k) \(kernel.dataType.rawValue)"
      case .convolution(let m, let n, let k): "\(m) × \(n) × \(k) \(kernel.dataType.rawValue)"
      case .attention(let batch, let heads, let queries, let keys, let width):
        "\(batch) × \(heads) × \(queries) × \(keys) × \(width) \(kernel.dataType.rawValue)"
      case .streaming: "\(Int(kernel.bytes)) B"
      }
    }.joined(separator: ", ")
  }
}
