import Diagnostics
import Documents
import FineTuning
import Training

let trainingFields: [SchemaField<Scenario>] =
  methodFields + batchFields + [
    .init(
      "training.precision", \.training.precision, .choice("precision"), example: "bf16",
      "Number format of matrix arithmetic; those of 16 bits and less keep fp32 master weights, those of 8 and 4 bits "
        + "multiply in linear layers and experts and are as bf16 elsewhere."),
    .init(
      "training.gradient_precision", \.training.gradientPrecision,
      ValueForm<GradientPrecision>.choice("gradient precision").orAutomatic, example: "fp32",
      "Format in which gradients are kept and reduced; `auto`: as `precision` stores them."),
    .init(
      "training.primary_weights", \.training.primaryWeights, .choice("primary weights"), example: "narrow",
      "Weights of 8- and 4-bit products: `wide` in 16 bits with their cast copies, `narrow` those alone, written from "
        + "the master copy (Transformer Engine's fp8_model_init, Megatron's fp8-param-gather)."),
    .init(
      "training.fp8_activation_inputs", \.training.fp8ActivationInputs, .boolean, example: "true",
      "Whether gated activations keep what they read in 8 bits until the backward pass, where activations have 16 (Megatron "
        + "Core's activation_func_fp8_input_store)."),
    .init(
      "training.framework", \.training.framework, ValueForm<DeclaredName>.name.orWord("none"),
      example: "pytorch",
      "A framework build of the catalogue, whose kernels and mixed precision the step takes; `none`: fused kernels "
        + "and 16-bit weights."),
    .init("training.optimizer", \.training.optimizer, .choice("optimizer"), example: "adamw", "Optimizer."),
    .init(
      "training.optimizer_rank", \.training.optimizerRank, ValueForm<Int>.integer(1...100_000).orAutomatic,
      example: "1024", "Rank to which galore and apollo project gradients; `auto`: 128."),
    .init(
      "training.projection_interval", \.training.projectionInterval,
      ValueForm<Int>.integer(1...1_000_000).orAutomatic, example: "200",
      "Steps from one singular value decomposition of galore to the next; `auto`: 200."),
    .init(
      "training.recompute", \.training.recompute, .recomputation, example: "{every: 2}",
      "Activations computed again in the backward pass: `selective` attention alone; `full` keeps the input of every "
        + "layer, `products` the outputs of attention and of every second matrix product besides, `sqrt` the input of "
        + "every ⌈√L⌉-th, `{every: k}` of every k-th; `{one_in: k}` treats one layer in k as `full` does and keeps all of the "
        + "others, `{first: n}` the first n of every pipeline stage."),
    .init("training.steps", \.training.steps, .integer(1...10_000_000), example: "100", "Optimizer steps."),
    .init(
      "training.bucket_size", \.training.bucketSize, .bytes, example: "25 MiB",
      "Gradients gathered into one all-reduce."),
    .init(
      "training.overlap", \.training.overlap, .boolean, example: "false",
      "Whether gradients are reduced while the backward pass runs."),
    .init(
      "training.offload.optimizer", \.training.offload.optimizer, .choice("offload target"), example: "host",
      "Where optimizer states are kept; the update then runs on the host."),
    .init(
      "training.offload.gradients", \.training.offload.gradients, .choice("offload target"), example: "host",
      "Where each rank adds up its share of the gradients; takes `plan.zero` 2 or 3 and an offloaded optimizer."
    ),
    .init(
      "training.offload.parameters", \.training.offload.parameters, .choice("offload target"),
      example: "host",
      "Where each rank keeps its share of the parameters, fetched layer by layer; takes `plan.zero` 3 and an offloaded "
        + "optimizer."),
    .init(
      "training.offload.activations", \.training.offload.activations, .choice("offload target"),
      example: "host",
      "Where activations wait for the backward pass."),
    .init(
      "training.allocator.kind", \.training.allocator.kind,
      ValueForm<AllocatorKind>.choice("allocator").orAutomatic, example: "planned",
      "How device memory is handed out: `caching` as PyTorch's allocator does it, request by request; `planned` by a "
        + "compiler that knows all lifetimes and loses nothing; `auto`: as the framework does it, else `caching`."
    ),
    .init(
      "training.allocator.expandable_segments", \.training.allocator.expandableSegments, .boolean,
      example: "true",
      "Whether PyTorch's allocator grows its segments (`expandable_segments:True`) rather than taking new ones."
    ),
  ] + rolloutFields

/// What is trained, and for what.
private let methodFields: [SchemaField<Scenario>] = [
  .init(
    "training.stage", \.training.stage, .choice("stage"), example: "grpo",
    "What the model is trained for: texts (`pretrain`, `sft`), a reward model (`rm`), pairs or marked answers, or "
      + "answers that it writes itself (`ppo`, `grpo`)."),
  .init(
    "training.method", \.training.method, .choice("method"), example: "lora",
    "Which weights are trained: all, adapters beside frozen ones, or those of some layers."),
  .init(
    "training.adapter.rank", \.training.adapter.rank, ValueForm<Int>.integer(1...100_000).orAutomatic,
    example: "16", "Width between an adapter's two matrices; `auto`: 16."),
  .init(
    "training.adapter.targets", \.training.adapter.targets, ValueForm<[String]>.targets.orAutomatic,
    example: "[q_proj, v_proj]",
    "Products that get an adapter, by the names of published checkpoints; `auto`: all-linear."),
  .init(
    "training.adapter.dropout", \.training.adapter.dropout, ValueForm<Double>.real(0...0.99).orAutomatic,
    example: "0.05", "Share of an adapter's inputs that are set to zero; `auto`: 0."),
  .init(
    "training.adapter.double_quantisation", \.training.adapter.doubleQuantisation,
    ValueForm<Bool>.boolean.orAutomatic, example: "true",
    "Whether the scales of qlora's base are quantised too; `auto`: false."),
  .init(
    "training.freeze.trainable_layers", \.training.freeze.trainableLayers,
    ValueForm<Int>.integer(1...100_000).orAutomatic, example: "4",
    "Blocks that `freeze` leaves trainable; `auto`: 2."),
  .init(
    "training.freeze.side", \.training.freeze.side, ValueForm<LayerFreeze.Side>.choice("side").orAutomatic,
    example: "first", "The end of the model that they are counted from; `auto`: last."),
  .init(
    "training.freeze.embeddings", \.training.freeze.embeddings, ValueForm<Bool>.boolean.orAutomatic,
    example: "true", "Whether embedding and head train too; `auto`: false."),
]

/// Where answers, scores and values come from.
private let rolloutFields: [SchemaField<Scenario>] = [
  .init(
    "training.reference", \.training.reference,
    ValueForm<ReferenceDeclaration>.choice("reference").orAutomatic, example: "none",
    "What stands for the policy as it was, in stages that compare with it: a frozen `model` (or the policy without its "
      + "adapters), log-probabilities that are `precomputed`, or `none` (ppo and grpo); `auto`: model."),
  .init(
    "training.reward_model", \.training.rewardModel, .companion, example: "llama-3.1-8b",
    "The model that scores generated answers; `auto`: one like the policy; `none`: rules, which take no time."
  ),
  .init(
    "training.critic", \.training.critic, .companion, example: "llama-3.2-1b",
    "The model of values that ppo trains beside the policy; `auto`: one like the policy."),
  .init(
    "training.rollout.prompt_tokens", \.training.rollout.promptTokens,
    ValueForm<Int>.integer(1...10_000_000).orAutomatic, example: "512", "Tokens of a prompt; `auto`: 512."),
  .init(
    "training.rollout.answer_tokens", \.training.rollout.answerTokens,
    ValueForm<Int>.integer(1...10_000_000).orAutomatic, example: "1024",
    "Tokens of a generated answer, their median where lengths differ; `auto`: 512."),
  .init(
    "training.rollout.answer_spread", \.training.rollout.answerSpread,
    ValueForm<Double>.real(0...4).orAutomatic, example: "0.6",
    "σ of the log-normal lengths of answers; `auto`: 0, all alike."),
  .init(
    "training.rollout.group_size", \.training.rollout.groupSize, ValueForm<Int>.integer(2...4096).orAutomatic,
    example: "16", "Answers that grpo writes for one prompt; `auto`: 8."),
  .init(
    "training.rollout.tensor", \.training.rollout.tensor, ValueForm<Int>.integer(1...4096).orAutomatic,
    example: "2", "Ranks of one generating worker, which divide every layer; `auto`: 1."),
  .init(
    "training.rollout.placement", \.training.rollout.placement,
    ValueForm<RolloutPlan.Placement>.choice("placement").orAutomatic, example: "split",
    "Whether generation takes turns with training on its devices or has nodes of its own; `auto`: colocated."),
  .init(
    "training.rollout.nodes", \.training.rollout.nodes, ValueForm<Int>.integer(1...10_000_000).orAutomatic,
    example: "2", "Of the cluster's nodes, those that only generate (split); `auto`: 1."),
  .init(
    "training.rollout.staleness", \.training.rollout.staleness, ValueForm<Int>.integer(0...1000).orAutomatic,
    example: "1",
    "Steps by which the weights that generate may be behind (split), so that both sides work at once; `auto`: 0."
  ),
  .init(
    "training.rollout.epochs", \.training.rollout.epochs, ValueForm<Int>.integer(1...1000).orAutomatic,
    example: "2", "Updates from the same answers; `auto`: 1."),
  .init(
    "training.rollout.rescore", \.training.rollout.rescore, ValueForm<Bool>.boolean.orAutomatic,
    example: "true",
    "Whether the policy that trains computes log-probabilities of the answers again; `auto`: false."),
]

extension ValueForm where Value == [String] {
  /// `all-linear`, or a list of names.
  fileprivate static var targets: ValueForm {
    ValueForm(type: "list of names or `all-linear`") { node, context in
      switch node.content {
      case .string("all-linear"): return ["all-linear"]
      case .sequence(let items) where !items.isEmpty:
        let names = items.compactMap { ValueForm<String>.text.read($0, &context) }
        return names.count == items.count ? names : nil
      default:
        context.wrongType(
          node, expected: "all-linear or a list of names", mend: "write it like [q_proj, v_proj]")
        return nil
      }
    } write: { names in
      names == ["all-linear"] ? "all-linear" : .list(names.map { .string($0) })
    }
  }
}

extension ValueForm where Value == CompanionDeclaration {
  fileprivate static var companion: ValueForm {
    ValueForm(type: "name, `auto` or `none`") { node, context in
      switch node.content {
      case .null, .string("auto"): return .automatic
      case .string("none"): return CompanionDeclaration.none
      default: return ValueForm<DeclaredName>.name.read(node, &context).map { .named($0) }
      }
    } write: { companion in
      switch companion {
      case .automatic: "auto"
      case .none: "none"
      case .named(let name): .string(name.text)
      }
    }
  }
}

extension ValueForm where Value == Recomputation {
  fileprivate static var recomputation: ValueForm {
    let counted: [String: @Sendable (Int) -> Recomputation] = [
      "every": { .every($0) }, "one_in": { .oneIn($0) }, "first": { .first($0) },
    ]
    let words = "none, selective, products, full, sqrt, {every: k}, {one_in: k}, {first: n}"
    return ValueForm(type: "word or mapping", allowed: words) { node, context in
      switch node.content {
      case .string("none"): return Recomputation.none
      case .string("full"): return .full
      case .string("sqrt"): return .sqrt
      case .string("selective"): return .selective
      case .string("products"): return .products
      case .string(let word):
        let near =
          nearestName(to: word, in: ["none", "selective", "products", "full", "sqrt"]).map {
            "did you mean '\($0)'? "
          }
          ?? ""
        context.problems.report(
          .unknownName(kind: "recomputation", name: word), at: node.location, mend: "\(near)allowed: \(words)"
        )
      case .mapping(let entries) where entries.count == 1 && counted[entries[0].key] != nil:
        let make = counted[entries[0].key]!
        return ValueForm<Int>.integer(1...10_000).read(entries[0].value, &context).map { make($0) }
      default: context.wrongType(node, expected: "one of \(words)")
      }
      return nil
    } write: { recomputation in
      switch recomputation {
      case .none: "none"
      case .selective: "selective"
      case .products: "products"
      case .full: "full"
      case .sqrt: "sqrt"
      case .every(let k): ["every": .count(k)]
      case .oneIn(let k): ["one_in": .count(k)]
      case .first(let count): ["first": .count(count)]
      }
    }
  }
}
