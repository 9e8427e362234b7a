import Diagnostics
import Documents
import ModelGraphs

extension TransformerArchitecture {
  /// Reads the `transformer:` mapping of a catalogue entry or an inline model.
  ///
  /// `layers`, `hidden`, `heads` and `vocabulary` are required as far as the form has them; the rest
  /// defaults to a Llama-like decoder: as many key-value heads as heads, head width hidden / heads,
  /// gated SiLU of width 4 · hidden, RMS norm, rotary positions, untied embeddings, no biases.
  ///
  /// - Throws: everything that is wrong, with its place.
  public init(reading node: DocumentNode) throws(Diagnostics) {
    let findings = Findings()
    let architecture = TransformerReader(FieldReader(node, findings)).read()
    try findings.diagnostics.throwIfAny()
    guard let architecture else {
      throw Diagnostics(Diagnostic(.malformed(reason: "the model is incomplete"), at: node.location))
    }
    self = architecture
  }
}

/// Reads one transformer; bounds on every number keep later products within 64 bits.
struct TransformerReader {
  static let layerRange = 1...4096
  static let widthRange = 1...(1 << 20)
  static let vocabularyRange = 1...(1 << 26)
  static let sequenceRange = 1...(1 << 24)

  var fields: FieldReader

  init(_ fields: FieldReader) { self.fields = fields }

  func read() -> TransformerArchitecture? {
    var copy = self
    return copy.architecture()
  }

  private mutating func architecture() -> TransformerArchitecture? {
    let form = fields.choice("form", TransformerArchitecture.Form.self) ?? .decoder
    let layers = required("layers", TransformerReader.layerRange)
    let hidden = required("hidden", TransformerReader.widthRange)
    let encoderLayers = fields.integer("encoder_layers", TransformerReader.layerRange)
    let biases = biasNames()
    let stateSpace = hidden.flatMap { stateSpaceFields(hidden: $0) }
    let attention = attentionFields(hidden: hidden, biases: biases, isRequired: stateSpace == nil)
    let feedForward = feedForwardFields(
      hidden: hidden, biases: biases, isRequired: stateSpace == nil || attention != nil)
    let experts = expertFields(biases: biases)
    let norm = normFields()
    let tied = fields.flag("tied_embeddings") ?? false
    let embedding = embeddingFields(form: form)
    let head = headFields(isTied: tied, hasBias: biases.contains("head"))
    let hasDropout = fields.flag("dropout") ?? false
    let maximum = fields.integer("max_sequence", TransformerReader.sequenceRange) ?? 0
    let generator = fields.value("generator").map {
      TransformerReader(FieldReader($0, fields.findings)).read()
    }
    fields.finish()
    guard let layers, let hidden, let embedding, attention != nil || stateSpace != nil else { return nil }
    if let encoderLayers, encoderLayers > layers {
      fields.report(
        .conflict("\(encoderLayers) encoder layers are more than all \(layers) layers"), fields.node)
      return nil
    }
    let architecture = TransformerArchitecture(
      form: form, layerCount: layers, encoderLayerCount: encoderLayers ?? 0, hidden: hidden,
      attention: attention, feedForward: feedForward, experts: experts, stateSpace: stateSpace, norm: norm,
      embedding: embedding, head: head, hasDropout: hasDropout, maximumSequence: maximum,
      generators: [generator ?? nil].compactMap(\.self))
    if architecture.generators.contains(where: { !$0.generators.isEmpty }) {
      fields.report(.conflict("a generator has no generator of its own"), fields.node)
      return nil
    }
    if let problem = architecture.sizeProblem {
      fields.report(problem, fields.node)
      return nil
    }
    return architecture
  }

  private mutating func required(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    if fields.lacks(key) { fields.missing(key) }
    return fields.integer(key, range)
  }

  private mutating func biasNames() -> [String] {
    let allowed = ["qkv", "projection", "mlp", "head", "router", "experts"]
    for node in fields.list("biases") ?? [] {
      if let name = FieldReader.text(of: node, fields.findings), !allowed.contains(name) {
        fields.report(
          .unknownName(kind: "bias", name: name), node, mend: "use \(allowed.joined(separator: ", "))")
      }
    }
    return fields.texts("biases")
  }

  private mutating func attentionFields(
    hidden: Int?, biases: [String], isRequired: Bool
  ) -> AttentionArchitecture? {
    let heads = isRequired ? required("heads", 1...4096) : fields.integer("heads", 1...4096)
    let keyValueHeads = fields.integer("kv_heads", 1...4096)
    let headWidth = fields.integer("head_width", 1...65536)
    let norm = fields.choice("qk_norm", AttentionArchitecture.QueryKeyNorm.self) ?? .none
    let sinks = fields.flag("sinks") ?? false
    let relative = fields.flag("relative_projection") ?? false
    let buckets = fields.integer("relative_buckets", 0...65536) ?? 0
    let window = fields.integer("window", TransformerReader.sequenceRange)
    let pattern = windowPattern()
    let latent = latentFields()
    let indexer = indexerFields()
    guard let heads, let hidden else { return nil }
    if let keyValueHeads, heads % keyValueHeads != 0 {
      fields.report(.conflict("\(keyValueHeads) kv_heads do not divide \(heads) heads"), fields.node)
    }
    if headWidth == nil, latent == nil, hidden % heads != 0 {
      fields.report(
        .conflict("\(heads) heads do not divide hidden \(hidden)"), fields.node, mend: "state head_width")
    }
    let width = latent.map { $0.plainWidth + $0.ropeWidth } ?? headWidth ?? max(1, hidden / heads)
    return AttentionArchitecture(
      heads: heads, keyValueHeads: keyValueHeads, headWidth: width, latent: latent,
      hasInputBias: biases.contains("qkv"), hasOutputBias: biases.contains("projection"),
      queryKeyNorm: norm, hasSinks: sinks, hasRelativeProjection: relative, relativeBuckets: buckets,
      window: window, windowPattern: pattern, indexer: indexer)
  }

  private mutating func windowPattern() -> [Bool] {
    var pattern: [Bool] = []
    for node in fields.list("window_pattern") ?? [] {
      guard let name = FieldReader.text(of: node, fields.findings) else { continue }
      if name != "window", name != "full" {
        fields.report(
          .unknownName(kind: "kind of block", name: name), node, mend: "use window or full")
      }
      pattern.append(name == "window")
    }
    return pattern
  }

  private mutating func feedForwardFields(
    hidden: Int?, biases: [String], isRequired: Bool
  ) -> FeedForwardArchitecture? {
    let width = fields.integer("ffn", TransformerReader.widthRange)
    let gated = fields.flag("gated") ?? true
    let activation =
      fields.choice("activation", FeedForwardArchitecture.Activation.self) ?? (gated ? .silu : .gelu)
    guard isRequired || width != nil, let hidden else { return nil }
    return FeedForwardArchitecture(
      width: width ?? 4 * hidden, isGated: gated, activation: activation, hasBias: biases.contains("mlp"))
  }

  private mutating func normFields() -> NormArchitecture {
    NormArchitecture(
      fields.choice("norm", NormArchitecture.Kind.self) ?? .rms,
      fields.choice("norm_placement", NormArchitecture.Placement.self) ?? .pre,
      hasFinal: fields.flag("final_norm") ?? true)
  }

  private mutating func embeddingFields(form: TransformerArchitecture.Form) -> EmbeddingArchitecture? {
    let isVision = form == .visionEncoder
    if !isVision, fields.lacks("vocabulary") { fields.missing("vocabulary") }
    let vocabulary = fields.integer("vocabulary", TransformerReader.vocabularyRange)
    let position = fields.choice("position", EmbeddingArchitecture.Position.self) ?? .rope
    let positions = fields.integer("positions", TransformerReader.sequenceRange) ?? 0
    let types = fields.integer("token_types", 0...65536) ?? 0
    let hasNorm = fields.flag("embedding_norm") ?? false
    let projected = fields.integer("projected_from", TransformerReader.widthRange)
    if isVision, fields.lacks("patches") { fields.missing("patches") }
    let patches = patchFields()
    guard isVision ? patches != nil : vocabulary != nil else { return nil }
    return EmbeddingArchitecture(
      vocabulary: vocabulary ?? 0, position: position, positionCount: positions, tokenTypeCount: types,
      hasNorm: hasNorm, projectedFrom: projected, patches: patches)
  }

  private mutating func headFields(isTied: Bool, hasBias: Bool) -> HeadArchitecture {
    let kind = fields.choice("head", HeadArchitecture.Kind.self) ?? .language
    let pooler = fields.flag("pooler") ?? false
    let classes = fields.integer("classes", TransformerReader.vocabularyRange) ?? 0
    if kind == .classification || kind == .tokenClassification, classes == 0 { fields.missing("classes") }
    return HeadArchitecture(
      kind, isTied: isTied, hasBias: hasBias, hasPooler: pooler, classCount: classes)
  }
}
