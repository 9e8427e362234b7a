import Catalogues
import ComputeModels
import Diagnostics
import Hardware
import Quantities

/// Constants of kernels that were fitted to measured ones, and what each source says of them.
public struct KernelCalibration: Sendable {
  public var factors: KernelFactors
  /// What the fit began from.
  public var base: KernelFactors
  /// Every kernel by the base; by the fit, and by a fit without its source.
  public var before: KernelReport
  public var report: KernelReport
}

/// Fits the constants of kernels that run alone to measured ones.
///
/// - Parameters:
///   - corpora: tables of kernels; rows that cannot be predicted take no part.
///   - base: what the fit begins from and is held to; the starts by default, as the shipped constants were fitted.
///   - threads: fits side by side.
/// - Throws: everything wrong in the tables.
/// - Complexity: one fit, and one for each source.
public func calibrateKernels(
  _ corpora: [CorpusFile], catalogue: Catalogue = .bundled, around base: KernelFactors = KernelFactors(),
  threads: Int = 1
) throws(Diagnostics) -> KernelCalibration {
  var measurements: [KernelMeasurement] = []
  for corpus in corpora { measurements += try readKernelMeasurements(corpus.text, file: corpus.name) }
  let factors = KernelFit(measurements.compactMap { try? MeasuredKernel($0, catalogue) }, around: base)
    .fitted()
  func report(_ factors: KernelFactors) -> KernelReport {
    KernelReport(rows: measurements.map { KernelRow($0, catalogue, factors) })
  }
  return KernelCalibration(
    factors: factors, base: base, before: report(base),
    report: report(factors).leavingOut(catalogue, around: base, threads: threads))
}

extension KernelCalibration {
  /// The devices of the measured kernels with their constants of training moved as those of kernels alone were.
  ///
  /// Training keeps a share of what kernels reach alone, and that share stays: a device whose products alone are a tenth
  /// faster than the base says has products in training a tenth faster than the catalogue says. So do attention, the
  /// memory's share, and the launch of a kernel; nothing moves that no row speaks of.
  func devices(of catalogue: Catalogue) -> [AcceleratorEntry] {
    var spoken: [String: Set<String>] = [:]
    for row in report.rows {
      guard let outcome = row.outcome else { continue }
      spoken[outcome.device, default: []].insert("\(row.measurement.work) \(outcome.format)")
    }
    return catalogue.accelerators.compactMap { entry in
      guard let formats = spoken[entry.name] else { return nil }
      let moved = moved(entry, where: formats)
      return moved.accelerator == entry.accelerator ? nil : moved
    }
  }

  private func moved(_ entry: AcceleratorEntry, where spoken: Set<String>) -> AcceleratorEntry {
    var entry = entry
    func ratio(_ constant: KernelConstant, _ format: DataType, _ kernel: String) -> Double {
      let scope = KernelScope(entry.accelerator, format: format, kernel: kernel)
      return factors.constants(for: scope)[constant] / base.constants(for: scope)[constant]
    }
    func speaks(_ work: String, _ format: DataType) -> Bool {
      spoken.contains("\(work) \(KernelScope(entry.accelerator, format: format, kernel: "").format)")
    }
    let formats = [DataType.bf16, .fp16, .tf32, .fp8, .fp4].filter { entry.accelerator.densePeak[$0] != nil }
    // tf32 runs through the units of the 16-bit formats.
    func measured(_ format: DataType) -> DataType { format == .tf32 ? .bf16 : format }
    var constants = entry.accelerator.calibration
    for format in formats where speaks("product", measured(format)) {
      let share = constants.matrixEfficiency[format] ?? constants.defaultMatrixEfficiency
      constants.matrixEfficiency[format] = min(1, share * ratio(.matrixShare, measured(format), "gemm"))
    }
    guard let format = formats.map(measured).first(where: { speaks("product", $0) || speaks("prefill", $0) })
    else { return entry }
    if speaks("product", format) {
      constants.memoryEfficiency = min(1, constants.memoryEfficiency * ratio(.memoryShare, format, "gemm"))
      let launch = constants.kernelOverhead.seconds * ratio(.launch, format, "gemm")
      constants.kernelOverhead = SimDuration(seconds: launch)
    }
    if speaks("prefill", format) {
      let products = speaks("product", format) ? ratio(.matrixShare, format, "gemm") : 1
      let attention = ratio(.prefillMatrixShare, format, "attention_prefill_fwd") / products
      constants.attentionFactor = min(2, constants.attentionFactor * attention)
    }
    entry.accelerator.calibration = constants
    entry.calibrationSource = "rehearse calibrate, moved as kernels alone; before: \(entry.calibrationSource)"
    return entry
  }
}

extension KernelMeasurement {
  /// What its constants are those of.
  fileprivate var work: String {
    m != nil ? "product" : kernel == "attention_prefill_fwd" ? "prefill" : "other"
  }
}
