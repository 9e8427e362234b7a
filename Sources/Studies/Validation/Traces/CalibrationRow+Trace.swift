import Catalogues
import ComputeModels
import Glibc
import Hardware
import Quantities

/// The work of traces as rows of a calibration.
///
/// A row sets the median of calls that are alike, with the gap after each of their kernels, beside `kernelTime` on the
/// device. Rows of a kind weigh as many as they are together, each by its share of the kind's time; those that are mostly
/// launch are a kind of their own. What takes no part `TracedWork.reasonUnused` says.
///
/// - Returns: no rows of a device that the catalogue does not have.
/// - Complexity: O(work).
func calibrationRows(of trace: TraceMeasurement, catalogue: Catalogue) -> [CalibrationRow] {
  guard let entry = try? catalogue.accelerator(named: trace.device) else { return [] }
  var device = entry.accelerator
  if trace.gap == nil { device.calibration.kernelOverhead = .zero }
  let overhead = device.calibration.kernelOverhead.seconds
  var rows: [CalibrationRow] = []
  var kinds: [String] = []
  var totals: [String: (rows: Int, seconds: Double)] = [:]
  for (index, work) in trace.work.enumerated() where work.reasonUnused(on: device, gap: trace.gap) == nil {
    let launches = Double(work.kernels.reduce(0) { $0 + $1.launches })
    let measured = work.duration.seconds + launches * (trace.gap?.seconds ?? 0)
    let predicted = work.kernels.reduce(0) { $0 + kernelTime($1, on: device).duration.seconds }
    let kind = launches * overhead > predicted / 2 ? "launch" : work.kind.rawValue
    totals[kind, default: (0, 0)].rows += 1
    totals[kind]?.seconds += measured * Double(work.callCount)
    kinds.append(kind)
    rows.append(
      CalibrationRow(
        id: "\(trace.file) \(index + 1): \(work.name) \(work.shape)", source: trace.file, device: device,
        hasExperts: false, deviation: log(measured / predicted), weight: measured * Double(work.callCount)))
  }
  for index in rows.indices {
    let total = totals[kinds[index]]!
    rows[index].weight = Double(total.rows) * (rows[index].weight ?? 0) / total.seconds
  }
  return rows
}

extension TracedWork {
  /// Why the calls take no part in a fit; nil where they do.
  ///
  /// The cache may have held bytes of up to twice its own, unless the launch is most of their time. Where the trace does
  /// not tell the gap between kernels, bodies alone are compared, of 20 µs and longer.
  func reasonUnused(on device: Accelerator, gap: SimDuration?) -> String? {
    if duration <= .zero { return "calls of no duration" }
    if gap == nil, duration < .microseconds(20) {
      return "calls of less than 20 us, as the trace does not tell what launches take"
    }
    let bytes = kernels.reduce(0) { $0 + $1.bytes }
    let isSmall = kind == .stream && bytes < 2 * KernelGeneration(of: device).cacheBytes
    if isSmall, bytes / device.memoryBandwidth.bytesPerSecond > 0.3e-6 {
      return "calls whose bytes the cache may have held"
    }
    let predicted = kernels.reduce(0) { $0 + kernelTime($1, on: device).duration.seconds }
    return predicted > 0 ? nil : "calls that do nothing"
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
      case .streaming: "\(Int(min(kernel.bytes, 1e18))) B"
      }
    }.joined(separator: ", ")
  }
}
