import Hardware
import ModelGraphs
import Testing

@testable import MemoryModels

/// 4096 × 4096 = 16 777 216 elements.
private let square = ParameterTensor(rows: 4096, columns: 4096)
private let elements = 16_777_216.0

@Suite("Optimizers") struct OptimizerTests {
  // State of one matrix of 4096 × 4096 under bf16, rank 128.
  @Test(
    arguments: [
      (.sgd, 0), (.momentum, 67_108_864), (.adam, 134_217_728), (.adamw, 134_217_728),
      // 2 × 16 777 216 + 8 × 65 536 blocks.
      (.adam8bit, 34_078_720), (.pagedAdam8bit, 34_078_720), (.pagedAdam, 134_217_728),
      // 4 × (4096 + 4096).
      (.adafactor, 32_768), (.lion, 67_108_864), (.muon, 67_108_864),
      // 8 × 128 × 4096 + 2 × 4096 × 128.
      (.galore, 5_242_880),
      // 8 × 128 × 4096 + 8, and 8 × 4096 + 8.
      (.apollo, 4_194_312), (.apolloMini, 32_776),
    ] as [(Optimizer, Double)])
  func `states of a square matrix`(optimizer: Optimizer, bytes: Double) {
    #expect(optimizer.stateBytes(of: square, precision: .bf16) == bytes)
    // The master copy adds 4 bytes an element, and shares of matrices add up.
    let quarters = [ParameterTensor](
      repeating: ParameterTensor(rows: 4096, columns: 4096, count: 0.25), count: 4)
    #expect(optimizer.memoryBytes(of: quarters, precision: .bf16) == bytes + 4 * elements)
  }

  @Test(
    arguments: [Optimizer.muon, .galore, .apollo, .apolloMini],
    [ParameterTensor.Role.embedding, .head, .vector])
  func `tables, head and vectors are updated by AdamW`(optimizer: Optimizer, role: ParameterTensor.Role) {
    let tensor = ParameterTensor(rows: 1000, columns: 64, role: role)
    #expect(
      optimizer.stateBytes(of: tensor, precision: .bf16)
        == Optimizer.adamw.stateBytes(of: tensor, precision: .bf16))
    #expect(
      optimizer.updateBytes(of: tensor, precision: .bf16)
        == Optimizer.adamw.updateBytes(of: tensor, precision: .bf16))
    #expect(optimizer.elementFLOPs(of: tensor) == Optimizer.adamw.elementFLOPs(of: tensor))
    #expect(optimizer.matrixKernels(of: tensor, precision: .bf16).isEmpty)
  }

  @Test func `8-bit moments of small tensors stay in fp32, and a last block may be short`() {
    // 4095 elements: 8 bytes each. 4100: 2 × 4100 + 8 × ⌈16.02⌉ = 8200 + 136.
    #expect(Optimizer.adam8bit.stateBytes(of: .vector(4095), precision: .bf16) == 32_760)
    #expect(Optimizer.adam8bit.stateBytes(of: .vector(4100), precision: .bf16) == 8336)
  }

  @Test func `Adafactor keeps a whole vector of a vector`() {
    #expect(Optimizer.adafactor.stateBytes(of: .vector(1000), precision: .bf16) == 4000)
    // Of three matrices of 10 × 20: 3 × 4 × 30.
    #expect(
      Optimizer.adafactor.stateBytes(of: ParameterTensor(rows: 10, columns: 20, count: 3), precision: .bf16)
        == 360)
  }

  @Test func `a rank beyond the shorter side is that side`() {
    // 64 × 256 at rank 128: r = 64. GaLore 8 × 64 × 256 + 2 × 64 × 64, APOLLO 8 × 64 × 256 + 8.
    let tensor = ParameterTensor(rows: 256, columns: 64)
    #expect(Optimizer.galore.stateBytes(of: tensor, precision: .bf16) == 139_264)
    #expect(Optimizer.apollo.stateBytes(of: tensor, precision: .bf16) == 131_080)
    // At rank 16, 8 × 16 × 256 + 2 × 64 × 16.
    #expect(
      Optimizer.galore.stateBytes(of: tensor, precision: .bf16, projection: LowRankProjection(rank: 16))
        == 34_816)
  }

  // Bytes an element of a large matrix under bf16: gradient 2, master 2 × 4, weight 2, and the states twice.
  @Test(
    arguments: [
      (.sgd, 12), (.momentum, 20), (.adam, 28), (.adamw, 28), (.lion, 20),
      // 12 + 2 × 2.03125.
      (.adam8bit, 16.0625),
      // 12 + 4 of gradient + 2 × 32 768 B / 16 777 216.
      (.adafactor, 16.00390625),
      // 12 + 8 of momentum + 2 written for the iteration and 2 read.
      (.muon, 24),
      // 12 + (2 × 2 + 16) × 128/4096 and 12 + (2 + 16) × 128/4096.
      (.galore, 12.625), (.apollo, 12.5625),
    ] as [(Optimizer, Double)])
  func `traffic of an update`(optimizer: Optimizer, bytes: Double) {
    #expect(optimizer.updateBytes(of: square, precision: .bf16) == bytes * elements)
  }

  @Test func `Muon runs five Newton-Schulz iterations`() {
    // 100 × 300, m = 100: 5 × (4 × 10⁴ × 300 + 2 × 10⁶) = 5 × 14 × 10⁶.
    let kernels = Optimizer.muon.matrixKernels(of: ParameterTensor(rows: 300, columns: 100), precision: .bf16)
    #expect(kernels.reduce(0) { $0 + $1.flops } == 70e6)
    #expect(kernels.map(\.launches) == [5, 5, 5])
    #expect(kernels.allSatisfy { $0.dataType == .bf16 })
    // X·Xᵀ reads X twice and writes A: 5 × 2 × (2 × 30 000 + 10 000).
    #expect(kernels[0].bytes == 700_000)
    // Jordan's bound: 6·n·m² a pass at most, so 5 × 6 × 300 × 10⁴.
    #expect(kernels.reduce(0) { $0 + $1.flops } <= 90e6)
  }

  @Test func `GaLore projects, projects back and decomposes every 200 steps`() {
    // 100 × 300 at rank 10: 2 × 10 × 300 × 100 each way; (6 × 300 × 10⁴ + 20 × 10⁶) / 200.
    let projection = LowRankProjection(rank: 10)
    let tensor = ParameterTensor(rows: 100, columns: 300)
    let galore = Optimizer.galore.matrixKernels(of: tensor, precision: .bf16, projection: projection)
    #expect(galore.map(\.flops) == [600_000, 600_000, 190_000])
    let apollo = Optimizer.apollo.matrixKernels(of: tensor, precision: .bf16, projection: projection)
    #expect(apollo.map(\.flops) == [600_000])
    // Elements: 16 × 10 × 300 + 4 × 30 000.
    #expect(
      Optimizer.galore.updateFLOPs(of: [tensor], precision: .bf16, projection: projection)
        == 1_390_000 + 168_000)
  }

  @Test func `equal matrices share their kernels`() {
    let one = ParameterTensor(rows: 100, columns: 300)
    let other = ParameterTensor(rows: 50, columns: 50)
    let merged = Optimizer.muon.matrixKernels(of: [one, other, one], precision: .bf16)
    #expect(merged.count == 6)
    #expect(merged[0].flops == 2 * Optimizer.muon.matrixKernels(of: one, precision: .bf16)[0].flops)
    #expect(merged[0].launches == 10)
  }

  @Test func `paged states leave the device as far as it overflows`() {
    // 99 999 elements are not paged; 10⁶ have 8 or 2 bytes each.
    let tensors = [ParameterTensor.vector(99_999), ParameterTensor(rows: 1000, columns: 1000)]
    #expect(Optimizer.pagedAdam.pageableBytes(of: tensors) == 8e6)
    #expect(Optimizer.pagedAdam8bit.pageableBytes(of: tensors) == 2e6)
    #expect(Optimizer.adamw.pageableBytes(of: tensors) == 0)
    #expect(Optimizer.pagedAdam.paging(of: tensors, overflow: -5).trafficPerStep == 0)
    #expect(Optimizer.pagedAdam.paging(of: tensors, overflow: 3e6).evicted == 3e6)
    #expect(Optimizer.pagedAdam.paging(of: tensors, overflow: 3e6).trafficPerStep == 6e6)
    #expect(Optimizer.pagedAdam.paging(of: tensors, overflow: 9e6).evicted == 8e6)
  }
}
