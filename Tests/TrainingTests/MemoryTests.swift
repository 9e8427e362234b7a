import Hardware
import MemoryModels
import ModelGraphs
import Quantities
import Testing
import Training

@Suite("Memory of a rank") struct MemoryTests {
  private let parameters: Int64 = 8 * 1024 * 1024

  // bf16 with AdamW: weights 2, master 4, moments 8, gradients 2 bytes a parameter.
  @Test func `holds 16 bytes a parameter in mixed precision with Adam`() throws {
    let memory = try simulate(job()).memory
    #expect(memory[.weights].bytes == 2 * parameters)
    #expect(memory[.optimizer].bytes == 12 * parameters)
    #expect(memory[.gradients].bytes == 2 * parameters)
    // Buckets are a second copy of the gradients where there is something to reduce.
    #expect(memory[.buffers].bytes == 2 * parameters)
  }

  @Test(arguments: [
    (Optimizer.sgd, 0), (.momentum, 4), (.adam, 8), (.adamw, 8),
  ])
  func `holds the states of its optimizer`(optimizer: Optimizer, bytes: Int) throws {
    let memory = try simulate(
      job {
        $0.plan.optimizer = optimizer
        $0.plan.precision = .fp32
      }
    ).memory
    #expect(memory[.optimizer].bytes == Int64(bytes) * parameters)
  }

  // A linear layer keeps its input: 8 layers × batch 4 × 64 rows × 1024 columns × 2 bytes.
  @Test func `keeps the input of every linear layer`() throws {
    let memory = try simulate(job()).memory
    #expect(memory[.activations].bytes == 8 * 4 * 64 * 1024 * 2)
  }

  @Test func `keeps less the more is recomputed`() throws {
    func activations(_ policy: RecomputePolicy) throws -> Int64 {
      try simulate(job(chain(layerCount: 64)) { $0.plan.recompute = policy }).memory[.activations].bytes
    }
    let layer: Int64 = 4 * 64 * 1024 * 2
    #expect(try activations(.none) == 64 * layer)
    // Eight segment inputs, and the eight layers of one segment while it is worked on.
    #expect(try activations(.squareRoot) == 16 * layer)
    #expect(try activations(.every(16)) == 20 * layer)
  }

  @Test func `moves states and activations to the host where asked`() throws {
    let kept = try simulate(job(chain(layerCount: 16)))
    let states = try simulate(job(chain(layerCount: 16)) { $0.plan.offload.optimizer = .host })
    let activations = try simulate(job(chain(layerCount: 16)) { $0.plan.offload.activations = .host })
    #expect(states.memory[.optimizer] == .zero)
    #expect(states.memory[.hostOffload].bytes == 12 * 2 * parameters)
    // Both devices of a node put their states into its memory.
    #expect(states.memory.hostBytesPerNode.bytes == 2 * 12 * 2 * parameters)
    #expect(states.step.time > kept.step.time)
    #expect(activations.memory[.activations] < kept.memory[.activations])
    #expect(activations.memory[.hostOffload] > .zero)
  }

  @Test func `does not fit a device that is too small and says so`() throws {
    let result = try simulate(job { $0.plan.device.memory = .gigabytes(0.5) })
    #expect(!result.memory.fits)
    #expect(result.memory.peak > result.memory.capacity)
    #expect(result.step.time > 0)
  }

  @Test func `of a tier that is too small does not fit`() throws {
    let result = try simulate(
      job {
        $0.plan.offload.optimizer = .disk
        $0.plan.tiers.disk.capacity = .mebibytes(1)
      })
    #expect(result.memory.fitsDevice && !result.memory.fits)
  }

  @Test func `is free of activations, gradients and workspace after a step`() throws {
    for policy in [RecomputePolicy.none, .full, .squareRoot] {
      for place in OffloadPolicy.Place.allCases {
        let result = try simulate(
          job(accumulation: 2, steps: 2) {
            $0.plan.recompute = policy
            $0.plan.offload.activations = place
          })
        let last = try #require(result.execution.memory[0].samples.last)
        for kind in [MemoryKind.activations, .gradients, .workspace, .hostOffload, .diskOffload] {
          #expect(last.bytes[kind.rawValue] == 0, "\(kind.label) left over")
        }
      }
    }
  }
}
