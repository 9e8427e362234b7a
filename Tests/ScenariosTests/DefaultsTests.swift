import Documents
import Quantities
import Scenarios
import Testing

@Suite("A scenario's defaults and its resolved document") struct DefaultsTests {
  @Test func `a model is enough`() throws {
    let scenario = try read("model: gpt2-small")
    #expect(scenario.name == "s")
    #expect(scenario.model == .named("gpt2-small"))
    #expect(scenario.cluster.accelerator == .named("A100-SXM-80GB"))
    #expect(scenario.worldSize == 8)
    #expect(scenario.training.microBatch == 1)
    #expect(scenario.training.globalBatch == 8)
    #expect(scenario.training.gradientAccumulation == 1)
    #expect(scenario.training.gradientPrecision == .bf16)
    #expect(scenario.training.sequenceLength == nil)
    #expect(scenario.plan.data == 8)
    #expect(scenario.output.directory == "./results/s")
  }

  @Test func `a scenario made in code is the one that a document makes`() throws {
    var scenario = Scenario(name: "s", model: .named("gpt2-small"))
    scenario.cluster.nodes = 2
    scenario.training.globalBatch = 64
    #expect(
      try scenario.completed() == read("model: gpt2-small\ncluster: {nodes: 2}\ntraining: {global_batch: 64}")
    )
    scenario.training.globalBatch = 7
    #expect(throws: (any Error).self) { try scenario.completed() }
  }

  @Test func `the resolved document has every key`() throws {
    #expect(
      try read("model: gpt2-small").document().yaml() == """
        name: s
        description: ""
        model: gpt2-small
        cluster:
          accelerator: A100-SXM-80GB
          node: none
          nodes: 1
          groups: []
          accelerators_per_node: 8
          fabric:
            kind: switch
            nic: auto
            nic_latency: auto
            switch_latency: auto
            intra_node:
              bandwidth: auto
              latency: auto
            rows: auto
            columns: auto
            links: []
            nics: auto
            k: auto
            leaf_radix: auto
            oversubscription: auto
            dimensions: []
            groups: auto
            routers_per_group: auto
            hosts_per_router: auto
            levels: []
            file: none
            routing: auto
          collectives:
            all_reduce: auto
            reduce_scatter: auto
            all_gather: auto
            broadcast: auto
            reduce: auto
            gather: auto
            scatter: auto
            all_to_all: auto
            tuner: auto
            calibration: none
          host_memory: auto
          disk:
            capacity: auto
            bandwidth: auto
          host_link: auto
        training:
          stage: pretrain
          method: full
          adapter:
            rank: auto
            targets: auto
            dropout: auto
            double_quantisation: auto
          freeze:
            trainable_layers: auto
            side: auto
            embeddings: auto
          sequence_length: auto
          lengths:
            median: none
            spread: 0.0
            packing: pad
          micro_batch: 1
          global_batch: 8
          gradient_accumulation: 1
          precision: bf16
          gradient_precision: bf16
          primary_weights: wide
          fp8_activation_inputs: false
          framework: none
          optimizer: adamw
          optimizer_rank: auto
          projection_interval: auto
          recompute: none
          steps: 10
          bucket_size: "25 MiB"
          overlap: true
          offload:
            optimizer: none
            gradients: none
            parameters: none
            activations: none
          allocator:
            kind: auto
            expandable_segments: false
          reference: auto
          reward_model: auto
          critic: auto
          rollout:
            prompt_tokens: auto
            answer_tokens: auto
            answer_spread: auto
            group_size: auto
            tensor: auto
            placement: auto
            nodes: auto
            staleness: auto
            epochs: auto
            rescore: auto
        plan:
          data: 8
          tensor: 1
          pipeline: 1
          context: 1
          context_method: ring
          expert: 1
          expert_tensor: auto
          virtual_stages: 1
          schedule: auto
          stage_blocks: []
          zero: 0
          shard: auto
          reduce_once: false
          sequence_parallel: auto
          order: tensor-context-data-pipeline
          overlap:
            tensor: false
            parameters: false
            pipeline: auto
          experts:
            imbalance: 1.0
            capacity: none
        simulation:
          network: flow
          fold: auto
          seed: 42
          jitter: 0.0
          threads: auto
          interference:
            inside_node: auto
            between_nodes: auto
          stragglers: []
        output:
          directory: ./results/s
          charts: true
          trace: false
          history: false
          detailed_stats: false

        """)
  }

  static let documents = [
    "model: gpt2-small",
    "model: configs/llama/config.json\ntraining: {recompute: {every: 4}, global_batch: 64}",
    """
    model: {layers: 12, hidden: 768, heads: 12, gated: true, kv_heads: 4, window: 128, position: rope}
    cluster:
      nodes: 6
      accelerators_per_node: 4
      accelerator: {name: x, base: V100, tensor_peak: 100 TFLOP/s, power: 0.3 kW}
      fabric: {kind: mesh_2d, nic: 100 Gb/s, nic_latency: 1.5 us, intra_node: {bandwidth: 150 GB/s}}
    """,
    """
    model: {parameters: 250e6, activations: 1e8}
    cluster:
      nodes: 2
      accelerator: {peak: {fp32: 1 TFLOP/s, bf16: 10 TFLOP/s}, memory: 32 GB, memory_bandwidth: 900 GB/s, kind: tpu}
      fabric: {kind: custom, links: [{from: 0, to: 2, bandwidth: 10 GB/s}, {from: 2, to: 1, bandwidth: 1 GB/s, one_way: true}]}
    """,
    """
    model:
      layers:
        - {layer_type: conv2d, input_shape: [3, 224, 224], output_shape: [64, 112, 112], num_parameters: 9408,
           forward_flops: 118e9, backward_flops: 236e9, activation_memory_mb: 50, gradient_memory_mb: 0.04}
        - {name: head, num_parameters: 10, forward_flops: 20}
    """,
    "hardware: {gpu_model: H100, compute_tflops: 989.0}\nmodel: {model_type: custom, total_parameters: 1e9}",
  ]

  @Test(arguments: documents)
  func `the resolved document reads back equal, as YAML and as JSON`(text: String) throws {
    let scenario = try read(text)
    #expect(try read(scenario.document().yaml()) == scenario)
    #expect(try read(scenario.document().json()) == scenario)
    #expect(try read(scenario.document().yaml()).document() == scenario.document())
  }

  @Test func `inline models are completed`() throws {
    guard case .transformer(let model) = try read(Self.documents[2]).model else {
      Issue.record("not a transformer")
      return
    }
    #expect(model.headWidth == 64)
    #expect(model.ffn == 2048)  // 768 · 8/3
    let plain = try read("model: {layers: 2, hidden: 1024, heads: 16}")
    guard case .transformer(let shape) = plain.model else {
      Issue.record("not a transformer")
      return
    }
    #expect(shape.kvHeads == 16 && shape.ffn == 4096 && shape.headWidth == 64)
    guard case .layers(let layers) = try read(Self.documents[4]).model else {
      Issue.record("not a list of layers")
      return
    }
    #expect(layers.map(\.name) == ["layer-1", "head"])
    #expect(layers.map(\.backwardFLOPs) == [236e9, 40])
    guard case .totals(let totals) = try read(Self.documents[3]).model else {
      Issue.record("not totals")
      return
    }
    #expect(totals.parameters == 250_000_000 && totals.forwardFLOPs == 5e8)
  }

  @Test func `the count of devices comes from the named node`() throws {
    let text = "model: m\ncluster: {node: A100x4, nodes: 2}"
    let scenario = try readScenario(text: text, file: "s") { $0 == "A100x4" ? 4 : nil }
    #expect(scenario.worldSize == 8)
  }

  @Test(arguments: [(1, 1, 1), (6, 2, 3), (7, 1, 7), (16, 4, 4), (12, 3, 4)])
  func `a torus is as near to a square as its nodes allow`(nodes: Int, rows: Int, columns: Int) throws {
    let fabric = try read("model: m\ncluster: {nodes: \(nodes), fabric: {kind: torus_2d}}").cluster.fabric
    #expect(fabric.rows == rows && fabric.columns == columns)
  }
}
