import Catalogues
import CollectiveStudies
import Collectives
import ComputeModels
import Diagnostics
import Documents
import Hardware
import Quantities
import TestSupport
import Testing
import TraceFiles

@testable import Validation

@Suite("A machine by its kernels") struct MachineKernelsTests {
  private static let header =
    "id,source,hardware,kernel,library,dtype,m,n,k,batch,seq_q,seq_kv,heads,kv_heads,head_dim,causal,metric,value,metric_definition"

  /// Products of an H100 as the shipped constants have them, so many times as long.
  private func table(_ factor: Double) throws -> CorpusFile {
    let device = try Catalogue.bundled.accelerator(named: "H100-SXM-80GB").accelerator
    let chip = try #require(KernelChip(device, computingIn: .bf16))
    let scope = KernelScope(device, format: .bf16, kernel: "gemm", method: KernelMethod.flushed.rawValue)
    let constants = KernelFactors.measured.constants(for: scope)
    let rows = [4096, 6144, 8192, 12288, 16384].map { side -> String in
      let kernel = MatrixKernel(m: side, n: side, k: side, elementBytes: 2)
      let time = kernel.microseconds(on: chip, by: constants) * factor
      return "\(side),mine,H100,gemm,,bf16,\(side),\(side),\(side),,,,,,,,time_us,\(time),calls apart"
    }
    return CorpusFile(name: "k.csv", text: ([Self.header] + rows).joined(separator: "\n") + "\n")
  }

  @Test func `as they ship change nothing`() throws {
    var measured = MachineMeasurements()
    measured.kernels = [try table(1)]
    let found = try calibrateMachine(measured)
    #expect(found.devices.isEmpty)
    #expect(try #require(found.kernels).report.overall.fitted?.percentile90 ?? 1 < 1e-9)
  }

  @Test func `slower alone are slower in training, by as much`() throws {
    var measured = MachineMeasurements()
    measured.kernels = [try table(1.1)]
    let found = try calibrateMachine(measured)
    let new = try #require(found.devices.first).accelerator.calibration
    let share = try #require(new.matrixEfficiency[.bf16])
    #expect(share < 0.637 / 1.04 && share > 0.637 / 1.11)
    // 8-bit products were not measured, and stay.
    #expect(new.matrixEfficiency[.fp8] == 0.579)
    let kernels = try #require(found.kernels)
    #expect(try #require(kernels.report.overall.fitted).median < 0.03)
    // Nothing but the catalogue knows a source that is left out.
    #expect(agree(try #require(kernels.report.overall.leftOut).median, 1 - 1 / 1.1, relative: 1e-3))
  }
}
