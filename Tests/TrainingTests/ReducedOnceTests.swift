import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import Testing
import Training

@Suite("Shared gradients reduced once") struct ReducedOnceTests {
  private func result(
    once: Bool, _ zero: ZeroStage = .parameters, model: Model = smallDecoder(), frozen: Bool = false
  ) throws -> TrainingResult {
    try simulate(
      parallelJob(ParallelDegrees(data: 4), model: model, microBatches: 6) {
        $0.plan.zero = zero
        $0.plan.reducesOnce = once
        $0.plan.hasFrozenGradients = frozen
      })
  }

  private func reductionCount(_ result: TrainingResult) -> Int {
    result.graph.operators.indices.count { result.graph.name(of: $0).hasSuffix("reduce-scatter") }
  }

  @Test(arguments: [ZeroStage.gradients, .parameters])
  func `send a layer's gradients in the last pass alone`(zero: ZeroStage) throws {
    let (each, once) = (try result(once: false, zero), try result(once: true, zero))
    #expect(reductionCount(each) == 6 * reductionCount(once))
    #expect(once.step.time < each.step.time)
  }

  @Test func `are held whole until then`() throws {
    let model = smallDecoder()
    let (each, once) = (try result(once: false).memory, try result(once: true).memory)
    #expect((once[.gradients].bytes - 2 * model.parameterCount).magnitude < 4096)
    #expect(each[.gradients].bytes < model.parameterCount)
  }

  // A mixture reduces the gradients of its experts apart from the others.
  @Test(arguments: [false, true])
  func `leave nothing behind`(isMixture: Bool) throws {
    let experts = ExpertArchitecture(count: 8, active: 2, width: 512)
    let model = smallDecoder(experts: isMixture ? experts : nil)
    for zero in [ZeroStage.gradients, .parameters] {
      for once in [false, true] {
        let report = try result(once: once, zero, model: model).memory
        // Blocks are multiples of 512 bytes.
        #expect(report.reserved.allocated + report.outsideAllocator - report.peak < .kibibytes(512))
      }
    }
  }

  /// Layers of two products, the second frozen.
  private var halfFrozen: Model {
    var model = chain(layerCount: 4)
    for index in model.layers.indices {
      var second = model.layers[index].operators[0]
      second.name = "frozen"
      second.isTrainable = false
      second.needsInputGradient = true
      model.layers[index].operators.append(second)
    }
    return model
  }

  @Test(arguments: [false, true])
  func `bring those of frozen parameters along where one tensor holds both`(once: Bool) throws {
    let plain = try result(once: once, model: halfFrozen).memory[.gradients].bytes
    let joined = try result(once: once, model: halfFrozen, frozen: true).memory[.gradients].bytes
    #expect(joined == 2 * plain)
  }
}
