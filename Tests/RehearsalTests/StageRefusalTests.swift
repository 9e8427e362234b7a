import Rehearsal
import Testing

private let base = """
  name: refused
  model: {layers: 2, hidden: 256, heads: 4, context: 4096, vocabulary: 1000}
  cluster: {accelerator: A100-SXM-80GB, nodes: 2, accelerators_per_node: 2}
  training: {steps: 1}
  """

private func complaint(_ overrides: [String]) -> String {
  do {
    _ = try simulated(base, overrides)
    return "none"
  } catch { return "\(error)" }
}

@Suite("What a stage or a method refuses") struct StageRefusalTests {
  private static let cases: [([String], String)] = [
    (
      ["training.fp8_activation_inputs=true"],
      "--set:1:32: training.fp8_activation_inputs: the model has no gated activations\n  mend: leave it out"
    ),
    (
      ["model.gated=true", "training.precision=fp32", "training.fp8_activation_inputs=true"],
      "--set:1:32: training.fp8_activation_inputs: fp32 keeps activations in 32 bits, and the casts are between 16 and 8"
        + "\n  mend: leave it out, or use another precision"
    ),
    (
      ["model.gated=true", "training.framework=pytorch-2-eager", "training.fp8_activation_inputs=true"],
      "--set:1:32: training.fp8_activation_inputs: pytorch-2-eager runs gated activations as an operation each, which "
        + "keep their inputs as they are\n  mend: leave it out, or set training.framework to none"
    ),
    (
      ["training.adapter.rank=8"],
      "--set:1:23: training.adapter.rank: method: full has no adapters\n"
        + "  mend: leave it out, or use method: lora, qlora, dora or pissa"
    ),
    (
      ["training.method=lora", "training.adapter.double_quantisation=true"],
      "--set:1:38: training.adapter.double_quantisation: method: lora has no quantised base\n"
        + "  mend: leave it out, or use method: qlora"
    ),
    (
      ["training.freeze.side=first"],
      "--set:1:22: training.freeze.side: method: full chooses no layers\n"
        + "  mend: leave it out, or use method: freeze"
    ),
    (
      ["training.method=lora", "training.adapter.targets=[q_prj]"],
      "--set:1:26: training.adapter.targets: the model has no product named q_prj\n"
        + "  mend: use q_proj, k_proj, v_proj, qkv, o_proj, up_proj, down_proj or all-linear"
    ),
    (
      ["training.method=pissa", "training.adapter.rank=512"],
      "--set:1:23: training.adapter.rank: rank 512 is more than the 256 singular vectors of q_proj\n"
        + "  mend: use 256 or less, or leave it out"
    ),
    (
      ["training.method=freeze", "training.freeze.trainable_layers=3"],
      "--set:1:34: training.freeze.trainable_layers: 3 trainable layers of a model with 2\n  mend: use 1 to 2"
    ),
    (
      ["training.optimizer_rank=8"],
      "--set:1:25: training.optimizer_rank: optimizer: adamw projects no gradients\n"
        + "  mend: leave it out, or use optimizer: galore or apollo"
    ),
    (
      ["training.stage=dpo", "training.rollout.tensor=2"],
      "--set:1:25: training.rollout.tensor: stage: dpo generates no answers\n"
        + "  mend: leave it out, or use stage: ppo or grpo"
    ),
    (
      ["training.stage=dpo", "training.reference=none"],
      "--set:1:20: training.reference: stage: dpo compares with a reference\n  mend: use model or precomputed"
    ),
    (
      ["training.stage=grpo", "training.reference=precomputed"],
      "--set:1:20: training.reference: answers of stage: grpo are not known before training\n"
        + "  mend: use model or none"
    ),
    (
      ["training.stage=ppo", "training.rollout.group_size=4"],
      "--set:1:29: training.rollout.group_size: stage: ppo writes one answer for a prompt\n"
        + "  mend: leave it out, or use stage: grpo"
    ),
    (
      ["training.stage=grpo", "training.critic=gpt2-small"],
      "--set:1:17: training.critic: stage: grpo has no critic\n  mend: leave it out"
    ),
    (
      ["training.stage=rm", "training.reward_model=gpt2-small"],
      "--set:1:23: training.reward_model: stage: rm trains the model itself\n  mend: leave it out"
    ),
    (
      ["training.stage=grpo", "training.sequence_length=128"],
      "--set:1:26: training.sequence_length: rollout.prompt_tokens and answer_tokens say how long a sequence is\n"
        + "  mend: leave it out, or give answers an answer_spread that it cuts off"
    ),
    (
      ["training.stage=grpo", "training.rollout.staleness=1"],
      "--set:1:28: training.rollout.staleness: colocated generation waits for every update\n"
        + "  mend: leave it out, or use placement: split"
    ),
    (
      ["training.stage=grpo", "training.rollout={placement: split, nodes: 2}"],
      "--set:1:44: training.rollout.nodes: 2 of 2 nodes generate, which leaves none to train\n  mend: use at most 1"
    ),
    (
      ["training.stage=grpo", "training.rollout.tensor=3"],
      "--set:1:25: training.rollout.tensor: workers of 3 ranks do not divide the 4 ranks that generate, 2 a node\n"
        + "  mend: use a divisor of 2"
    ),
    (
      ["training.stage=grpo", "training.rollout={answer_spread: 0.5, answer_tokens: 4000}"],
      "--set:1:54: training.rollout.answer_tokens: 512 tokens of prompt and 4000 of answer are more than the 4096 of a "
        + "sequence\n  mend: use shorter ones, or a longer sequence_length"
    ),
    (
      ["training.stage=dpo", "model=bert-base", "training.sequence_length=128"],
      "--set:1:16: training.stage: stage: dpo needs a causal decoder, which bert-base is not\n"
        + "  mend: use stage: pretrain or sft, or another model"
    ),
    (
      ["training.stage=grpo", "training.reward_model=resnet-50"],
      "--set:1:23: training.reward_model: resnet-50 scores no text\n  mend: use a transformer of text"
    ),
    (
      ["training.stage=grpo", "training.reward_model=gpt-2-smal"],
      "--set:1:23: training.reward_model: no model is named 'gpt-2-smal'\n  mend: did you mean 'GPT-2 small'?"
    ),
    (
      ["training.stage=grpo", "training.global_batch=4000000"],
      "test.yaml:1:1: training.rollout.answer_tokens: a step of 32000000 answers is out of range: at most "
        + "10000000\n  mend: use a smaller global_batch, fewer answers or shorter ones"
    ),
  ]

  @Test(arguments: cases)
  func `is said by name and place, with the mend`(overrides: [String], expected: String) {
    #expect(complaint(overrides) == expected)
  }
}
