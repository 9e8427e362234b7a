/// The flat dialect's published example, byte for byte; `Examples/5-config-file.yaml` holds the same.
public let flatDocument = """
  name: "my_experiment"
  description: "Large-scale LLM training"

  hardware:
    gpu_model: "H100"
    compute_tflops: 989.0
    memory_gb: 80.0
    network_bandwidth_gbps: 200.0
    num_gpus_per_node: 8

  model:
    model_type: "transformer"
    num_layers: 48
    hidden_size: 2048
    num_attention_heads: 32
    sequence_length: 2048

  training:
    batch_size_per_gpu: 4
    num_iterations: 100
    num_nodes: 16
    communication_pattern: "ring_allreduce"
    mixed_precision: true

  network:
    topology_type: "torus_2d"
    base_latency_us: 5.0

  """
