import Diagnostics
import Documents
import Rehearsal
import Testing

/// How a key shows that it is not ignored.
private enum Effect {
  /// The answer differs between the base with `from` and the base with `to` instead.
  case changes(from: [String] = [], to: [String])
  /// The key is refused by name with a mend.
  case refused(String)
  /// The key says what to write or what to call it, which the program's own tests look at.
  case presentation
}

/// The fields of a flow mapping's inside, split at commas that are not in brackets.
private func fieldTexts(_ inside: String) -> [String] {
  var fields = [""]
  var depth = 0
  for character in inside {
    if "[{".contains(character) { depth += 1 }
    if "]}".contains(character) { depth -= 1 }
    if character == ",", depth == 0 {
      fields.append("")
    } else {
      fields[fields.count - 1].append(character)
    }
  }
  return fields
}

private let customLayers =
  "model={layers: [{name: a, layer_type: linear, input_shape: [64], output_shape: [32], num_parameters: 2048, "
  + "forward_flops: 4e9, backward_flops: 8e9, activation_memory_mb: 1.0, gradient_memory_mb: 0.008192}]}"
private func layers(_ change: String) -> String {
  // The later key of a flow mapping may not repeat an earlier one, so fields are replaced in the text.
  let parts = change.split(separator: ":", maxSplits: 1).map(String.init)
  let fields = customLayers.split(separator: "{", maxSplits: 2).last!.dropLast(3)
  let dropped = parts[0].hasSuffix("num_parameters") ? ["gradient_memory_mb"] : []
  let kept = fieldTexts(String(fields)).map { row in
    row.drop { $0 == " " }.hasPrefix(parts[0] + ":") ? change : row
  }.filter { row in !dropped.contains { row.contains($0) } }
  return "model={layers: [{\(kept.joined(separator: ","))}]}"
}

private func inline(_ fields: String) -> String { "cluster.accelerator={\(fields)}" }
private let device =
  "name: d, kind: gpu, peak: {bf16: 100 TFLOP/s, fp32: 50 TFLOP/s}, memory: 40 GiB, memory_bandwidth: 1 TB/s, "
  + "multiprocessors: 64, link: 100 GB/s, power: 300 W"
private func device(_ key: String, _ value: String) -> String {
  var found = false
  let rows = fieldTexts(device).map { row in
    guard row.drop(while: { $0 == " " }).hasPrefix("\(key):") else { return row }
    found = true
    return "\(key): \(value)"
  }
  precondition(found, key)
  return inline(rows.joined(separator: ","))
}
private let first = "{from: 0, to: 1, bandwidth: 10 Gb/s}, {from: 1, to: 2, bandwidth: 1 Gb/s}"
private let spare = "{from: 2, to: 0, bandwidth: 5 Gb/s, latency: 1 us}"
/// Three nodes whose gradients meet on one server, so that every wire's place matters.
private func threeNodes(_ links: String) -> [String] {
  ["cluster.nodes=3", "cluster.collectives.all_reduce=parameter_server"] + custom(links)
}
private func custom(_ links: String) -> [String] {
  ["cluster.fabric={kind: custom, nic: 100 Gb/s, links: [\(links)]}"]
}
/// Eight nodes of two devices on a network whose switches take their time.
private func network(_ fields: String) -> [String] {
  ["cluster.nodes=8", "cluster.fabric={nic: 100 Gb/s, switch_latency: 10 us, \(fields)}"]
}
private func levels(_ items: String) -> [String] {
  ["cluster.nodes=8", "cluster.fabric={kind: hierarchical, levels: [\(items)]}"]
}
private let diskOffload = ["training.offload.optimizer=disk"]
private let mixture = "model=qwen1.5-moe-a2.7b"
private let fourBlocks = ["model.layers=4", "training.gradient_accumulation=4"]
private let singleNode = ["cluster.nodes=1"]

private let effects: [String: Effect] = [
  "name": .presentation, "description": .presentation,
  "model": .changes(to: ["model=gpt2", "training.micro_batch=1"]),
  "model.layers": .changes(to: ["model.layers=3"]),
  "model.hidden": .changes(to: ["model.hidden=512"]),
  "model.heads": .changes(to: ["model.heads=8"]),
  "model.kv_heads": .changes(to: ["model.kv_heads=2"]),
  "model.head_width": .changes(to: ["model.head_width=32"]),
  "model.ffn": .changes(to: ["model.ffn=512"]),
  "model.gated": .changes(to: ["model.gated=true"]),
  "model.vocabulary": .changes(to: ["model.vocabulary=2000"]),
  "model.tied_embeddings": .changes(to: ["model.tied_embeddings=false"]),
  "model.position": .changes(to: ["model.position=rope"]),
  "model.attention": .changes(to: ["model.attention=bidirectional"]),
  "model.window": .changes(to: ["model.window=32"]),
  "model.context": .changes(to: ["model.context=256"]),
  "model.layers[].name": .changes(
    from: [customLayers, "output.detailed_stats=true"], to: [layers("name: b"), "output.detailed_stats=true"]),
  "model.layers[].layer_type": .changes(
    from: [customLayers, "output.detailed_stats=true"],
    to: [layers("layer_type: conv2d"), "output.detailed_stats=true"]),
  "model.layers[].input_shape": .changes(from: [customLayers], to: [layers("input_shape: [6400]")]),
  "model.layers[].output_shape": .changes(from: [customLayers], to: [layers("output_shape: [3200]")]),
  "model.layers[].num_parameters": .changes(from: [customLayers], to: [layers("num_parameters: 204800")]),
  "model.layers[].forward_flops": .changes(from: [customLayers], to: [layers("forward_flops: 8e9")]),
  "model.layers[].backward_flops": .changes(from: [customLayers], to: [layers("backward_flops: 9e9")]),
  "model.layers[].activation_memory_mb": .changes(
    from: [customLayers], to: [layers("activation_memory_mb: 2.0")]),
  "model.layers[].gradient_memory_mb": .refused(layers("gradient_memory_mb: 5.0")),
  "model.parameters": .changes(
    from: ["model={parameters: 1000000, activations: 1000}"],
    to: ["model={parameters: 2000000, activations: 1000}"]),
  "model.activations": .changes(
    from: ["model={parameters: 1000000, activations: 1000}"],
    to: ["model={parameters: 1000000, activations: 5000}"]),
  "model.forward_flops": .changes(
    from: ["model={parameters: 1000000, activations: 1000}"],
    to: ["model={parameters: 1000000, activations: 1000, forward_flops: 5e9}"]),
  "cluster.accelerator": .changes(to: ["cluster.accelerator=H100"]),
  "cluster.accelerator.name": .presentation,
  "cluster.accelerator.base": .changes(
    from: [inline("base: A100, memory: 40 GiB")], to: [inline("base: H100, memory: 40 GiB")]),
  "cluster.accelerator.kind": .changes(from: [inline(device)], to: [device("kind", "tpu")]),
  "cluster.accelerator.tensor_peak": .changes(
    from: [inline("base: A100")], to: [inline("base: A100, tensor_peak: 100 TFLOP/s")]),
  "cluster.accelerator.peak": .changes(
    from: [inline(device)], to: [device("peak", "{bf16: 10 TFLOP/s, fp32: 5 TFLOP/s}")]),
  "cluster.accelerator.memory": .changes(from: [inline(device)], to: [device("memory", "20 GiB")]),
  "cluster.accelerator.memory_bandwidth": .changes(
    from: [inline(device)], to: [device("memory_bandwidth", "0.5 TB/s")]),
  "cluster.accelerator.multiprocessors": .changes(
    from: [inline(device)], to: [device("multiprocessors", "8")]),
  "cluster.accelerator.link": .changes(
    from: [inline(device)] + singleNode, to: [device("link", "1 GB/s")] + singleNode),
  "cluster.accelerator.power": .changes(from: [inline(device)], to: [device("power", "600 W")]),
  "cluster.node": .changes(
    from: ["cluster.fabric={kind: switch}"], to: ["cluster.fabric={kind: switch}", "cluster.node=DGX-H100"]),
  "cluster.nodes": .changes(to: ["cluster.nodes=4"]),
  "cluster.accelerators_per_node": .changes(to: ["cluster.accelerators_per_node=4"]),
  "cluster.fabric.kind": .changes(
    from: [
      "cluster.nodes=8", "cluster.fabric.kind=full_mesh", "cluster.collectives.all_reduce=rabenseifner",
    ],
    to: ["cluster.nodes=8", "cluster.fabric.kind=ring", "cluster.collectives.all_reduce=rabenseifner"]),
  "cluster.fabric.nic": .changes(to: ["cluster.fabric.nic=10 Gb/s"]),
  "cluster.fabric.nic_latency": .changes(to: ["cluster.fabric.nic_latency=500 us"]),
  "cluster.fabric.switch_latency": .changes(to: ["cluster.fabric.switch_latency=100 us"]),
  "cluster.fabric.intra_node.bandwidth": .changes(
    from: singleNode, to: singleNode + ["cluster.fabric.intra_node.bandwidth=1 GB/s"]),
  "cluster.fabric.intra_node.latency": .changes(
    from: singleNode, to: singleNode + ["cluster.fabric.intra_node.latency=100 us"]),
  "cluster.fabric.rows": .changes(
    from: [
      "cluster.nodes=8", "cluster.fabric.kind=mesh_2d",
      "cluster.collectives.all_reduce=reduce_scatter_all_gather",
    ],
    to: [
      "cluster.nodes=8", "cluster.fabric.kind=mesh_2d", "cluster.fabric.rows=1",
      "cluster.collectives.all_reduce=reduce_scatter_all_gather",
    ]),
  "cluster.fabric.columns": .changes(
    from: [
      "cluster.nodes=8", "cluster.fabric.kind=mesh_2d",
      "cluster.collectives.all_reduce=reduce_scatter_all_gather",
    ],
    to: [
      "cluster.nodes=8", "cluster.fabric.kind=mesh_2d", "cluster.fabric.columns=8",
      "cluster.collectives.all_reduce=reduce_scatter_all_gather",
    ]),
  "cluster.fabric.links": .changes(
    from: threeNodes(first), to: threeNodes(first + ", " + spare)),
  "cluster.fabric.links[].from": .changes(
    from: threeNodes(first + ", {from: 1, to: 2, bandwidth: 10 Gb/s}"),
    to: threeNodes(first + ", {from: 0, to: 2, bandwidth: 10 Gb/s}")),
  "cluster.fabric.links[].to": .changes(
    from: threeNodes("{from: 0, to: 1, bandwidth: 10 Gb/s}, {from: 1, to: 2, bandwidth: 1 Gb/s}"),
    to: threeNodes("{from: 0, to: 2, bandwidth: 10 Gb/s}, {from: 1, to: 2, bandwidth: 1 Gb/s}")),
  "cluster.fabric.links[].bandwidth": .changes(
    from: custom("{from: 0, to: 1, bandwidth: 10 Gb/s}"), to: custom("{from: 0, to: 1, bandwidth: 1 Gb/s}")),
  "cluster.fabric.links[].latency": .changes(
    from: custom("{from: 0, to: 1, bandwidth: 10 Gb/s}"),
    to: custom("{from: 0, to: 1, bandwidth: 10 Gb/s, latency: 900 us}")),
  "cluster.fabric.links[].one_way": .refused(
    custom("{from: 0, to: 1, bandwidth: 10 Gb/s, one_way: true}")[0]),
  "cluster.fabric.nics": .changes(
    from: network("kind: fat_tree"), to: network("kind: fat_tree, nics: 1")),
  "cluster.fabric.k": .changes(from: network("kind: fat_tree"), to: network("kind: fat_tree, k: 8")),
  "cluster.fabric.leaf_radix": .changes(
    from: network("kind: leaf_spine"), to: network("kind: leaf_spine, leaf_radix: 8")),
  "cluster.fabric.oversubscription": .changes(
    from: network("kind: leaf_spine, leaf_radix: 8"),
    to: network("kind: leaf_spine, leaf_radix: 8, oversubscription: 3")),
  "cluster.fabric.dimensions": .changes(
    from: network("kind: torus"), to: network("kind: torus, dimensions: [16]")),
  "cluster.fabric.groups": .changes(
    from: network("kind: dragonfly"), to: network("kind: dragonfly, groups: 9")),
  "cluster.fabric.routers_per_group": .changes(
    from: network("kind: dragonfly"), to: network("kind: dragonfly, routers_per_group: 8")),
  "cluster.fabric.hosts_per_router": .changes(
    from: network("kind: dragonfly"), to: network("kind: dragonfly, hosts_per_router: 1")),
  "cluster.fabric.levels": .changes(
    from: levels("{kind: ring, size: 8, bandwidth: 1 GB/s}"),
    to: levels("{kind: switch, size: 8, bandwidth: 1 GB/s}")),
  "cluster.fabric.levels[].kind": .changes(
    from: levels("{kind: ring, size: 8, bandwidth: 1 GB/s}"),
    to: levels("{kind: switch, size: 8, bandwidth: 1 GB/s}")),
  "cluster.fabric.levels[].size": .changes(
    from: levels("{kind: ring, size: 8, bandwidth: 1 GB/s}, {kind: switch, size: 1, bandwidth: 1 GB/s}"),
    to: levels("{kind: ring, size: 1, bandwidth: 1 GB/s}, {kind: switch, size: 8, bandwidth: 1 GB/s}")),
  "cluster.fabric.levels[].bandwidth": .changes(
    from: levels("{kind: ring, size: 8, bandwidth: 1 GB/s}"),
    to: levels("{kind: ring, size: 8, bandwidth: 2 GB/s}")),
  "cluster.fabric.levels[].latency": .changes(
    from: levels("{kind: ring, size: 8, bandwidth: 1 GB/s}"),
    to: levels("{kind: ring, size: 8, bandwidth: 1 GB/s, latency: 100 us}")),
  "cluster.fabric.file": .refused("cluster.fabric={kind: file, file: absent.yaml}"),
  "cluster.fabric.routing": .changes(
    from: network("kind: rail_optimized") + ["cluster.collectives.all_reduce=ring"],
    to: network("kind: rail_optimized, routing: shortest") + ["cluster.collectives.all_reduce=ring"]),
  "cluster.collectives.all_reduce": .changes(
    from: ["cluster.collectives.all_reduce=ring"], to: ["cluster.collectives.all_reduce=parameter_server"]),
  "cluster.collectives.tuner": .changes(
    from: ["cluster.collectives.tuner=least"], to: ["cluster.collectives.tuner=mpich"]),
  "cluster.collectives.calibration": .changes(to: ["cluster.collectives.calibration=four-ranks.yaml"]),
  "cluster.collectives.reduce_scatter": .refused("cluster.collectives.reduce_scatter=ring"),
  "cluster.collectives.all_gather": .refused("cluster.collectives.all_gather=ring"),
  "cluster.collectives.broadcast": .refused("cluster.collectives.broadcast=tree"),
  "cluster.collectives.reduce": .refused("cluster.collectives.reduce=tree"),
  "cluster.collectives.gather": .refused("cluster.collectives.gather=direct"),
  "cluster.collectives.scatter": .refused("cluster.collectives.scatter=direct"),
  "cluster.collectives.all_to_all": .refused("cluster.collectives.all_to_all=direct"),
  "cluster.host_memory": .changes(to: ["cluster.host_memory=1 GiB"]),
  "cluster.disk.capacity": .changes(to: ["cluster.disk.capacity=1 GB"]),
  "cluster.disk.bandwidth": .changes(from: diskOffload, to: diskOffload + ["cluster.disk.bandwidth=1 GB/s"]),
  "cluster.host_link": .changes(
    from: ["training.offload.optimizer=host"],
    to: ["training.offload.optimizer=host", "cluster.host_link=1 GB/s"]),
  "training.stage": .refused("training.stage=dpo"),
  "training.method": .refused("training.method=lora"),
  "training.sequence_length": .changes(to: ["training.sequence_length=64"]),
  "training.micro_batch": .changes(to: ["training.micro_batch=4"]),
  "training.global_batch": .changes(to: ["training.global_batch=16"]),
  "training.gradient_accumulation": .changes(to: ["training.gradient_accumulation=4"]),
  "training.precision": .changes(to: ["training.precision=fp32"]),
  "training.gradient_precision": .changes(to: ["training.gradient_precision=fp32"]),
  "training.framework": .changes(to: ["training.framework=pytorch"]),
  "training.optimizer": .changes(to: ["training.optimizer=sgd"]),
  "training.recompute": .changes(to: ["training.recompute=full"]),
  "training.steps": .changes(to: ["training.steps=3"]),
  "training.bucket_size": .changes(to: ["training.bucket_size=100 KiB"]),
  "training.overlap": .changes(to: ["training.overlap=false"]),
  "training.offload.optimizer": .changes(to: ["training.offload.optimizer=host"]),
  "training.offload.activations": .changes(to: ["training.offload.activations=host"]),
  "training.allocator.expandable_segments": .changes(to: ["training.allocator.expandable_segments=true"]),
  "plan.data": .refused("plan.data=2"),
  "plan.tensor": .changes(to: ["plan.tensor=2"]),
  "plan.pipeline": .changes(to: ["plan.pipeline=2"]),
  "plan.context": .changes(to: ["plan.context=2"]),
  "plan.context_method": .changes(
    from: ["plan.context=2"], to: ["plan.context=2", "plan.context_method=ulysses"]),
  "plan.expert": .changes(from: [mixture], to: [mixture, "plan.expert=2"]),
  "plan.expert_tensor": .changes(
    from: [mixture, "plan.tensor=2"], to: [mixture, "plan.tensor=2", "plan.expert_tensor=1"]),
  "plan.virtual_stages": .changes(
    from: fourBlocks + ["plan.pipeline=2"], to: fourBlocks + ["plan.pipeline=2", "plan.virtual_stages=2"]),
  "plan.schedule": .changes(
    from: fourBlocks + ["plan.pipeline=2"], to: fourBlocks + ["plan.pipeline=2", "plan.schedule=zb-h1"]),
  "plan.stage_blocks": .changes(
    from: fourBlocks + ["plan.pipeline=2"], to: fourBlocks + ["plan.pipeline=2", "plan.stage_blocks=[1, 3]"]),
  "plan.zero": .changes(to: ["plan.zero=1"]),
  "plan.shard": .changes(from: ["plan.zero=3"], to: ["plan.zero=3", "plan.shard=2"]),
  "plan.sequence_parallel": .changes(
    from: ["plan.tensor=2"], to: ["plan.tensor=2", "plan.sequence_parallel=false"]),
  "plan.order": .changes(
    from: ["plan.tensor=2"], to: ["plan.tensor=2", "plan.order=data-tensor-context-pipeline"]),
  "plan.overlap.tensor": .changes(
    from: ["plan.tensor=2"], to: ["plan.tensor=2", "plan.overlap.tensor=true"]),
  "plan.overlap.parameters": .changes(
    from: ["plan.zero=1"], to: ["plan.zero=1", "plan.overlap.parameters=true"]),
  "plan.overlap.pipeline": .changes(
    from: fourBlocks + ["plan.pipeline=2"],
    to: fourBlocks + ["plan.pipeline=2", "plan.overlap.pipeline=true"]),
  "plan.experts.imbalance": .changes(from: [mixture], to: [mixture, "plan.experts.imbalance=1.5"]),
  "plan.experts.capacity": .changes(from: [mixture], to: [mixture, "plan.experts.capacity=1.25"]),
  "simulation.network": .changes(
    from: ["cluster.collectives.tuner=least"],
    to: ["cluster.collectives.tuner=least", "simulation.network=analytic"]),
  "simulation.fold": .changes(to: ["simulation.fold=off"]),
  "simulation.seed": .changes(
    from: ["simulation.jitter=0.1"], to: ["simulation.jitter=0.1", "simulation.seed=7"]),
  "simulation.jitter": .changes(to: ["simulation.jitter=0.1"]),
  "simulation.interference.inside_node": .changes(
    from: singleNode, to: singleNode + ["simulation.interference.inside_node=0.5"]),
  "simulation.interference.between_nodes": .changes(to: ["simulation.interference.between_nodes=0.5"]),
  "simulation.stragglers": .changes(to: ["simulation.stragglers=[{rank: 1, slowdown: 1.5}]"]),
  "simulation.stragglers[].rank": .refused("simulation.stragglers=[{rank: 9, slowdown: 1.5}]"),
  "simulation.stragglers[].slowdown": .changes(
    from: ["simulation.stragglers=[{rank: 1, slowdown: 1.5}]"],
    to: ["simulation.stragglers=[{rank: 1, slowdown: 2}]"]),
  "simulation.threads": .presentation,
  "output.directory": .presentation, "output.charts": .presentation, "output.trace": .presentation,
  "output.history": .presentation,
  "output.detailed_stats": .changes(to: ["output.detailed_stats=true"]),
]

@Suite("Every scenario key") struct KeyWalkTests {
  @Test func `is in the table of effects`() {
    #expect(Set(Scenario.schema.map(\.path)) == Set(effects.keys))
  }

  @Test(arguments: Scenario.schema.map(\.path))
  func `changes the answer or is refused by name`(path: String) throws {
    switch try #require(effects[path]) {
    case .presentation: break
    case .changes(let from, let to):
      let before = answer(try run(baseScenario, from))
      let after = answer(try run(baseScenario, to))
      #expect(before != after, "\(path) does nothing")
    case .refused(let override):
      #expect("\(path) is accepted") {
        _ = try run(baseScenario, [override])
      } throws: { error in
        let text = "\(error)"
        let key = path.replacing("[]", with: "").split(separator: ".").last.map(String.init) ?? path
        return text.contains(key) || text.contains("from node")
      }
    }
  }
}
