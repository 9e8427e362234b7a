import Diagnostics
import Documents
import Scenarios
import TestSupport
import Testing

/// A document in which the key may stand, and another value for it.
private struct Change: Sendable {
  var key: String
  var base: String
  var value: String

  init(_ key: String, _ value: String, in base: String = "model: gpt2-small") {
    self.key = key
    self.base = base
    self.value = value
  }
}

private let transformer = "model: {layers: 12, hidden: 768, heads: 12}"
private let totals = "model: {parameters: 5, activations: 6}"
private let torus = "model: m\ncluster: {nodes: 12, fabric: {kind: torus_2d}}"
private let device = """
  model: m
  cluster: {accelerator: {base: A100, peak: {fp32: 1 TFLOP/s}, memory: 1 GB, memory_bandwidth: 1 GB/s}}
  """

private let qlora = "model: m\ntraining: {method: qlora}"
private let freeze = "model: m\ntraining: {method: freeze}"
private let texts = "model: m\ntraining: {lengths: {median: 5}}"
private let galore = "model: m\ntraining: {optimizer: galore}"
private let grpo = "model: m\ncluster: {nodes: 4}\ntraining: {stage: grpo}"
private let ppo = "model: m\ntraining: {stage: ppo}"
private let split = "model: m\ncluster: {nodes: 4}\ntraining: {stage: grpo, rollout: {placement: split}}"

/// Eight nodes on a network of a kind.
private func network(_ kind: String, _ more: String = "") -> String {
  "model: m\ncluster: {nodes: 8, fabric: {kind: \(kind)\(more)}}"
}
private let nested = network("hierarchical", ", levels: [{kind: ring, size: 8, bandwidth: 1 GB/s}]")

/// One change for every key of the native dialect that takes a value; keys of lists change with the list.
private let changes: [Change] = [
  .init("name", "other"), .init("description", "words"), .init("model", "gpt2-large"),
  .init("model.layers", "13", in: transformer), .init("model.hidden", "1536", in: transformer),
  .init("model.heads", "6", in: transformer), .init("model.kv_heads", "4", in: transformer),
  .init("model.head_width", "32", in: transformer), .init("model.ffn", "3000", in: transformer),
  .init("model.gated", "true", in: transformer), .init("model.vocabulary", "9", in: transformer),
  .init("model.experts", "4", in: transformer), .init("model.experts_per_token", "1", in: transformer),
  .init("model.dropout", "false", in: transformer),
  .init("model.tied_embeddings", "false", in: transformer), .init("model.position", "rope", in: transformer),
  .init("model.attention", "bidirectional", in: transformer), .init("model.window", "7", in: transformer),
  .init("model.context", "7", in: transformer), .init("model.parameters", "7", in: totals),
  .init("model.activations", "7", in: totals), .init("model.forward_flops", "7", in: totals),
  .init("cluster.accelerator", "V100"), .init("cluster.accelerator.name", "x", in: device),
  .init("cluster.accelerator.base", "V100", in: device), .init("cluster.accelerator.kind", "tpu", in: device),
  .init("cluster.accelerator.tensor_peak", "5 TFLOP/s", in: device),
  .init("cluster.accelerator.peak", "{fp32: 2 TFLOP/s}", in: device),
  .init("cluster.accelerator.memory", "2 GB", in: device),
  .init("cluster.accelerator.memory_bandwidth", "2 GB/s", in: device),
  .init("cluster.accelerator.multiprocessors", "2", in: device),
  .init("cluster.accelerator.link", "2 GB/s", in: device),
  .init("cluster.accelerator.power", "2 W", in: device),
  .init("cluster.node", "DGX-A100"), .init("cluster.nodes", "3"),
  .init("cluster.groups", "[{accelerator: A100, nodes: 2}, {accelerator: V100}]"),
  .init("cluster.accelerators_per_node", "4"),
  .init("cluster.fabric.kind", "ring"), .init("cluster.fabric.nic", "1 GB/s"),
  .init("cluster.fabric.nic_latency", "1 us"), .init("cluster.fabric.switch_latency", "1 us"),
  .init("cluster.fabric.intra_node.bandwidth", "1 GB/s"), .init("cluster.fabric.intra_node.latency", "1 us"),
  .init("cluster.fabric.rows", "2", in: torus), .init("cluster.fabric.columns", "6", in: torus),
  .init(
    "cluster.fabric.links", "[{from: 0, to: 1, bandwidth: 1 GB/s}]",
    in: "model: m\ncluster: {fabric: {kind: custom}}"),
  .init("cluster.fabric.nics", "4", in: network("fat_tree")),
  .init("cluster.fabric.k", "16", in: network("fat_tree")),
  .init("cluster.fabric.leaf_radix", "16", in: network("leaf_spine")),
  .init("cluster.fabric.oversubscription", "2", in: network("rail_optimized")),
  .init("cluster.fabric.dimensions", "[8, 8]", in: network("torus")),
  .init("cluster.fabric.groups", "9", in: network("dragonfly")),
  .init("cluster.fabric.routers_per_group", "9", in: network("dragonfly")),
  .init("cluster.fabric.hosts_per_router", "9", in: network("dragonfly")),
  .init("cluster.fabric.levels", "[{kind: switch, size: 8, bandwidth: 1 GB/s}]", in: nested),
  .init("cluster.fabric.file", "b.yaml", in: network("file", ", file: a.yaml")),
  .init("cluster.fabric.routing", "dimension-order", in: network("mesh")),
  .init("cluster.collectives.all_reduce", "rabenseifner"),
  .init("cluster.collectives.reduce_scatter", "ring"),
  .init("cluster.collectives.tuner", "nccl"),
  .init("cluster.collectives.calibration", "calibration.yaml"),
  .init("cluster.collectives.all_gather", "ring"), .init("cluster.collectives.broadcast", "tree"),
  .init("cluster.collectives.reduce", "tree"), .init("cluster.collectives.gather", "tree"),
  .init("cluster.collectives.scatter", "tree"), .init("cluster.collectives.all_to_all", "direct"),
  .init("cluster.host_memory", "1 GB"), .init("cluster.disk.capacity", "1 GB"),
  .init("cluster.disk.bandwidth", "1 GB/s"), .init("cluster.host_link", "1 GB/s"),
  .init("training.stage", "sft"),
  .init("training.method", "lora"), .init("training.sequence_length", "7"),
  .init("training.lengths.median", "7"), .init("training.lengths.spread", "0.5", in: texts),
  .init("training.lengths.packing", "pack", in: texts),
  .init("training.adapter.rank", "7", in: qlora), .init("training.adapter.targets", "[q_proj]", in: qlora),
  .init("training.adapter.dropout", "0.1", in: qlora),
  .init("training.adapter.double_quantisation", "true", in: qlora),
  .init("training.freeze.trainable_layers", "7", in: freeze),
  .init("training.freeze.side", "first", in: freeze),
  .init("training.freeze.embeddings", "true", in: freeze),
  .init("training.optimizer_rank", "7", in: galore), .init("training.projection_interval", "7", in: galore),
  .init("training.reference", "none", in: grpo), .init("training.reward_model", "none", in: grpo),
  .init("training.critic", "gpt2-small", in: ppo),
  .init("training.rollout.prompt_tokens", "7", in: grpo),
  .init("training.rollout.answer_tokens", "7", in: grpo),
  .init("training.rollout.answer_spread", "0.5", in: grpo),
  .init("training.rollout.group_size", "7", in: grpo),
  .init("training.rollout.tensor", "2", in: grpo), .init("training.rollout.placement", "split", in: grpo),
  .init("training.rollout.nodes", "2", in: split), .init("training.rollout.staleness", "1", in: split),
  .init("training.rollout.epochs", "2", in: grpo), .init("training.rollout.rescore", "true", in: grpo),
  .init("training.micro_batch", "7"),
  .init("training.global_batch", "16"), .init("training.gradient_accumulation", "7"),
  .init("training.precision", "fp16"), .init("training.gradient_precision", "fp32"),
  .init("training.primary_weights", "narrow"), .init("training.allocator.kind", "planned"),
  .init("training.framework", "pytorch"), .init("training.optimizer", "sgd"),
  .init("training.recompute", "sqrt"), .init("training.steps", "7"),
  .init("training.bucket_size", "7 MiB"), .init("training.overlap", "false"),
  .init("training.offload.gradients", "host"), .init("training.offload.parameters", "host"),
  .init("training.offload.optimizer", "host"), .init("training.offload.activations", "disk"),
  .init("training.allocator.expandable_segments", "true"),
  .init("plan.data", "7"), .init("plan.tensor", "2"), .init("plan.pipeline", "2"), .init("plan.context", "2"),
  .init("plan.expert", "2"), .init("plan.virtual_stages", "2"), .init("plan.zero", "2"),
  .init("plan.sequence_parallel", "true"), .init("plan.schedule", "1f1b"),
  .init("plan.context_method", "ulysses"), .init("plan.expert_tensor", "2"),
  .init("plan.stage_blocks", "[1, 2]"), .init("plan.shard", "2"),
  .init("plan.reduce_once", "true"), .init("training.fp8_activation_inputs", "true"),
  .init("plan.order", "data-tensor-context-pipeline"), .init("plan.overlap.tensor", "true"),
  .init("plan.overlap.parameters", "true"), .init("plan.overlap.pipeline", "true"),
  .init("plan.experts.imbalance", "2"), .init("plan.experts.capacity", "2"),
  .init("simulation.interference.inside_node", "0.5"), .init("simulation.interference.between_nodes", "0.5"),
  .init("simulation.stragglers", "[{rank: 1, slowdown: 2}]"),
  .init("simulation.network", "analytic"),
  .init("simulation.fold", "off"), .init("simulation.seed", "7"), .init("simulation.jitter", "0.5"),
  .init("simulation.threads", "7"), .init("output.directory", "elsewhere"), .init("output.charts", "false"),
  .init("output.trace", "true"), .init("output.history", "true"), .init("output.detailed_stats", "true"),
]

/// Keys of lists: an item with the key changed.
private let listChanges: [Change] = [
  .init("model.layers[].name", "x"), .init("model.layers[].layer_type", "linear"),
  .init("model.layers[].input_shape", "[1]"), .init("model.layers[].output_shape", "[1]"),
  .init("model.layers[].num_parameters", "1"), .init("model.layers[].forward_flops", "1"),
  .init("model.layers[].backward_flops", "1"), .init("model.layers[].activation_memory_mb", "1"),
  .init("model.layers[].gradient_memory_mb", "0.004"), .init("cluster.fabric.links[].from", "2"),
  .init("cluster.fabric.links[].to", "2"), .init("cluster.fabric.links[].bandwidth", "2 GB/s"),
  .init("cluster.fabric.links[].latency", "2 us"), .init("cluster.fabric.links[].one_way", "true"),
  .init("cluster.fabric.levels[].kind", "full_mesh"), .init("cluster.fabric.levels[].size", "4"),
  .init("cluster.fabric.levels[].bandwidth", "2 GB/s"), .init("cluster.fabric.levels[].latency", "2 us"),
  .init("cluster.groups[].accelerator", "V100"), .init("cluster.groups[].nodes", "3"),
  .init("simulation.stragglers[].rank", "2"),
  .init("simulation.stragglers[].slowdown", "3"),
]

private let flatChanges: [Change] = [
  .init("name", "other"), .init("description", "words"), .init("hardware.gpu_model", "H100"),
  .init("hardware.compute_tflops", "5"), .init("hardware.memory_gb", "5"),
  .init("hardware.network_bandwidth_gbps", "5"), .init("hardware.num_gpus_per_node", "5"),
  .init("model.model_type", "gpt2-small"), .init("model.num_layers", "5"), .init("model.hidden_size", "1536"),
  .init("model.num_attention_heads", "6"), .init("model.sequence_length", "5"),
  .init("model.vocab_size", "5"),
  .init("model.total_parameters", "5"), .init("model.total_flops", "5"),
  .init("training.batch_size_per_gpu", "5"),
  .init("training.num_iterations", "5"), .init("training.num_nodes", "5"),
  .init("training.communication_pattern", "tree_allreduce"),
  .init("training.gradient_accumulation_steps", "5"),
  .init("training.mixed_precision", "true"), .init("training.gradient_checkpointing", "true"),
  .init("network.topology_type", "ring"), .init("network.base_latency_us", "6"),
  .init("network.switch_latency_us", "6"), .init("collect_detailed_stats", "true"),
  .init("enable_visualization", "false"), .init("output_directory", "elsewhere"),
]

@Suite("Every key has an effect or is refused") struct EveryKeyTests {
  private func expectEffect(of change: Change, from base: Scenario, in text: String, setting override: String)
  {
    do throws(Diagnostics) {
      let changed = try readScenario(text: text, file: "s.yaml", overrides: [override])
      #expect(changed != base, "\(change.key) has no effect")
      #expect(changed.document() != base.document(), "\(change.key) is not in the document")
      let again = try readScenario(text: changed.document().yaml(), file: "s.yaml")
      #expect(again == changed, "\(change.key) is lost when written and read again")
    } catch {
      #expect(error.description.contains("\(change.key): "), "\(error)")
    }
  }

  @Test func `of the native dialect`() throws {
    for change in changes {
      expectEffect(
        of: change, from: try read(change.base), in: change.base, setting: "\(change.key)=\(change.value)")
    }
    let items = [
      "model.layers": (
        "model: {layers: [{num_parameters: 7, forward_flops: 7}]}", "num_parameters: 7, forward_flops: 7"
      ),
      "cluster.fabric.links": (
        "model: m\ncluster: {fabric: {kind: custom, links: [{from: 0, to: 1, bandwidth: 1 GB/s}]}}",
        "from: 0, to: 1, bandwidth: 1 GB/s"
      ),
      "cluster.fabric.levels": (nested, "kind: ring, size: 8, bandwidth: 1 GB/s"),
      "cluster.groups": (
        "model: m\ncluster: {groups: [{accelerator: A100, nodes: 2}]}", "accelerator: A100, nodes: 2"
      ),
      "simulation.stragglers": (
        "model: m\nsimulation: {stragglers: [{rank: 1, slowdown: 2}]}", "rank: 1, slowdown: 2"
      ),
    ]
    for change in listChanges {
      let (list, key) = (
        String(change.key.prefix { $0 != "[" }), String(change.key.split(separator: ".").last!)
      )
      let (text, item) = try #require(items[list])
      let others = item.split(separator: ", ").filter { !$0.hasPrefix("\(key):") }.joined(separator: ", ")
      expectEffect(
        of: change, from: try read(text), in: text, setting: "\(list)=[{\(others), \(key): \(change.value)}]")
    }
    let covered = Set((changes + listChanges).map(\.key))
    #expect(Scenario.schema.map(\.path).filter { !covered.contains($0) } == [])
  }

  @Test func `of the flat dialect`() throws {
    let text = "hardware: {num_gpus_per_node: 8}\nmodel: {model_type: transformer}"
    for change in flatChanges {
      expectEffect(of: change, from: try read(text), in: text, setting: "\(change.key)=\(change.value)")
    }
    #expect(Scenario.flatSchema.map(\.key.path) == flatChanges.map(\.key))
  }

  @Test func `every example of the reference is a value that its key takes`() throws {
    let bases = [
      "model": transformer, "cluster.accelerator.": device,
      "cluster.fabric.rows": "model: m\ncluster: {nodes: 4, fabric: {kind: torus_2d}}",
      "cluster.fabric.columns": "model: m\ncluster: {nodes: 8, fabric: {kind: torus_2d}}",
      "cluster.fabric.links": "model: m\ncluster: {nodes: 2, fabric: {kind: custom}}",
      "model.parameters": totals, "model.activations": totals, "model.forward_flops": totals,
      "cluster.fabric.nics": network("fat_tree"), "cluster.fabric.k": network("fat_tree"),
      "cluster.fabric.leaf_radix": network("leaf_spine"),
      "cluster.fabric.oversubscription": network("leaf_spine"),
      "cluster.fabric.dimensions": network("torus"), "cluster.fabric.groups": network("dragonfly"),
      "cluster.fabric.routers_per_group": network("dragonfly"),
      "cluster.fabric.hosts_per_router": network("dragonfly"), "cluster.fabric.levels": nested,
      "cluster.fabric.file": network("file"), "cluster.fabric.routing": network("torus"),
      "plan.data": "model: m\ncluster: {nodes: 8}", "training.adapter": qlora, "training.freeze.": freeze,
      "training.lengths.": texts, "training.optimizer_": galore, "training.projection": galore,
      "training.reference": grpo,
      "training.reward_model": grpo, "training.critic": ppo, "training.rollout": grpo,
      "training.rollout.nodes": split, "training.rollout.staleness": split,
    ]
    for key in Scenario.schema where !key.path.contains("[]") {
      let base =
        bases.filter { key.path.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value ?? "model: m"
      #expect(complaints(base, "\(key.path)=\(key.example)") == "", "\(key.path)")
    }
    for (key, _) in Scenario.flatSchema {
      let isTotal = key.path.hasPrefix("model.total")
      let base =
        isTotal
        ? "model: {model_type: custom, total_parameters: 5}\ntraining: {num_nodes: 1}"
        : "hardware: {gpu_model: A100}\nmodel: {hidden_size: 2048, num_attention_heads: 32}"
      #expect(complaints(base, "\(key.path)=\(key.example)") == "", "\(key.path)")
    }
  }

  @Test func `the reference page is the table`() throws {
    let page = packageRoot(#filePath) + "/docs/reference/scenario.md"
    #expect(fileHolds(scenarioReference(), page), "record it again with make golden")
  }
}
