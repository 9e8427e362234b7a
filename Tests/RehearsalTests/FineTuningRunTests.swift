import Rehearsal
import TestSupport
import Testing

private let llama = """
  name: llama
  model: llama-2-7b
  cluster: {node: DGX-H100, accelerator: H100-SXM-80GB, nodes: 1}
  training: {stage: sft, sequence_length: 4096, micro_batch: 1, global_batch: 128, steps: 1}
  plan: {zero: 1}
  """
private let consumer = """
  name: consumer
  model: llama-3.1-8b
  cluster: {accelerator: RTX-4090, nodes: 1, accelerators_per_node: 1}
  training: {stage: sft, sequence_length: 2048, micro_batch: 1, steps: 1, recompute: full}
  """

@Suite("Fine-tuning runs") struct FineTuningRunTests {
  @Test func `adapters train as much faster than the whole model as measured`() throws {
    // NeMo 24.07, Llama-2-7B on 8 H100, 4096 tokens, global batch 128: 24,824 against 16,891 tokens/s a device, 1.47.
    let full = try simulated(llama)
    let lora = try simulated(
      llama, ["training.method=lora", "training.adapter={rank: 32, targets: [qkv]}"])
    let speedup = full.step.time / lora.step.time
    #expect(speedup > 1.3 && speedup < 1.5, "\(speedup)")
  }

  @Test func `frozen weights have no gradients and no optimizer states`() throws {
    let result = try simulated(
      baseScenario, ["training.method=lora", "cluster.nodes=1", "cluster.accelerators_per_node=1"])
    let trained = result.job.plan.model.trainableParameterCount
    // 2 blocks, h = 256: r = 16 on q, k, v, o of 256 + 256, up and down of 256 + 1024.
    #expect(trained == Int64(2 * 16 * (4 * 512 + 2 * 1280)))
    #expect(result.memory[.gradients].bytes == 2 * trained)
    #expect(result.memory[.optimizer].bytes == 12 * trained)
    #expect(result.memory[.weights].bytes == 2 * result.job.plan.model.parameterCount)
  }

  @Test func `a base in 4 bits fits a consumer card that all states are too many for`() throws {
    let full = try simulated(consumer).memory
    let lora = try simulated(consumer, ["training.method=lora"]).memory
    let qlora = try simulated(consumer, ["training.method=qlora"]).memory
    let double = try simulated(
      consumer, ["training.method=qlora", "training.adapter.double_quantisation=true"]
    ).memory
    #expect(!full.fits && qlora.fits)
    #expect(double.peak < qlora.peak && qlora.peak < lora.peak && lora.peak < full.peak)
  }

  @Test func `layers that train are the last ones, unless the first are asked for`() throws {
    let last = try simulated(baseScenario, ["training.method=freeze", "training.freeze.trainable_layers=1"])
    let first = try simulated(
      baseScenario, ["training.method=freeze", "training.freeze={trainable_layers: 1, side: first}"])
    // Below the last block nothing flows back.
    #expect(last.step.backward < first.step.backward)
    #expect(last.job.plan.model.trainableParameterCount == first.job.plan.model.trainableParameterCount)
  }

  @Test func `projected gradients keep smaller states`() throws {
    func states(_ rank: Int) throws -> ByteCount {
      try simulated(baseScenario, ["training.optimizer=galore", "training.optimizer_rank=\(rank)"]).memory[
        .optimizer]
    }
    #expect(try states(8) < states(64))
  }

  @Test func `formats that a device has no units for are refused by name`() {
    func complaint(_ accelerator: String, _ precision: String) -> String {
      do {
        _ = try simulated(
          baseScenario, ["cluster.accelerator=\(accelerator)", "training.precision=\(precision)"])
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      complaint("A100", "fp8") == """
        --set:1:20: training.precision: A100-SXM-80GB has no fp8 arithmetic
          mend: use fp32 or tf32 or fp16 or bf16
        """)
    // Hopper multiplies fp8 with one scale a tensor, not with one a block.
    #expect(
      complaint("H100", "mxfp8") == """
        --set:1:20: training.precision: H100-SXM-80GB has no mxfp8 arithmetic
          mend: use fp32 or tf32 or fp16 or bf16 or fp8 or fp8_current
        """)
    #expect(complaint("H100", "fp8") == "none" && complaint("B200", "nvfp4") == "none")
  }

  @Test func `narrow weights are refused where no product is narrow or nothing writes them`() {
    func complaint(_ more: [String]) -> String {
      do {
        _ = try simulated(
          baseScenario, ["cluster.accelerator=H100", "training.primary_weights=narrow"] + more)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(complaint(["training.precision=fp8"]) == "none")
    #expect(
      complaint([]) == """
        --set:1:26: training.primary_weights: bf16 has no narrow products whose weights could be stored narrow
          mend: remove training.primary_weights, or set training.precision to fp8
        """)
    #expect(
      complaint(["training.precision=fp8", "training.framework=pytorch"]) == """
        --set:1:26: training.primary_weights: pytorch keeps its weights in fp32 and casts them for each product
          mend: remove training.primary_weights, or set training.framework to none
        """)
  }

  @Test func `planned memory has no segments to expand`() {
    #expect(throws: Diagnostics.self) {
      try simulated(
        baseScenario, ["training.allocator.kind=planned", "training.allocator.expandable_segments=true"])
    }
  }
}
