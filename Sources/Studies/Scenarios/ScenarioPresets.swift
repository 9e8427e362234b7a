/// A scenario that comes with the program, as its document in `Examples/presets`.
public struct ScenarioPreset: Sendable, Equatable {
  public var name: String
  /// YAML, the same bytes as the file.
  public var text: String
}

/// The presets, smallest first.
public let scenarioPresets: [ScenarioPreset] = [
  ScenarioPreset(
    name: "small",
    text: """
      name: small
      description: BERT base on one node of 8 A100

      hardware:
        gpu_model: A100
        compute_tflops: 312.0
        memory_gb: 80.0
        network_bandwidth_gbps: 100.0
        num_gpus_per_node: 8

      model:
        model_type: bert-base

      training:
        batch_size_per_gpu: 32
        num_iterations: 100
        num_nodes: 1
        communication_pattern: ring_allreduce
        mixed_precision: true

      network:
        topology_type: full_mesh
        base_latency_us: 5.0
        switch_latency_us: 1.0

      """),
  ScenarioPreset(
    name: "medium",
    text: """
      name: medium
      description: GPT-2 large on 4 nodes of 8 A100

      hardware:
        gpu_model: A100
        compute_tflops: 312.0
        memory_gb: 80.0
        network_bandwidth_gbps: 100.0
        num_gpus_per_node: 8

      model:
        model_type: gpt2-large

      training:
        batch_size_per_gpu: 16
        num_iterations: 100
        num_nodes: 4
        communication_pattern: ring_allreduce
        mixed_precision: true

      network:
        topology_type: full_mesh
        base_latency_us: 5.0
        switch_latency_us: 1.0

      """),
  ScenarioPreset(
    name: "large",
    text: """
      name: large
      description: A transformer of 2.5 billion parameters on 16 nodes of 8 H100

      hardware:
        gpu_model: H100
        compute_tflops: 989.0
        memory_gb: 80.0
        network_bandwidth_gbps: 200.0
        num_gpus_per_node: 8

      model:
        model_type: transformer
        num_layers: 48
        hidden_size: 2048
        num_attention_heads: 32
        sequence_length: 2048
        vocab_size: 50257

      training:
        batch_size_per_gpu: 8
        num_iterations: 100
        num_nodes: 16
        communication_pattern: ring_allreduce
        mixed_precision: true
        gradient_checkpointing: true

      network:
        topology_type: torus_2d
        base_latency_us: 5.0
        switch_latency_us: 1.0

      """),
]
