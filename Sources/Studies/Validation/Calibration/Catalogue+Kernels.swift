import Catalogues
import ComputeModels
import Hardware

extension Catalogue {
  /// The catalogue as one would have it before any training run was measured: products of GPUs reach in training what
  /// they reach alone (`KernelFactors.measured`), where a table of kernels says it of their generation, else the default.
  ///
  /// What was fitted to training runs is forgotten, so that a fit from here on knows of no source but those it is given.
  /// Attention, convolutions and memory stay as they are.
  ///
  /// - Parameter factors: the constants of kernels alone.
  public func withProductsOfKernels(by factors: KernelFactors = .measured) -> Catalogue {
    replacing(
      accelerators: accelerators.map { entry in
        var entry = entry
        guard entry.accelerator.kind == .gpu else { return entry }
        for format in [DataType.fp16, .bf16, .tf32, .fp8, .fp4]
        where entry.accelerator.densePeak[format] != nil {
          // tf32 runs through the units of the 16-bit formats, at half their rate.
          let measured = format == .tf32 ? DataType.bf16 : format
          let scope = KernelScope(entry.accelerator, format: measured, kernel: "gemm")
          entry.accelerator.calibration.matrixEfficiency[format] =
            factors.constants(for: scope)[.matrixShare]
        }
        return entry
      })
  }
}
