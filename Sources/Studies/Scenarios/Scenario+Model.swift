import Diagnostics

extension Scenario {
  /// Fills in the widths and FLOPs of an inline model that follow from its other figures.
  mutating func completeModel(_ problems: inout Diagnostics) {
    switch model {
    case .named, .file: break
    case .transformer(var transformer):
      complete(&transformer, &problems)
      model = .transformer(transformer)
    case .layers(let layers):
      for (index, layer) in layers.enumerated() { checkGradients(of: layer, index, &problems) }
      model = .layers(layers.enumerated().map { complete($1, number: $0 + 1) })
    case .totals(var totals):
      if totals.forwardFLOPs == 0 { totals.forwardFLOPs = 2 * Double(totals.parameters) }
      model = .totals(totals)
    }
  }

  private func complete(_ transformer: inout TransformerDeclaration, _ problems: inout Diagnostics) {
    let (hidden, heads) = (transformer.hidden, transformer.heads)
    if transformer.headWidth == 0 {
      if hidden % heads != 0 {
        problems.report(
          .conflict("\(heads) heads do not divide the hidden size \(hidden)"), at: places["model.heads"],
          mend: "use \(alternatives(divisors(of: hidden, near: heads))), or give the head width")
      }
      transformer.headWidth = max(1, hidden / heads)
    }
    if transformer.kvHeads == 0 { transformer.kvHeads = heads }
    if heads % transformer.kvHeads != 0 {
      problems.report(
        .conflict("\(transformer.kvHeads) key and value heads do not divide \(heads) heads"),
        at: places["model.kv_heads"],
        mend: "use \(alternatives(divisors(of: heads, near: transformer.kvHeads)))")
    }
    if let experts = transformer.experts, transformer.expertsPerToken > experts {
      problems.report(
        .conflict("a token cannot visit \(transformer.expertsPerToken) of \(experts) experts"),
        at: places["model.experts_per_token"], mend: "use at most \(experts)")
    }
    if transformer.ffn == 0 {
      transformer.ffn = transformer.gated ? ((hidden * 8 + 2) / 3 + 255) / 256 * 256 : 4 * hidden
    }
  }

  /// The gradient memory says again, in fp32, what the parameters say; rounding aside it must agree.
  private func checkGradients(of layer: LayerDeclaration, _ index: Int, _ problems: inout Diagnostics) {
    guard let declared = layer.gradientMemoryMB else { return }
    let expected = Double(layer.parameters) * 4 / 1e6
    if (declared - expected).magnitude > max(0.1 * expected, 0.005) {
      problems.report(
        .conflict(
          "\(declared) MB of gradients do not match \(layer.parameters) parameters, which are \(expected) MB in fp32"
        ),
        at: places["model.layers[\(index)].gradient_memory_mb"],
        mend: "leave gradient_memory_mb out, or correct num_parameters")
    }
  }

  private func complete(_ layer: LayerDeclaration, number: Int) -> LayerDeclaration {
    var layer = layer
    if layer.name.isEmpty { layer.name = "layer-\(number)" }
    if layer.backwardFLOPs == 0 { layer.backwardFLOPs = 2 * layer.forwardFLOPs }
    return layer
  }
}

/// The largest divisor below a number and the smallest above it.
private func divisors(of whole: Int, near number: Int) -> [String] {
  let below = (1..<max(2, min(number, whole + 1))).last { whole % $0 == 0 }
  let above = number < whole ? ((number + 1)...whole).first { whole % $0 == 0 } : nil
  return [below, above].compactMap { $0.map(String.init) }
}
