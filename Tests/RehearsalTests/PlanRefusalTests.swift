import Rehearsal
import Testing

/// Eight devices of one node and a decoder of twelve query and four key and value heads.
let planScenario = """
  name: plan
  model:
    {layers: 8, hidden: 768, heads: 12, kv_heads: 4, gated: true, position: rope, vocabulary: 4096, context: 256}
  cluster: {accelerator: H100, nodes: 1, accelerators_per_node: 8}
  training: {sequence_length: 256, micro_batch: 1, gradient_accumulation: 8, precision: bf16, steps: 1}
  """

/// A plan that cannot be, and what is said of it.
private struct Refusal: Sendable, CustomTestStringConvertible {
  var overrides: [String]
  var key: String
  var reason: String
  var mend: String

  init(_ overrides: [String], _ key: String, _ reason: String, _ mend: String) {
    self.overrides = overrides
    self.key = key
    self.reason = reason
    self.mend = mend
  }

  var testDescription: String { overrides.joined(separator: " ") }

  /// The whole message; its place is where the refused key's value starts in its override.
  var message: String { "--set:1:\(key.count + 2): \(key): \(reason)\n  mend: \(mend)" }
}

private let experts = ["model.experts=8", "model.experts_per_token=2"]

private let tensorRefusals = [
  Refusal(
    ["plan.tensor=8"], "plan.tensor", "8 does not divide 12 attention heads", "use 1, 2, 3, 4, 6 or 12"),
  Refusal(
    ["cluster.accelerators_per_node=6", "plan.tensor=6"], "plan.tensor",
    "6 neither divides 4 key and value heads nor is a multiple of them", "use 1, 2 or 4"),
  Refusal(
    ["model=resnet-50", "training.sequence_length=auto", "plan.tensor=2"], "plan.tensor",
    "resnet-50 has no products that tensor ranks could divide", "use 1"),
  Refusal(
    ["plan.sequence_parallel=true"], "plan.sequence_parallel",
    "there are no tensor ranks to divide tokens", "leave it out"),
  Refusal(
    ["plan.overlap.tensor=true"], "plan.overlap.tensor", "there are no tensor ranks to exchange with",
    "leave it out"),
]

private let contextRefusals = [
  Refusal(
    ["model=resnet-50", "training.sequence_length=auto", "plan.context=2"], "plan.context",
    "a sample of resnet-50 is no sequence that attention alone mixes", "use 1"),
  Refusal(
    ["model=mamba-130m", "plan.context=2"], "plan.context",
    "a sample of mamba-130m is no sequence that attention alone mixes", "use 1"),
  // A ring gives each rank one piece from either end of the causal triangle: 2 × 2 pieces.
  Refusal(
    ["training.sequence_length=250", "plan.context=2"], "plan.context",
    "a sequence of 250 tokens does not divide into 4 pieces",
    "use a sequence length that is a multiple of 4"),
  Refusal(
    ["training.sequence_length=255", "plan.context=2", "plan.context_method=ulysses"], "plan.context",
    "a sequence of 255 tokens does not divide into 2 pieces",
    "use a sequence length that is a multiple of 2"),
  Refusal(
    ["plan.tensor=2", "plan.context=4", "plan.context_method=ulysses"], "plan.context",
    "4 does not divide the 2 key and value heads of a rank, which ulysses exchanges",
    "use 1 or 2, or context_method: ring"),
  Refusal(["plan.context_method=ulysses"], "plan.context_method", "context is 1", "leave it out"),
]

private let expertRefusals = [
  Refusal(["plan.expert=2"], "plan.expert", "transformer has no routed experts", "use 1"),
  Refusal(
    ["model.experts=6", "plan.expert=4"], "plan.expert", "4 does not divide 6 experts",
    "use 1, 2, 3 or 6"),
  Refusal(
    experts + ["plan.tensor=2", "plan.expert=8"], "plan.expert",
    "8 expert × 2 expert-tensor ranks do not divide the 8 ranks of a stage",
    "use degrees whose product divides 8"),
  Refusal(
    experts + ["plan.tensor=2", "plan.expert=4", "plan.expert_tensor=4"], "plan.expert_tensor",
    "4 expert × 4 expert-tensor ranks do not divide the 8 ranks of a stage",
    "use degrees whose product divides 8"),
  Refusal(
    experts + ["plan.tensor=2", "plan.expert=2", "plan.sequence_parallel=false"], "plan.sequence_parallel",
    "tensor ranks that send tokens to experts need tokens of their own", "use sequence_parallel: true"),
  Refusal(["plan.expert_tensor=1"], "plan.expert_tensor", "nothing divides the experts", "leave it out"),
]

private let dataRefusals = [
  Refusal(
    ["plan.tensor=4", "plan.pipeline=2", "plan.zero=1"], "plan.zero",
    "one data-parallel rank has nobody to share out with", "use 0"),
  Refusal(["plan.shard=2"], "plan.shard", "zero is 0: nothing is shared out", "leave it out"),
  Refusal(
    ["plan.zero=3", "plan.shard=3"], "plan.shard", "3 does not divide 8 data × 1 context ranks",
    "use 1, 2, 4 or 8"),
  Refusal(
    ["plan.zero=3", "plan.tensor=2", "plan.shard=8"], "plan.shard",
    "8 does not divide 4 data × 1 context ranks", "use 1, 2 or 4"),
  Refusal(
    ["plan.zero=1", "plan.reduce_once=true"], "plan.reduce_once",
    "zero 1 does not share gradients out, and reduces them once", "leave it out"),
  Refusal(
    ["plan.zero=3", "training.gradient_accumulation=1", "plan.reduce_once=true"], "plan.reduce_once",
    "a step of one micro-batch reduces its gradients once", "leave it out"),
  Refusal(
    ["plan.overlap.parameters=true"], "plan.overlap.parameters",
    "no updated parameters are gathered under zero 0", "leave it out"),
  Refusal(
    ["plan.zero=3", "plan.overlap.parameters=true"], "plan.overlap.parameters",
    "no updated parameters are gathered under zero 3", "leave it out"),
]

@Suite("Plans that cannot be") struct PlanRefusalTests {
  private func complaint(_ overrides: [String]) -> String {
    do {
      _ = try resolver.job(for: try scenario(planScenario, overrides))
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: tensorRefusals + contextRefusals + expertRefusals + dataRefusals)
  fileprivate func `are refused at their key, with the nearest that can`(refusal: Refusal) {
    #expect(complaint(refusal.overrides) == refusal.message)
  }

  @Test(arguments: ["plan.experts.imbalance=1.5", "plan.experts.capacity=1.25"])
  func `give no load to experts that there are not`(override: String) {
    #expect(complaint([override]).hasSuffix("transformer has no routed experts\n  mend: leave it out"))
  }

  @Test func `name stragglers that are ranks`() {
    #expect(
      complaint(["simulation.stragglers=[{rank: 7, slowdown: 2}, {rank: 8, slowdown: 2}]"]) == """
        --set:1:55: simulation.stragglers[1].rank: there is no rank 8
          mend: ranks are numbered 0 to 7
        """)
  }

  @Test func `are told all at once`() {
    let overrides = ["plan.tensor=8", "training.sequence_length=255", "plan.overlap.pipeline=true"]
    #expect(
      complaint(overrides) == """
        --set:1:13: plan.tensor: 8 does not divide 12 attention heads
          mend: use 1, 2, 3, 4, 6 or 12
        --set:1:23: plan.overlap.pipeline: without a pipeline there is nothing to send
          mend: leave it out
        """)
  }
}
