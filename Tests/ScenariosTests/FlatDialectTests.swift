import Collectives
import Quantities
import Scenarios
import TestSupport
import Testing

@Suite("The flat dialect") struct FlatDialectTests {
  static let example = flatDocument

  @Test func `a published example reads as it says`() throws {
    let scenario = try read(Self.example)
    #expect(scenario.name == "my_experiment" && scenario.description == "Large-scale LLM training")
    var device = InlineAccelerator()
    device.name = "H100"
    device.base = "H100"
    device.tensorPeak = .teraflops(989)
    device.memory = .gigabytes(80)
    #expect(scenario.cluster.accelerator == .inline(device))
    #expect(scenario.worldSize == 128)
    #expect(scenario.cluster.fabric.kind == .torus2D)
    #expect(scenario.cluster.fabric.rows == 4 && scenario.cluster.fabric.columns == 4)
    #expect(scenario.cluster.fabric.nic == .gigabytesPerSecond(200))
    #expect(scenario.cluster.fabric.nicLatency == .microseconds(5))
    #expect(scenario.cluster.fabric.switchLatency == .microseconds(1))
    #expect(scenario.cluster.collectives.allReduce == .ring)
    #expect(scenario.training.microBatch == 4 && scenario.training.globalBatch == 512)
    #expect(scenario.training.steps == 100 && scenario.training.precision == .fp16)
    #expect(scenario.training.sequenceLength == 2048)
    guard case .transformer(let model) = scenario.model else {
      Issue.record("not a transformer")
      return
    }
    #expect(model.layers == 48 && model.hidden == 2048 && model.heads == 32 && model.vocabulary == 30000)
    #expect(try read(scenario.document().yaml()) == scenario)
  }

  @Test func `null leaves a key out, and a model may be a name alone`() throws {
    let text = """
      hardware: {gpu_model: V100, compute_tflops: null}
      model: {model_type: transformer, total_parameters: null, total_flops: null}
      network:
      """
    #expect(try read(text).cluster.accelerator == .named("V100"))
    #expect(try read("hardware: {gpu_model: V100}\nmodel: bert-base").model == .named("bert-base"))
    #expect(
      try read("network: {topology_type: ring}\nmodel: {model_type: resnet}").model == .named("resnet50"))
  }

  @Test(arguments: [
    ("ring_allreduce", CollectiveAlgorithm.ring), ("tree_allreduce", .tree),
    ("reduce_scatter", .reduceScatterAllGather),
    ("allgather", .reduceScatterAllGather),
  ])
  func `a communication pattern is an all-reduce algorithm`(pattern: String, algorithm: CollectiveAlgorithm)
    throws
  {
    let scenario = try read("training: {communication_pattern: \(pattern)}")
    #expect(scenario.cluster.collectives.allReduce == algorithm)
  }

  @Test func `a custom model is given by its totals`() throws {
    let text =
      "model: {model_type: custom, total_parameters: 1e9, total_flops: 6e12, sequence_length: 1000, hidden_size: 100, num_layers: 10}"
    guard case .totals(let totals) = try read(text).model else {
      Issue.record("not totals")
      return
    }
    // 17 · 1000 · 100 · 10 elements; a third of 6e12 FLOPs
    #expect(totals.activations == 17e6 && totals.forwardFLOPs == 2e12 && totals.parameters == 1_000_000_000)
  }

  @Test(arguments: [
    (
      "training: {communication_pattern: alltoall}",
      """
      s.yaml:1:35: training.communication_pattern: 'alltoall' moves data without summing it, so it cannot synchronise \
      gradients
        mend: use ring_allreduce, tree_allreduce, reduce_scatter or allgather
      """
    ),
    (
      "model: {model_type: transformer, total_parameters: 5}",
      """
      s.yaml:1:52: model.total_parameters: a transformer's totals follow from its shape
        mend: leave it out, or use model_type: custom
      """
    ),
    (
      "model: {model_type: gpt2-small, num_layers: 5}",
      """
      s.yaml:1:45: model.num_layers: the model 'gpt2-small' has its own shape
        mend: leave it out, or use model_type: transformer
      """
    ),
    (
      "model: {model_type: resnet, num_layers: 20}",
      """
      s.yaml:1:41: model.num_layers: 20 is out of range: 18, 34, 50, 101 or 152 for a resnet
        mend: use one of these
      """
    ),
    (
      "model: {model_type: custom}",
      """
      s.yaml:1:21: model.model_type: required key 'total_parameters' is missing
        mend: give the parameters of the custom model
      """
    ),
    (
      "model: {num_attention_heads: 7}",
      """
      s.yaml:1:30: model.num_attention_heads: 7 heads do not divide the hidden size 768
        mend: use 6 or 8, or give the head width
      """
    ),
    (
      "network: {topology_type: torus_3d}",
      """
      s.yaml:1:26: network.topology_type: no topology is named 'torus_3d'
        mend: did you mean 'torus_2d'? allowed: full_mesh, ring, tree, torus_2d
      """
    ),
    (
      "hardware: {gpu_modell: A100}",
      """
      s.yaml:1:12: hardware.gpu_modell: unknown key 'gpu_modell'
        mend: did you mean 'gpu_model'?
      """
    ),
    (
      "model: m\ncluster: {nodes: 2}\nhardware: {gpu_model: A100}\nplan: {tensor: 1}",
      """
      s.yaml:3:12: hardware.gpu_model: the flat dialect's 'hardware.gpu_model' stands in a document of the native \
      dialect, which 'cluster.nodes' in line 2 belongs to
        mend: write 'cluster.accelerator' instead
      """
    ),
    (
      "hardware: {gpu_model: A100, memory_gb: 80}\ntraining: {steps: 5}",
      """
      s.yaml:2:12: training.steps: the native dialect's 'training.steps' stands in a document of the flat dialect, \
      which 'hardware.gpu_model' in line 1 belongs to
        mend: write 'training.num_iterations' instead
      """
    ),
  ])
  func `what it cannot do is refused by name`(text: String, complaint: String) {
    #expect(complaints(text) == complaint)
  }

  @Test(arguments: [("small", 8), ("medium", 32), ("large", 128)])
  func `the presets are the files of the examples`(name: String, ranks: Int) throws {
    let preset = try #require(scenarioPresets.first { $0.name == name })
    #expect(textOfFile(packageRoot(#filePath) + "/Examples/presets/\(name).yaml") == preset.text)
    let scenario = try read(preset.text)
    #expect(scenario.worldSize == ranks && scenario.name == name)
  }
}
