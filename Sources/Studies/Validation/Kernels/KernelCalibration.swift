import Catalogues
import ComputeModels
import Diagnostics

/// Constants of kernels that were fitted to measured ones, and what each source says of them.
public struct KernelCalibration: Sendable {
  public var factors: KernelFactors
  /// Every kernel by these constants, and by those of the other sources.
  public var report: KernelReport
}

/// Fits the constants of kernels that run alone to measured ones.
///
/// - Parameters:
///   - corpora: tables of kernels; rows that cannot be predicted take no part.
///   - threads: fits side by side.
/// - Throws: everything wrong in the tables.
/// - Complexity: one fit, and one for each source.
public func calibrateKernels(
  _ corpora: [CorpusFile], catalogue: Catalogue = .bundled, threads: Int = 1
) throws(Diagnostics) -> KernelCalibration {
  var measurements: [KernelMeasurement] = []
  for corpus in corpora { measurements += try readKernelMeasurements(corpus.text, file: corpus.name) }
  let factors = KernelFit(measurements.compactMap { try? MeasuredKernel($0, catalogue) }).fitted()
  let report = KernelReport(rows: measurements.map { KernelRow($0, catalogue, factors) })
  return KernelCalibration(factors: factors, report: report.leavingOut(catalogue, threads: threads))
}
