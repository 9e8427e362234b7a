import MemoryModels
import Collectives
import Fabrics
import Diagnostics
import Documents

/// A document of the flat dialect: sections `hardware`, `model`, `training` and `network`.
struct FlatDocument: Sendable {
  var name = ""
  var description = ""
  var gpuModel: DeclaredName = "A100"
  var computeTeraflops: Double?
  var memoryGigabytes: Double?
  var nodeGigabytesPerSecond = 100.0
  var devicesPerNode = 8
  var modelType: DeclaredName = "transformer"
  var layerCount: Int?
  var hiddenSize: Int?
  var headCount: Int?
  var sequenceLength: Int?
  var vocabulary: Int?
  var totalParameters: Int?
  var totalFLOPs: Double?
  var batchPerDevice = 32
  var iterations = 100
  var nodes = 4
  var pattern = FlatPattern.ring
  var accumulation = 1
  var mixedPrecision = false
  var checkpointing = false
  var topology = TopologyKind.fullMesh
  var baseLatency = 5.0
  var switchLatency = 1.0
  var detailedStats = false
  var visualization = true
  var outputDirectory = ""
}

enum FlatPattern: String, DocumentChoice {
  case ring = "ring_allreduce"
  case tree = "tree_allreduce"
  case reduceScatter = "reduce_scatter"
  case allGather = "allgather"
  case pointToPoint = "point_to_point"
  case allToAll = "alltoall"
}

/// A key of the flat dialect and the native key that says the same.
struct FlatField: Sendable {
  let field: SchemaField<FlatDocument>
  let native: String

  init(_ native: String, _ field: SchemaField<FlatDocument>) {
    self.native = native
    self.field = field
  }
}

private let positive = ValueForm<Double>.real(1e-6...1e9)
private let count = ValueForm<Int>.integer(1...1_000_000)

let flatFields: [FlatField] = [
  .init("name", .init("name", \.name, .runName, example: "my_experiment", "Name of the run.")),
  .init(
    "description",
    .init("description", \.description, .text, example: "LLM training", "A sentence for reports.")),
  .init(
    "cluster.accelerator",
    .init("hardware.gpu_model", \.gpuModel, .name, example: "H100", "The device, by its catalogue name.")),
  .init(
    "cluster.accelerator.tensor_peak",
    .init(
      "hardware.compute_tflops", \.computeTeraflops, positive.orAutomatic, example: "989.0",
      "Dense 16-bit peak in 10¹² FLOP/s. The peaks of `gpu_model` are scaled to it, all by one factor: without "
        + "`mixed_precision` the device computes at its much lower fp32 peak.")),
  .init(
    "cluster.accelerator.memory",
    .init(
      "hardware.memory_gb", \.memoryGigabytes, positive.orAutomatic, example: "80.0",
      "Device memory in 10⁹ bytes; `auto`: the catalogue's.")),
  .init(
    "cluster.fabric.nic",
    .init(
      "hardware.network_bandwidth_gbps", \.nodeGigabytesPerSecond, positive, example: "200.0",
      "Bandwidth of ONE node into the network in 10⁹ BYTES a second, one direction, shared by its devices.")),
  .init(
    "cluster.accelerators_per_node",
    .init(
      "hardware.num_gpus_per_node", \.devicesPerNode, .integer(1...4096), example: "8", "Devices of one node."
    )),
  .init(
    "model",
    .init(
      "model.model_type", \.modelType, .name, example: "transformer",
      "`transformer`, `resnet`, `custom`, or a catalogue name such as `gpt2-small`.")),
  .init(
    "model.layers",
    .init(
      "model.num_layers", \.layerCount, ValueForm<Int>.integer(1...10_000).orAutomatic, example: "48",
      "Transformer blocks (default 12), or which ResNet: 18, 34, 50 (default), 101 or 152.")),
  .init(
    "model.hidden",
    .init(
      "model.hidden_size", \.hiddenSize, count.orAutomatic, example: "2048",
      "Width of the transformer; default 768.")),
  .init(
    "model.heads",
    .init(
      "model.num_attention_heads", \.headCount, ValueForm<Int>.integer(1...10_000).orAutomatic, example: "32",
      "Attention heads; default 12.")),
  .init(
    "training.sequence_length",
    .init(
      "model.sequence_length", \.sequenceLength, ValueForm<Int>.integer(1...100_000_000).orAutomatic,
      example: "2048", "Tokens of one sample; default 512, or the named model's longest.")),
  .init(
    "model.vocabulary",
    .init(
      "model.vocab_size", \.vocabulary, ValueForm<Int>.integer(1...100_000_000).orAutomatic, example: "50257",
      "Rows of the token embedding; default 30000.")),
  .init(
    "model.parameters",
    .init(
      "model.total_parameters", \.totalParameters, ValueForm<Int>.integer(1...(1 << 53)).orAutomatic,
      example: "250e6", "Parameters of a `custom` model.")),
  .init(
    "model.forward_flops",
    .init(
      "model.total_flops", \.totalFLOPs, ValueForm<Double>.real(1...1e24).orAutomatic, example: "6e12",
      "FLOPs of a `custom` model for one sample, forward and backward; `auto`: 6 × parameters × tokens.")),
  .init(
    "training.micro_batch",
    .init(
      "training.batch_size_per_gpu", \.batchPerDevice, .integer(1...10_000_000), example: "4",
      "Samples of one device in one pass.")),
  .init(
    "training.steps",
    .init(
      "training.num_iterations", \.iterations, .integer(1...10_000_000), example: "100", "Optimizer steps.")),
  .init("cluster.nodes", .init("training.num_nodes", \.nodes, count, example: "16", "Nodes.")),
  .init(
    "cluster.collectives.all_reduce",
    .init(
      "training.communication_pattern", \.pattern, .synchronising,
      example: "ring_allreduce",
      "How gradients are summed. `reduce_scatter` and `allgather` name the two halves of one algorithm and mean "
        + "the same; `point_to_point` and `alltoall` sum nothing and are refused.")),
  .init(
    "training.gradient_accumulation",
    .init(
      "training.gradient_accumulation_steps", \.accumulation, count, example: "4",
      "Passes of one device in one optimizer step.")),
  .init(
    "training.precision",
    .init(
      "training.mixed_precision", \.mixedPrecision, .boolean, example: "true",
      "Whether to compute in fp16 with fp32 master weights, else in fp32.")),
  .init(
    "training.recompute",
    .init(
      "training.gradient_checkpointing", \.checkpointing, .boolean, example: "true",
      "Whether activations are recomputed from checkpoints at every ⌈√L⌉-th layer.")),
  .init(
    "cluster.fabric.kind",
    .init(
      "network.topology_type", \.topology,
      .choice("topology", of: [.fullMesh, .ring, .binaryTree, .torus2D]),
      example: "torus_2d", "How the nodes are joined.")),
  .init(
    "cluster.fabric.nic_latency",
    .init(
      "network.base_latency_us", \.baseLatency, .real(0...3.6e9), example: "5.0",
      "Microseconds from one node to the next.")),
  .init(
    "cluster.fabric.switch_latency",
    .init(
      "network.switch_latency_us", \.switchLatency, .real(0...3.6e9), example: "1.0",
      "Microseconds that every switch or forwarding node on the way adds.")),
  .init(
    "output.detailed_stats",
    .init(
      "collect_detailed_stats", \.detailedStats, .boolean, example: "true",
      "Whether statistics of every device and the event history are written.")),
  .init(
    "output.charts",
    .init("enable_visualization", \.visualization, .boolean, example: "false", "Whether charts are drawn.")),
  .init(
    "output.directory",
    .init(
      "output_directory", \.outputDirectory, .path, example: "./results",
      "Where files are written; left out: `./results/` and the name.")),
]

extension ValueForm where Value == FlatPattern {
  /// Only the patterns that sum gradients are described; the others are read, to be refused with a reason.
  fileprivate static var synchronising: ValueForm {
    var form = choice("communication pattern")
    let summing: [FlatPattern] = [.ring, .tree, .reduceScatter, .allGather]
    form.allowed = summing.map(\.rawValue).joined(separator: ", ")
    return form
  }
}
