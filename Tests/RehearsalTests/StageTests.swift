import Documents
import Rehearsal
import TestSupport
import Testing

/// One A100 with a transformer of four blocks that writes; sequences of 128 tokens.
private let policy = """
  name: policy
  model: {layers: 4, hidden: 512, heads: 8, context: 4096, vocabulary: 1000, gated: true, position: rope}
  cluster: {accelerator: A100-SXM-80GB, nodes: 1, accelerators_per_node: 1}
  training: {sequence_length: 128, micro_batch: 2, steps: 1}
  """
/// Prompts of 64 tokens with answers of 64, so that sequences have 128.
private let writing = [
  "training.sequence_length=auto", "training.rollout={prompt_tokens: 64, answer_tokens: 64, group_size: 4}",
]

private func stage(_ name: String, _ overrides: [String] = []) throws -> TrainingResult {
  try simulated(policy, ["training.stage=\(name)"] + overrides)
}

@Suite("Stages of training") struct StageTests {
  @Test func `passes over texts are pretraining, whatever they are called`() throws {
    let (one, other) = (try stage("pretrain"), try stage("sft"))
    #expect(one.step == other.step && one.fingerprint == other.fingerprint)
    #expect(one.postTraining == nil && other.postTraining == nil)
  }

  @Test func `an encoder that learns from examples tells two classes apart`() throws {
    func parameters(_ model: String, _ stage: String) throws -> Int64 {
      try simulated(
        """
        name: encoder
        model: \(model)
        cluster: {accelerator: A100-SXM-80GB, nodes: 1, accelerators_per_node: 1}
        training: {stage: \(stage), sequence_length: 128, micro_batch: 2, steps: 1}
        """
      ).job.plan.model.parameterCount
    }
    // The pooler goes, a matrix and biases of two classes come.
    let head: Int64 = 768 * 2 + 2
    #expect(
      try parameters("bert-base", "sft")
        == parameters("bert-base", "pretrain") - (768 * 768 + 768) + head)
    // ELECTRA's discriminator goes on alone; its own head was a pooler and one class.
    #expect(
      try parameters("electra-base", "sft")
        == parameters("electra-base-discriminator", "pretrain") - (768 * 768 + 768) - 769 + head)
  }

  @Test func `a pair is two sequences of the policy and of the reference`() throws {
    // Two pairs are four sequences: their update is that of four texts, their scoring its forward pass.
    let pairs = try stage("dpo")
    let texts = try stage("sft", ["training.micro_batch=4"])
    let report = try #require(pairs.postTraining)
    #expect(report.samples == 2 && report.sequencesPerSample == 2)
    #expect(report.step.update == texts.execution.endTime - .zero)
    #expect(agree(report.step.scoring.seconds, texts.step.forward, relative: 1e-9))
    // 2 sequences × (training + forward) FLOPs of each pair.
    let model = pairs.job.plan.model
    let flops = 2 * 2 * (model.trainingFLOPsPerSample + model.forwardFLOPsPerSample)
    #expect(
      agree(pairs.throughput.modelTeraflopsPerAccelerator * 1e12 * pairs.step.time, flops, relative: 1e-12))
    #expect(agree(pairs.throughput.samplesPerSecond * pairs.step.time, 2, relative: 1e-12))
  }

  @Test func `stages cost what their passes cost`() throws {
    let seconds = try ["orpo", "simpo", "dpo", "ipo"].map { try stage($0).step.time }
    #expect(seconds[0] == seconds[1] && seconds[2] == seconds[3])
    #expect(seconds[2] > seconds[0])
    let precomputed = try stage("dpo", ["training.reference=precomputed"])
    #expect(precomputed.step.time == seconds[0])
    // KTO trains one sequence and passes three: the policy's mismatched one, and the reference's two.
    let kto = try stage("kto")
    #expect(kto.postTraining?.scoring.map(\.sequences) == [1, 2])
    #expect(kto.postTraining?.updates.map(\.sequences) == [1])
    // A reward model's head makes one number where a text's makes a word.
    #expect(try stage("rm").step.time < seconds[0])
  }

  @Test func `accumulation makes every pass again`() throws {
    let once = try stage("dpo")
    let twice = try stage("dpo", ["training.gradient_accumulation=2"])
    #expect(agree(twice.step.forward, 2 * once.step.forward, relative: 1e-9))
    #expect(agree(twice.step.scoring, 2 * once.step.scoring, relative: 1e-9))
    #expect(twice.job.globalBatch == 2 * once.job.globalBatch)
    #expect(twice.step.optimizer == once.step.optimizer)
  }

  @Test func `models that score are held with their weights, trained ones with all their states`() throws {
    let plain = try stage("sft").memory
    let parameters = try stage("sft").job.plan.model.parameterCount
    let dpo = try stage("dpo").memory
    #expect(dpo[.weights].bytes == 2 * plain[.weights].bytes)
    #expect(dpo[.optimizer] == plain[.optimizer])
    // Reference and reward are frozen; a critic has master weights and moments too, 12 bytes a parameter. Heads of
    // reward and critic have 512 weights where the policy's has none of its own: it is tied to 1000 · 512.
    let ppo = try stage(
      "ppo", Array(writing.dropLast()) + ["training.rollout={prompt_tokens: 64, answer_tokens: 64}"])
    let update = try #require(ppo.memoryByClass.first)
    #expect(update[.weights].bytes == 2 * (4 * parameters + 2 * 512))
    #expect(update[.optimizer].bytes == 12 * (2 * parameters + 512))
    // With adapters the policy is its own reference.
    let adapters = try stage("dpo", ["training.method=lora"])
    #expect(adapters.memory[.weights].bytes == 2 * adapters.job.plan.model.parameterCount)
  }

  @Test func `companions are divided as the policy is`() throws {
    let cluster = ["cluster.accelerators_per_node=4"]
    let whole = try stage("dpo", cluster).memory[.weights].bytes
    #expect(try stage("dpo", cluster + ["plan.zero=3"]).memoryByClass[0].liveAtPeak.count > 0)
    let resident = try stage("dpo", cluster + ["plan.zero=3"]).execution.memory[0].samples[0].bytes
    #expect(resident[MemoryModels.MemoryKind.weights.rawValue] == whole / 4)
    let tensor = try stage("dpo", cluster + ["plan.tensor=2", "training.micro_batch=2"])
    #expect(tensor.memory[.weights].bytes < whole * 6 / 10)
  }

  @Test func `a step's parts add up, with answers, scores and new weights`() throws {
    for placement in ["colocated", "split"] {
      let result = try stage(
        "grpo", writing + ["cluster.nodes=2", "training.rollout.placement=\(placement)"])
      let step = result.step
      let parts =
        step.compute + step.optimizer + step.exposedCommunication + step.bubble + step.exposedOffload
        + step.rollout + step.scoring + step.weightSync + step.other
      #expect(agree(parts, step.time, relative: 1e-9))
      #expect(step.rollout > 0 && step.scoring > 0 && step.weightSync > 0)
      #expect(agree(result.totalSeconds, step.time, relative: 1e-9))
    }
  }

  @Test func `answers of a group share the pass over their prompt`() throws {
    let (few, many) = (
      try stage("grpo", writing), try stage("grpo", writing + ["training.rollout.group_size=8"])
    )
    let (a, b) = (try #require(few.postTraining?.rollout), try #require(many.postTraining?.rollout))
    #expect(a.time.prefill == b.time.prefill)
    #expect(b.generatedTokens == 2 * a.generatedTokens)
    // 63 tokens after the first, each a step for all sequences together.
    #expect(a.time.decodeSteps == 63 && b.time.decodeSteps == 63)
    // Two prompts of 64 tokens and their answers, 64 tokens each: 2 · 4 layers · 512 elements of 2 bytes a token.
    let perToken: Int64 = 2 * 4 * 512 * 2
    #expect(a.time.peakCache.bytes == 2 * (64 + 4 * 64) * perToken)
    #expect(many.postTraining?.sequencesPerSample == 8)
  }

  @Test func `every epoch is an update of its own`() throws {
    let once = try #require(try stage("grpo", writing).postTraining)
    let twice = try #require(try stage("grpo", writing + ["training.rollout.epochs=2"]).postTraining)
    #expect(agree(twice.step.update.seconds, 2 * once.step.update.seconds, relative: 1e-9))
    #expect(twice.step.scoring == once.step.scoring && twice.step.rollout == once.step.rollout)
  }

  @Test func `nodes of their own let answers be written ahead`() throws {
    let split = writing + ["cluster.nodes=3", "training.rollout.placement=split", "training.rollout.nodes=1"]
    let waiting = try stage("grpo", split)
    let ahead = try stage("grpo", split + ["training.rollout.staleness=1"])
    #expect(waiting.job.plan.rankCount == 2 && waiting.job.deviceCount == 3)
    let step = try #require(ahead.postTraining?.step)
    // max(rollout, scoring + update) + sync, against their sum.
    #expect(agree(ahead.step.time, step.splitTime(staleness: 1).seconds, relative: 1e-9))
    #expect(agree(waiting.step.time, step.splitTime(staleness: 0).seconds, relative: 1e-9))
    // Trained parameters in 16 bits over one port of 200 Gb/s at 92 %, A100's share of the network.
    let bytes = 2 * Double(ahead.job.plan.model.parameterCount)
    let port = ahead.job.cluster.interNode.payloadBandwidth.bytesPerSecond
    #expect(agree(ahead.step.weightSync, bytes / port, relative: 1e-9))
    // Adapters alone are sent where nothing else is trained.
    let adapters = try stage("grpo", split + ["training.method=lora"])
    let trained = 2 * Double(adapters.job.plan.model.trainableParameterCount)
    #expect(agree(adapters.step.weightSync, trained / port, relative: 1e-6))
  }

  @Test func `a cache without room does not fit, and says by how much`() throws {
    let long = [
      "training.sequence_length=auto", "training.recompute=full",
      "training.rollout={prompt_tokens: 64, answer_tokens: 4000, group_size: 2}",
      "cluster.accelerator={base: A100, memory: 700 MB}",
    ]
    let result = try stage(
      "grpo", long + ["training.micro_batch=1", "training.reference=none", "training.reward_model=none"])
    let rollout = try #require(result.memoryByClass.last)
    #expect(rollout.className == "rollout")
    // One prompt with its answers: (64 + 2 · 4000) tokens of 2 · 4 · 512 elements of 2 bytes.
    let perToken: Int64 = 2 * 4 * 512 * 2
    #expect(result.postTraining?.rollout?.time.peakCache.bytes == (64 + 8000) * perToken)
    #expect(!rollout.fits && rollout.peak > rollout.capacity)
  }

  @Test func `answers of one length take as long as their median, longer tails longer`() throws {
    let fixed = try stage("grpo", writing)
    let spread = try stage("grpo", writing + ["training.rollout.answer_spread=0.8"])
    let (a, b) = (try #require(fixed.postTraining?.rollout), try #require(spread.postTraining?.rollout))
    #expect(b.time.decodeSteps > a.time.decodeSteps)
    // The passes that learn take the mean length.
    let mean = Double(b.generatedTokens) / 8
    #expect(spread.job.plan.model.tokensPerSample == 64 + Int(mean.rounded()))
  }

  @Test func `the same seed gives the same step`() throws {
    let overrides = writing + ["training.stage=grpo", "training.rollout.answer_spread=0.8"]
    #expect(answer(try run(policy, overrides)) == answer(try run(policy, overrides, threads: 2)))
    let other = answer(try run(policy, overrides + ["simulation.seed=7"]))
    #expect(answer(try run(policy, overrides)) != other)
  }

  @Test(arguments: [
    ["plan.zero=3"], ["plan.tensor=2", "plan.zero=1"], ["plan.context=2"], ["plan.pipeline=2"],
    ["plan.pipeline=2", "plan.schedule=gpipe"], ["plan.pipeline=2", "plan.virtual_stages=2"],
    ["plan.pipeline=2", "plan.schedule=zb-v"], ["plan.pipeline=2", "plan.schedule=dualpipe"],
    ["training.offload.optimizer=host", "training.offload.activations=host"],
    ["training.recompute=selective"],
    ["simulation.network=analytic", "simulation.fold=off"], ["simulation.jitter=0.1"],
    ["training.optimizer=paged_adam"], ["training.framework=pytorch"],
    ["simulation.stragglers=[{rank: 1, slowdown: 2}]"],
  ])
  func `scoring goes forward alone under every plan`(plan: [String]) throws {
    let cluster = ["cluster.nodes=2", "cluster.accelerators_per_node=2", "training.gradient_accumulation=4"]
    let result = try stage("grpo", writing + cluster + plan)
    let report = try #require(result.postTraining)
    #expect(report.scoring.map(\.role) == [.reference, .reward])
    // Backward passes take two thirds of an update, at least half in small models.
    #expect(report.scoring[0].time.seconds < 0.6 * report.step.update.seconds)
    #expect(report.scoring[0].time.seconds > 0.05 * report.step.update.seconds)
    #expect(result.memory.fits)
  }
}
