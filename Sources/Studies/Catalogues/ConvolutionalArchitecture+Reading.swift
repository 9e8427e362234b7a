import Diagnostics
import Documents
import ModelGraphs

extension ConvolutionalArchitecture {
  /// Reads a `convolutional:` mapping: `input_channels`, `input_size` and `rows`.
  ///
  /// - Throws: everything that is wrong, with its place.
  public init(reading node: DocumentNode) throws(Diagnostics) {
    let findings = Findings()
    let network = ConvolutionalArchitecture(node, findings)
    try findings.diagnostics.throwIfAny()
    guard let network else {
      throw Diagnostics(Diagnostic(.malformed(reason: "the model is incomplete"), at: node.location))
    }
    self = network
  }

  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["input_channels", "rows"] where fields.lacks(key) { fields.missing(key) }
    let channels = fields.integer("input_channels", 1...(1 << 24))
    let size = fields.integer("input_size", 1...16384) ?? 1
    let list = fields.list("rows") ?? []
    if list.count > 10_000 {
      fields.report(.tooLarge(what: "the number of rows", limit: 10_000), node)
      return nil
    }
    let rows = list.compactMap { Row($0, findings) }
    fields.finish()
    guard let channels, !rows.isEmpty, rows.count == list.count else {
      if list.isEmpty, !fields.lacks("rows") { fields.report(.missingKey("rows"), node) }
      return nil
    }
    self.init(inputChannels: channels, inputSize: size, rows: rows)
    reportMismatches(list, findings)
  }

  /// Each row must read what the main path gives it: its channels, and flattened before a dense row.
  private func reportMismatches(_ nodes: [DocumentNode], _ findings: Findings) {
    var channels = inputChannels
    var size = inputSize
    for (row, node) in zip(rows, nodes) {
      let expected = row.kind == .linear ? channels * size * size : channels
      if !row.isShortcut, row.inputs != expected {
        findings.diagnostics.report(
          .conflict("'\(row.name)' reads \(row.inputs) inputs, but \(expected) come from the row before"),
          at: node.location)
      }
      if row.isShortcut { continue }
      channels = row.outputs
      size = row.kind == .linear ? 1 : row.outputSize
    }
  }
}

extension ConvolutionalArchitecture.Row {
  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["name", "kind", "inputs", "outputs"] where fields.lacks(key) { fields.missing(key) }
    let name = fields.text("name")
    let kind = fields.choice("kind", Kind.self)
    let inputs = fields.integer("inputs", 1...(1 << 24))
    let outputs = fields.integer("outputs", 1...(1 << 20))
    let kernel = fields.integer("kernel", 1...1024) ?? 1
    let stride = fields.integer("stride", 1...1024) ?? 1
    let size = fields.integer("size", 1...16384) ?? 1
    let groups = fields.integer("groups", 1...(1 << 20)) ?? 1
    let bias = fields.flag("bias") ?? false
    let norm = fields.flag("batch_norm") ?? false
    let relu = fields.flag("relu") ?? false
    let shortcut = fields.flag("shortcut") ?? false
    let joins = fields.flag("joins_shortcut") ?? false
    fields.finish()
    guard let name, let kind, let inputs, let outputs else { return nil }
    let weights = Double(inputs) * Double(outputs) * Double(kernel * kernel)
    let inputElements = Double(inputs) * Double(size * stride) * Double(size * stride)
    if max(weights, inputElements) > 1e14 {
      fields.report(.tooLarge(what: "the row", limit: 100_000_000_000_000), node)
      return nil
    }
    if inputs % groups != 0 || outputs % groups != 0 {
      fields.report(.conflict("\(groups) groups do not divide \(inputs) and \(outputs) channels"), node)
      return nil
    }
    self.init(
      name: name, kind: kind, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
      outputSize: size, groups: groups, hasBias: bias, hasBatchNorm: norm, hasReLU: relu,
      isShortcut: shortcut, joinsShortcut: joins)
  }
}
