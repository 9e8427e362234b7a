import Catalogues
import Diagnostics
import Hardware
import ModelGraphs
import Quantities
import Testing

private let device = """
  name: H100-SXM-80GB
  aliases: [our card]
  dense_peak: {bf16: 700 TFLOP/s}
  memory: 80 GiB
  memory_bandwidth: 3 TB/s
  source: measured here
  calibration: {matrix_efficiency: {bf16: 0.7}, memory_efficiency: 0.9, kernel_overhead_microseconds: 4}
  """

@Suite("Added catalogue entries") struct AddedEntryTests {
  @Test func `stand before bundled ones`() throws {
    let catalogue = try Catalogue(adding: [("mine/accelerators/card.yaml", device)])
    let found = try catalogue.accelerator(named: "H100")
    #expect(found.accelerator.densePeak[.bf16] == .teraflops(989.4))
    let own = try catalogue.accelerator(named: "our-card").accelerator
    #expect(own == (try catalogue.accelerator(named: "h100-sxm-80gb").accelerator))
    #expect(own.densePeak[.bf16] == .teraflops(700))
    #expect(own.calibration.matrixEfficiency[.bf16] == 0.7)
    #expect(own.calibration.kernelOverhead == .microseconds(4))
    #expect(catalogue.accelerators.count == Catalogue.bundled.accelerators.count)
    #expect(catalogue.accelerators.first?.name == "H100-SXM-80GB")
  }

  @Test(arguments: [
    (
      "accelerators/a.yaml", device.replacing("memory:", with: "memmory:"),
      """
      accelerators/a.yaml:1:1: required key 'memory' is missing
      accelerators/a.yaml:4:1: memmory: unknown key 'memmory'
        mend: did you mean 'memory'?
      """
    ),
    (
      "accelerators/a.yaml", device.replacing("80 GiB", with: "80"),
      "accelerators/a.yaml:4:9: memory: '80' has no unit\n  mend: write it like 80 GiB"
    ),
    (
      "accelerators/a.yaml", device.replacing("3 TB/s", with: "3 Tbps"),
      "accelerators/a.yaml:5:19: memory_bandwidth: unknown unit 'Tbps'\n  mend: write it like 400 Gb/s"
    ),
    (
      "accelerators/a.yaml", device.replacing("{bf16: 700", with: "{bf61: 700"),
      """
      accelerators/a.yaml:3:14: dense_peak.bf61: no data type is named 'bf61'
        mend: use one of fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4
      """
    ),
    (
      "card.yaml", device,
      """
      card.yaml: the folder does not say what this file holds
        mend: put it under accelerators/, models/, nodes/, links/, frameworks/
      """
    ),
    (
      "models/m.yaml", "name: m\nsource: s\ntransformer: {layers: 2, hidden: 30, heads: 4, vocabulary: 9}",
      """
      models/m.yaml:3:14: transformer: 4 heads do not divide hidden 30
        mend: state head_width
      """
    ),
    (
      "links/l.yaml", "name: l\nbandwidth: 1 Gb/s\nlatency: 1 us\nsource: s\nmessage_overhead: 1 us",
      "links/l.yaml:1:1: required key 'eager_limit' is missing"
    ),
    (
      "links/l.yaml",
      "name: l\nbandwidth: 1 Gb/s\nlatency: 1 us\nsource: s\nmessage_overhead: 2 s\neager_limit: 8 KiB",
      "links/l.yaml:1:1: 2.0 s, 8192.0 B is out of range: a second and a terabyte for a message at most"
    ),
    (
      "models/m.yaml", "name: m\nsource: s\n",
      "models/m.yaml:1:1: a model has exactly one of transformer, convolutional and layers"
    ),
    (
      "models/m.yaml",
      "name: m\nsource: s\nlayers: [{layer_type: conv2d, num_parameters: 9408, forward_flops: 1, gradient_memory_mb: 4}]",
      """
      models/m.yaml:3:91: layers[0].gradient_memory_mb: 4.0 MB of gradients do not match 9408 parameters, which are 0.037632 MB in fp32
        mend: leave gradient_memory_mb out or correct num_parameters
      """
    ),
  ])
  func `are refused with the place of every fault`(path: String, text: String, message: String) {
    let error = #expect(throws: Diagnostics.self) { try Catalogue(adding: [(path, text)]) }
    #expect(error?.description == message)
  }

  @Test func `two added entries cannot share a name`() {
    let other = device.replacing("name: H100-SXM-80GB", with: "name: Other")
    let error = #expect(throws: Diagnostics.self) {
      try Catalogue(adding: [("accelerators/a.yaml", device), ("accelerators/b.yaml", other)])
    }
    #expect(
      error?.description == """
        accelerators/b.yaml:1:1: the name 'our card' already belongs to accelerator 'H100-SXM-80GB'
          mend: rename one of them
        """)
  }

  @Test func `a model of custom layers keeps its totals`() throws {
    let text = """
      name: mine
      source: profile
      layers:
        - {layer_type: conv2d, input_shape: [3, 224, 224], output_shape: [64, 112, 112],
           num_parameters: 9408, forward_flops: 118e6, backward_flops: 236e6,
           activation_memory_mb: 50, gradient_memory_mb: 0.04}
        - {name: fc, layer_type: linear, output_shape: [1000], num_parameters: 513000, forward_flops: 1026000}
      """
    let model = try Catalogue(adding: [("models/mine.yaml", text)]).model(named: "mine").model()
    #expect(model.parameterCount == 522_408)
    #expect(
      model.layers[0].operators[0].shape
        == .aggregate(
          AggregateShape(
            forwardFLOPs: 118e6, backwardFLOPs: 236e6, activationElements: 12.5e6,
            inputElements: 3 * 224 * 224, outputElements: 64 * 112 * 112)))
    #expect(model.layers[1].name == "fc")
    #expect(
      model.layers[1].operators[0].shape
        == .aggregate(
          AggregateShape(forwardFLOPs: 1_026_000, backwardFLOPs: 2_052_000, activationElements: 1000)))
  }
}
