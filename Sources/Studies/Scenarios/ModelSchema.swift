import Diagnostics
import Documents

let transformerFields: [SchemaField<TransformerDeclaration>] = [
  .init("layers", \.layers, .integer(1...10_000), example: "12", required: true, "Transformer blocks."),
  .init(
    "hidden", \.hidden, .integer(1...1_000_000), example: "768", required: true,
    "Width of the residual stream."),
  .init("heads", \.heads, .integer(1...10_000), example: "12", required: true, "Attention (query) heads."),
  .init(
    "kv_heads", \.kvHeads, .automaticInteger(1...10_000), example: "4",
    "Key and value heads, a divisor of `heads`; `auto`: as many as `heads`."),
  .init(
    "head_width", \.headWidth, .automaticInteger(1...1_000_000), example: "64",
    "Width of one head; `auto`: `hidden / heads`."),
  .init(
    "ffn", \.ffn, .automaticInteger(1...10_000_000), example: "3072",
    "Width of the feed-forward layer; `auto`: 4 × hidden, or 8/3 × hidden rounded up to 256 where gated."),
  .init("gated", \.gated, .boolean, example: "true", "Whether the feed-forward layer has a gate (SwiGLU)."),
  .init(
    "experts", \.experts, ValueForm<Int>.integer(2...100_000).orWord("none"), example: "8",
    "Feed-forward layers of a block, of width `ffn` each, of which a token visits some; `none`: one, which all visit."
  ),
  .init(
    "experts_per_token", \.expertsPerToken, .integer(1...100_000), example: "2",
    "Experts that a token visits; without meaning where there are none."),
  .init(
    "vocabulary", \.vocabulary, .integer(1...100_000_000), example: "128256", "Rows of the token embedding."),
  .init(
    "tied_embeddings", \.tiedEmbeddings, .boolean, example: "false",
    "Whether the output head reuses the token embedding."),
  .init(
    "position", \.position, .choice("position encoding"), example: "rope",
    "Position encoding; `learned` adds a table of `context` rows."),
  .init(
    "attention", \.attention, .choice("attention kind"), example: "bidirectional",
    "Which keys a query may see."),
  .init(
    "window", \.window, ValueForm<Int>.integer(1...100_000_000).orWord("none"), example: "4096",
    "Keys a query sees at most."),
  .init(
    "dropout", \.dropout, ValueForm<Bool>.boolean.orAutomatic, example: "false",
    "Whether activations are dropped at random; `auto`: where the feed-forward layer has no gate."),
  .init(
    "context", \.context, .integer(1...100_000_000), example: "8192", "Longest sequence the model takes."),
]

let layerFields: [SchemaField<LayerDeclaration>] = [
  .init("name", \.name, .text, example: "conv1", "Name in reports; empty: the layer's number."),
  .init("layer_type", \.layerType, .choice("layer type"), example: "conv2d", "What the layer is."),
  .init(
    "input_shape", \.inputShape, shape, example: "[3, 224, 224]",
    "Elements of the input of one sample, by axis."),
  .init(
    "output_shape", \.outputShape, shape, example: "[64, 112, 112]",
    "Elements of the output of one sample, by axis."),
  .init(
    "num_parameters", \.parameters, .integer(0...(1 << 53)), example: "9408", required: true,
    "Trainable parameters."),
  .init(
    "forward_flops", \.forwardFLOPs, .real(0...1e24), example: "118e6", required: true,
    "FLOPs of the forward pass for one sample, a multiply-add counting as two."),
  .init(
    "backward_flops", \.backwardFLOPs, twiceForward, example: "236e6",
    "FLOPs of the backward pass for one sample; `auto`: twice the forward pass."),
  .init(
    "activation_memory_mb", \.activationMemoryMB, .real(0...1e12), example: "3.2",
    "Bytes kept for the backward pass for one sample, in units of 10⁶."),
  .init(
    "gradient_memory_mb", \.gradientMemoryMB, ValueForm<Double>.real(0...1e12).orAutomatic, example: "0.04",
    "Bytes of the gradients, in units of 10⁶; `auto`: as parameters and gradient precision make it."),
]

let totalsFields: [SchemaField<TotalsDeclaration>] = [
  .init(
    "parameters", \.parameters, .integer(1...(1 << 53)), example: "250e6", required: true,
    "Trainable parameters."),
  .init(
    "activations", \.activations, .real(0...1e18), example: "100e6", required: true,
    "Activation elements of one sample kept for the backward pass."),
  .init(
    "forward_flops", \.forwardFLOPs, twiceForward, example: "8.2e9",
    "FLOPs of the forward pass for one sample; `auto`: twice the parameters. Backward takes twice as many."),
]

private let shape = ValueForm<Int>.integer(1...1_000_000_000).list(
  type: "list of whole numbers", count: 0...8)

/// A number of FLOPs, or `auto`, which is 0 until the scenario is completed.
private let twiceForward: ValueForm<Double> = {
  let form = ValueForm<Double>.real(0...1e30).orAutomatic
  return ValueForm(type: form.type, allowed: form.allowed) { node, context in
    form.read(node, &context).map { $0 ?? 0 }
  } write: {
    form.write($0 == 0 ? nil : $0)
  }
}()

private let transformerForm = ValueForm<TransformerDeclaration>.object(
  transformerFields, TransformerDeclaration())
private let layersForm = ValueForm<LayerDeclaration>.object(layerFields, LayerDeclaration())
  .list(type: "list of layers", count: 1...100_000)
private let totalsForm = ValueForm<TotalsDeclaration>.object(totalsFields, TotalsDeclaration())

extension ValueForm where Value == ModelDeclaration {
  static var model: ValueForm {
    ValueForm(
      type: "name, path or mapping",
      allowed: "a catalogue name, a path that ends in `.json`, a transformer, `{layers: […]}`, or totals",
      nested: transformerForm.nested + layersForm.nested.map { $0.under("layers") } + totalsForm.nested
    ) { node, context in
      switch node.content {
      case .string(let text) where text.hasSuffix(".json"):
        return .file(DeclaredName(text, at: node.location))
      case .string(let text) where !text.isEmpty: return .named(DeclaredName(text, at: node.location))
      case .mapping: return readInlineModel(node, &context)
      default:
        context.wrongType(node, expected: "a model's name, path or mapping", mend: "write it like gpt2-small")
        return nil
      }
    } write: { model in
      switch model {
      case .named(let name), .file(let name): .string(name.text)
      case .transformer(let transformer): transformerForm.write(transformer)
      case .layers(let layers): .object([.init("layers", layersForm.write(layers))])
      case .totals(let totals): totalsForm.write(totals)
      }
    }
  }
}

private func readInlineModel(_ node: DocumentNode, _ context: inout ReadingContext) -> ModelDeclaration? {
  if let layers = node["layers"], case .sequence = layers.content {
    for entry in node.entries ?? [] where entry.key != "layers" {
      context.problems.report(
        .unknownKey(entry.key), at: entry.keyLocation,
        mend: "a model given as a list of layers has no other key")
    }
    guard let rows = layersForm.read(layers, &context), isCountable(rows, layers, &context) else {
      return nil
    }
    return .layers(rows)
  }
  if node.entries?.contains(where: { ["parameters", "activations"].contains($0.key) }) == true {
    return totalsForm.read(node, &context).map { .totals($0) }
  }
  return transformerForm.read(node, &context).map { .transformer($0) }
}

/// Whether the elements of every layer stay within what numbers count exactly.
private func isCountable(
  _ layers: [LayerDeclaration], _ node: DocumentNode, _ context: inout ReadingContext
) -> Bool {
  let limit = 0x1p53
  for (index, layer) in layers.enumerated() {
    for shape in [layer.inputShape, layer.outputShape] {
      let elements = shape.reduce(1.0) { $0 * Double($1) }
      if elements <= limit { continue }
      context.problems.report(
        .outOfRange(
          value: "the number of elements of layer \(index), \(elements),", allowed: "at most \(Int(limit))"),
        at: node.location)
      return false
    }
  }
  return true
}
