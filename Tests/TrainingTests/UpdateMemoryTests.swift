import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import Testing
import Training

@Suite("Memory of the update") struct UpdateMemoryTests {
  /// Eight layers of 1024 × 1024 on one device.
  private let parameters: Int64 = 8 * 1024 * 1024

  private func memory(
    _ method: UpdateMethod, change: (inout TrainingJob) -> Void = { _ in }
  ) throws -> MemoryReport {
    try simulate(
      job(nodes: 1) {
        $0.plan.layout = .dataParallel(1)
        $0.cluster.devicesPerNode = 1
        $0.plan.updateMethod = method
        change(&$0)
      }
    ).memory
  }

  // Weights 2, master 4, moments 8, gradients 2 bytes a parameter; their cast 4, root and denominator 8.
  @Test func `operation by operation takes 12 bytes a parameter besides`() throws {
    let memory = try memory(.listed)
    #expect(memory[.buffers].bytes == 4 * parameters)
    #expect(memory[.workspace].bytes == 8 * parameters)
    #expect((memory.peak - memory[.overhead]).bytes == 28 * parameters)
    #expect(memory.peakOperator == "optimizer")
  }

  // The narrow gradients are gone by then.
  @Test func `of a flat tensor holds no gradients but in fp32`() throws {
    let memory = try memory(.flat)
    #expect((memory.peak - memory[.overhead]).bytes == 26 * parameters)
  }

  // Copies for the norm are of one tensor each and leave segments in which no flat tensor finds room.
  @Test func `of a flat tensor reserves more than of many`() throws {
    let (flat, listed) = (try memory(.flat).reserved, try memory(.listed).reserved)
    #expect(flat.allocated < listed.allocated)
    #expect(flat.reserved > listed.reserved)
  }

  @Test func `by one kernel takes nothing`() throws {
    let memory = try memory(.fused)
    #expect(memory[.buffers] == .zero)
    #expect(memory[.workspace].bytes < parameters)
  }

  @Test(arguments: [UpdateMethod.listed, .flat])
  func `casts no gradients in fp32`(method: UpdateMethod) throws {
    let memory = try memory(method) { $0.plan.precision.gradient = .fp32 }
    #expect(memory[.buffers] == .zero)
    #expect(memory[.workspace].bytes == 8 * parameters)
  }

  @Test func `of a rule without moments takes no root of one`() throws {
    let memory = try memory(.listed) { $0.plan.optimizer = .sgd }
    #expect(memory[.buffers].bytes == 4 * parameters)
    #expect(memory[.workspace].bytes < parameters)
  }

  @Test func `of parameters that are shared out is of each rank's share`() throws {
    func shared(_ method: UpdateMethod) throws -> MemoryReport {
      try simulate(
        parallelJob(ParallelDegrees(data: 4)) {
          $0.plan.zero = .parameters
          $0.plan.updateMethod = method
        }
      ).memory
    }
    let elements = smallDecoder().parameterCount / 4
    let listed = try shared(.listed)
    #expect(listed[.workspace].bytes >= 8 * elements)
    #expect(listed[.workspace].bytes < 9 * elements)
    #expect(try shared(.flat).peak == listed.peak)
  }
}
