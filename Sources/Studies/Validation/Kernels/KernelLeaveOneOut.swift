import Catalogues
import ComputeModels
import Diagnostics
import Sweeps

/// Predicts every kernel of a corpus twice: by the constants given, and by constants that were fitted to the other
/// sources of the corpus alone.
///
/// A device that only the source left out measures then has its generation's constants, and a kernel that no other
/// source measures those that it would have before any measurement.
///
/// - Parameters:
///   - threads: fits side by side.
///   - others: as `validateKernels`.
/// - Throws: everything wrong in the table.
/// - Complexity: one fit for each source.
public func validateKernelsLeavingOut(
  _ corpus: String, file: String = "kernels.csv", catalogue: Catalogue = .bundled,
  factors: KernelFactors = .measured, threads: Int = 1
) throws(Diagnostics) -> KernelReport {
  try validateKernels(corpus, file: file, catalogue: catalogue, factors: factors)
    .leavingOut(catalogue, threads: threads)
}

extension KernelReport {
  /// The same with predictions by fits to all sources but the row's own.
  func leavingOut(
    _ catalogue: Catalogue, around base: KernelFactors = KernelFactors(), threads: Int
  ) -> KernelReport {
    let kernels = rows.map { try? MeasuredKernel($0.measurement, catalogue) }
    let sources = rows.map(\.measurement.source)
    var names: [String] = []
    for name in sources where !names.contains(name) { names.append(name) }
    let fits = parallelMap(names, threads: threads) { name in
      KernelFit(zip(kernels, sources).compactMap { $1 == name ? nil : $0 }, around: base).fitted()
    }
    let bySource = Dictionary(uniqueKeysWithValues: zip(names, fits))
    var report = self
    for (row, kernel) in kernels.enumerated() {
      guard let kernel, let factors = bySource[sources[row]] else { continue }
      report.rows[row].outcome?.leftOutMicroseconds = kernel.predicted(by: factors)
    }
    return report
  }
}
