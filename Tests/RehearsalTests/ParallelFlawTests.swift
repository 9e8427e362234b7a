import Rehearsal
import TestSupport
import Testing

/// Bytes of bf16 training with AdamW a parameter: weights 2, gradients 2, master weights and moments 12.
private let (weightBytes, gradientBytes, stateBytes) = (Int64(2), Int64(2), Int64(12))

/// Collectives take nothing of a device, so that its kernels alone are its computation.
let withoutInterference = ["simulation.interference={inside_node: 0, between_nodes: 0}"]

/// `planScenario` on so many devices of one node.
private func onDevices(_ count: Int, _ overrides: [String] = []) throws -> TrainingResult {
  try simulated(planScenario, ["cluster.accelerators_per_node=\(count)"] + withoutInterference + overrides)
}

@Suite("What parallel ranks divide") struct ParallelFlawTests {
  @Test(arguments: [2, 4])
  func `tensor ranks divide weights, gradients, optimizer states and arithmetic`(ranks: Int) throws {
    let whole = try onDevices(1)
    let part = try onDevices(ranks, ["plan.tensor=\(ranks)"])
    // Two norms of 768 in eight blocks and one behind them are whole on every rank.
    let norms = Int64(17 * 768)
    let held = (whole.job.plan.model.parameterCount - norms) / Int64(ranks) + norms
    #expect(part.memory[.weights].bytes == weightBytes * held)
    #expect(part.memory[.gradients].bytes == gradientBytes * held)
    #expect(part.memory[.optimizer].bytes == stateBytes * held)
    func products(_ result: TrainingResult) -> Double {
      result.graph.operators.reduce(0) { $0 + ([.forward, .backward].contains($1.phase) ? $1.flops : 0) }
    }
    // Norms and sums, divided by tokens, round up to whole elements.
    #expect(agree(products(part), products(whole) / Double(ranks), relative: 1e-3))
    #expect(part.step.compute < whole.step.compute)
  }

  @Test func `stages divide all that ranks hold, and nothing is lost or held twice`() throws {
    let untied = ["model.tied_embeddings=false"]
    let whole = try onDevices(1, untied)
    let staged = try onDevices(4, untied + ["plan.pipeline=4"])
    #expect(staged.memoryByClass.map(\.stage) == [0, 1, 2, 3])
    func held(_ part: (MemoryReport) -> ByteCount) -> Int64 {
      staged.memoryByClass.reduce(0) { $0 + part($1).bytes }
    }
    let parameters = whole.job.plan.model.parameterCount
    #expect(held { $0[.weights] } == weightBytes * parameters)
    #expect(held { $0[.gradients] } == gradientBytes * parameters)
    #expect(held { $0[.optimizer] } == stateBytes * parameters)
    // The mean over stages of what each computes is a quarter of the whole, half of what two stages do. (One rank
    // alone has no buffer that its first gradients are added to.)
    #expect(agree(4 * staged.step.forward, whole.step.forward, relative: 1e-6))
    let halves = try onDevices(2, untied + ["plan.pipeline=2"])
    #expect(agree(4 * staged.step.backward, 2 * halves.step.backward, relative: 1e-6))
    #expect(agree(4 * staged.step.backward, whole.step.backward, relative: 0.05))
  }

  @Test func `70 billion parameters on 8 × 8 ranks are 18 GB of states a rank, not 1,115`() throws {
    let result = try simulated(
      """
      model: llama-3.1-70b
      cluster: {accelerator: H100, nodes: 8, accelerators_per_node: 8}
      training: {sequence_length: 2048, micro_batch: 1, gradient_accumulation: 8, precision: bf16, steps: 1}
      plan: {tensor: 8, pipeline: 8}
      """)
    #expect(result.job.plan.model.parameterCount == 70_553_706_496)
    for memory in result.memoryByClass {
      let states = memory[.weights].bytes + memory[.gradients].bytes + memory[.optimizer].bytes
      // 16 bytes × 70.55e9 / 64 = 17.6 GB; ends hold a table of 128,256 × 8,192 besides nine blocks of eighty.
      #expect(states > 16_000_000_000 && states < 20_000_000_000, "\(memory.className): \(states)")
    }
    #expect(result.memory.fits)
  }

  @Test func `expert ranks divide experts alone, and exchange tokens four times a block`() throws {
    let mixture = ["model.experts=8", "model.experts_per_token=2"]
    let whole = try onDevices(8, mixture)
    // Eight blocks of eight experts with three matrices of 768 × 2048.
    let inExperts = Int64(8 * 8 * 3 * 768 * 2048)
    let others = whole.job.plan.model.parameterCount - inExperts
    func exchanges(_ result: TrainingResult) -> Int {
      result.collectives.reduce(0) { $0 + ($1.kind == .allToAll ? $1.count : 0) }
    }
    #expect(whole.memory[.weights].bytes == weightBytes * (others + inExperts))
    #expect(exchanges(whole) == 0)
    for ranks in [2, 4, 8] {
      let part = try onDevices(8, mixture + ["plan.expert=\(ranks)"])
      let held = others + inExperts / Int64(ranks)
      #expect(part.memory[.weights].bytes == weightBytes * held)
      #expect(part.memory[.gradients].bytes == gradientBytes * held)
      #expect(part.memory[.optimizer].bytes == stateBytes * held)
      // To the experts and back, forward and backward, in eight blocks and eight micro-batches.
      #expect(exchanges(part) == 4 * 8 * 8)
      // s · k tokens of 768 in two bytes leave every rank.
      let sent = part.collectives.filter { $0.kind == .allToAll }
      #expect(sent.allSatisfy { $0.bytes.bytes == 256 * 2 * 768 * 2 && $0.ranks == ranks })
    }
  }

  @Test func `context ranks divide activations and the time of attention, not weights`() throws {
    let whole = try onDevices(1)
    let part = try onDevices(2, ["plan.context=2"])
    #expect(part.memory[.weights] == whole.memory[.weights])
    #expect(part.memory[.optimizer] == whole.memory[.optimizer])
    let share = Double(part.memory[.activations].bytes) / Double(whole.memory[.activations].bytes)
    #expect(share > 0.49 && share < 0.51, "\(share)")
    #expect(part.step.compute < whole.step.compute)
    // Each holds gradients of the same weights, from its own tokens: they are summed.
    #expect(part.collectives.contains { $0.communicator == .data && $0.ranks == 2 })
  }

  @Test(arguments: [["plan.tensor=2", "plan.pipeline=2"], ["plan.pipeline=4"], ["plan.zero=1"]])
  func `twice the micro-batches are twice the passes, and one update, whatever the plan`(plan: [String])
    throws
  {
    let few = try onDevices(8, plan)
    let many = try onDevices(8, plan + ["training.gradient_accumulation=16"])
    #expect(many.job.globalBatch == 2 * few.job.globalBatch)
    #expect(agree(many.step.forward, 2 * few.step.forward))
    // The first backward pass may write the gradients that each later one adds to.
    #expect(many.step.backward >= 2 * few.step.backward * (1 - 1e-9))
    #expect(many.step.backward < 2.1 * few.step.backward)
    #expect(agree(many.step.optimizer, few.step.optimizer))
    // Filling and draining, the reduction and the update are paid once.
    #expect(many.step.time < 2 * few.step.time)
    #expect(many.throughput.tokensPerSecond > few.throughput.tokensPerSecond)
  }

  @Test func `shared parameters are gathered and gradients given away in every micro-batch`() throws {
    let few = try onDevices(8, ["plan.zero=3"])
    let many = try onDevices(8, ["plan.zero=3", "training.gradient_accumulation=16"])
    func calls(_ result: TrainingResult, _ kind: CollectiveKind) -> Int {
      result.collectives.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) }
    }
    // Ten layers, table and head among them; a tied head has nothing to gather but its norm. Forward and backward.
    #expect(calls(few, .allGather) == 2 * 10 * 8 && calls(few, .reduceScatter) == 10 * 8)
    #expect(calls(many, .allGather) == 2 * 10 * 16 && calls(many, .reduceScatter) == 10 * 16)
    #expect(agree(many.step.communication, 2 * few.step.communication, relative: 1e-6))
    #expect(agree(many.step.time, 2 * few.step.time, relative: 0.02))
  }

  @Test(arguments: [["plan.tensor=2", "plan.pipeline=2"], ["plan.context=2"], []])
  func `full recomputation runs all blocks forward again, whatever the plan`(plan: [String]) throws {
    let kept = try onDevices(8, plan)
    let again = try onDevices(8, plan + ["training.recompute=full"])
    #expect(kept.step.recompute == 0)
    #expect(agree(again.step.forward, kept.step.forward))
    #expect(again.step.recompute < kept.step.forward)
    let model = kept.job.plan.model
    // All but the logits: 2 · h · V a token.
    let logits = 2 * Double(model.tokensPerSample) * 768 * 4096
    let more =
      (model.trainingFLOPsPerSample + model.forwardFLOPsPerSample - logits) / model.trainingFLOPsPerSample
    #expect(agree(again.throughput.hfu * again.step.time, more * kept.throughput.mfu * kept.step.time))
    #expect(more > 1.2 && more < 1.33)
    #expect(again.memory[.activations] < kept.memory[.activations])
  }

  @Test func `uneven stages wait for the longest, and hold what they are given`() throws {
    let even = try onDevices(2, ["plan.pipeline=2", "plan.stage_blocks=[4, 4]"])
    let odd = try onDevices(2, ["plan.pipeline=2", "plan.stage_blocks=[6, 2]"])
    #expect(odd.step.time > 1.2 * even.step.time)
    #expect(odd.step.bubble > even.step.bubble)
    #expect(agree(odd.step.forward, even.step.forward))
    func weights(_ result: TrainingResult, _ stage: Int) -> Int64 {
      result.memoryByClass[stage][.weights].bytes
    }
    // A block: 768 × (12 + 2 × 4) × 64 in, 768 × 768 out, 3 × 768 × 2048, and two norms.
    let (attention, feedForward, norms) = (768 * 20 * 64 + 768 * 768, 3 * 768 * 2048, 2 * 768)
    let block = weightBytes * Int64(attention + feedForward + norms)
    #expect(weights(odd, 0) - weights(even, 0) == 2 * block)
    #expect(weights(even, 1) - weights(odd, 1) == 2 * block)
  }

  @Test func `a group that leaves its node pays for it`() throws {
    // Twelve tensor ranks in one node against six in each of two.
    let inside = try onDevices(12, ["plan.tensor=12"])
    let across = try onDevices(6, ["cluster.nodes=2", "plan.tensor=12"])
    #expect(agree(inside.step.compute, across.step.compute))
    #expect(across.step.communication > 1.5 * inside.step.communication)
  }
}
