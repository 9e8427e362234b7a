import Diagnostics
import Documents
import ModelGraphs

extension CustomArchitecture {
  /// Reads a list of layers given by their totals, all for one sample.
  ///
  /// Keys of a layer: `layer_type`, `input_shape`, `output_shape`, `num_parameters`,
  /// `forward_flops`, `backward_flops` (default twice the forward), `activation_memory_mb` and
  /// `gradient_memory_mb`, where 1 MB is 10⁶ bytes of fp32. The gradient memory says again what the
  /// parameters say and must agree with 4 bytes each within 10 %.
  ///
  /// - Throws: everything that is wrong, with its place.
  public init(reading node: DocumentNode) throws(Diagnostics) {
    let findings = Findings()
    let custom = CustomArchitecture(layers: node, findings)
    try findings.diagnostics.throwIfAny()
    guard let custom else {
      throw Diagnostics(Diagnostic(.malformed(reason: "the model is incomplete"), at: node.location))
    }
    self = custom
  }

  init?(layers node: DocumentNode, _ findings: Findings) {
    guard case .sequence(let items) = node.content, !items.isEmpty else {
      findings.diagnostics.report(
        .wrongType(expected: "a list of layers", found: node.kindName), at: node.location)
      return nil
    }
    if items.count > 10_000 {
      findings.diagnostics.report(.tooLarge(what: "the number of layers", limit: 10_000), at: node.location)
      return nil
    }
    let layers = items.enumerated().compactMap { Layer($0.element, index: $0.offset, findings) }
    guard layers.count == items.count else { return nil }
    self.init(layers: layers)
  }
}

extension CustomArchitecture.Layer {
  init?(_ node: DocumentNode, index: Int, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["layer_type", "num_parameters", "forward_flops"] where fields.lacks(key) {
      fields.missing(key)
    }
    let name = fields.text("name")
    let type = fields.text("layer_type")
    let input = fields.shape("input_shape")
    let output = fields.shape("output_shape")
    let parameters = fields.number("num_parameters", 0...1e14)
    let forward = fields.number("forward_flops", 0...1e24)
    let backward = fields.number("backward_flops", 0...1e24)
    let activation = fields.number("activation_memory_mb", 0...1e12)
    let gradientNode = node["gradient_memory_mb"]
    let gradient = fields.number("gradient_memory_mb", 0...1e12)
    fields.finish()
    guard let type, let parameters, let forward else { return nil }
    if let gradient, let gradientNode {
      let expected = parameters * 4 / 1e6
      if (gradient - expected).magnitude > 0.1 * expected {
        findings.diagnostics.report(
          .conflict(
            "\(gradient) MB of gradients do not match \(Int64(parameters)) parameters, which are \(expected) MB in fp32"
          ),
          at: gradientNode.location, mend: "leave gradient_memory_mb out or correct num_parameters")
        return nil
      }
    }
    let outputElements = output.reduce(1.0) { $0 * Double($1) }
    self.init(
      name: name ?? "\(index).\(type)", type: type, inputShape: input, outputShape: output,
      parameterCount: Int64(parameters), forwardFLOPs: forward, backwardFLOPs: backward ?? 2 * forward,
      activationElements: activation.map { $0 * 1e6 / 4 } ?? (output.isEmpty ? 0 : outputElements))
  }
}

extension FieldReader {
  /// A list of positive whole numbers, whose product whole numbers can count.
  mutating func shape(_ key: String) -> [Int] {
    let items = list(key) ?? []
    let sizes = items.compactMap { item -> Int? in
      if case .integer(let number) = item.content, (1...(1 << 40)).contains(number) { return Int(number) }
      report(.wrongType(expected: "a positive whole number", found: item.kindName), item)
      return nil
    }
    if let first = items.first, sizes.reduce(1.0, { $0 * Double($1) }) > 0x1p53 {
      report(.tooLarge(what: "the product of a shape", limit: 1 << 53), first)
      return []
    }
    return sizes
  }
}
