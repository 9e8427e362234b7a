import Catalogues
import Diagnostics
import FineTuning
import ModelGraphs
import Scenarios

extension Resolver {
  /// The model that a scenario names or describes, at its sequence length, whatever is done with it.
  ///
  /// - Throws: names that nothing bears and lengths that it does not take, with places.
  package func model(_ scenario: Scenario) throws(Diagnostics) -> Model {
    try unroll(
      described(scenario.model), length: scenario.training.sequenceLength, from: "training.sequence_length",
      scenario)
  }

  /// What a scenario calls its model, not yet at any sequence length.
  struct DescribedModel {
    var architecture: Architecture
    var name: String
    /// Tokens of a sample where the scenario says none.
    var longest: Int

    /// The model with the head that a stage trains: fine-tuned on examples, an encoder that predicted masked words
    /// tells classes apart, two of them, as Devlin et al. 2019 (arXiv:1810.04805, section 4) put it on BERT, and a
    /// generator has done its work.
    func headed(for stage: TrainingStage) -> DescribedModel {
      guard stage == .sft, case .transformer(var transformer) = architecture,
        transformer.head.kind == .maskedLanguage || !transformer.generators.isEmpty
      else { return self }
      transformer.generators = []
      transformer.head = HeadArchitecture(.classification, hasBias: true, classCount: 2)
      var headed = self
      headed.architecture = .transformer(transformer)
      return headed
    }
  }

  func described(_ model: ModelDeclaration) throws(Diagnostics) -> DescribedModel {
    switch model {
    case .named(let name):
      let entry = try catalogue.model(named: name.text, at: name.location)
      return DescribedModel(architecture: entry.architecture, name: entry.name, longest: entry.sequenceLength)
    case .file(let path):
      let (text, file) = try readBeside(path)
      let architecture = try readHuggingFaceConfig(text, file: file)
      return DescribedModel(
        architecture: .transformer(architecture), name: path.text, longest: architecture.maximumSequence)
    case .transformer(let declared):
      return DescribedModel(
        architecture: .transformer(architecture(declared)), name: "transformer", longest: declared.context)
    case .layers(let rows):
      let custom = CustomArchitecture(layers: rows.map(layer))
      return DescribedModel(architecture: .custom(custom), name: "custom", longest: 1)
    case .totals(let totals):
      let custom = CustomArchitecture(
        parameters: Int64(totals.parameters), activations: totals.activations,
        forwardFLOPs: totals.forwardFLOPs)
      return DescribedModel(architecture: .custom(custom), name: "custom", longest: 1)
    }
  }

  /// The model, unless its parameters are more than numbers count exactly.
  func countable(_ model: Model, _ scenario: Scenario) throws(Diagnostics) -> Model {
    let parameters = model.layers.reduce(0.0) { sum, layer in
      layer.operators.reduce(sum) { $0 + Double($1.parameterCount) }
    }
    if parameters <= 0x1p53 { return model }
    throw Diagnostics(
      Diagnostic(
        .outOfRange(value: "the number of parameters, \(parameters),", allowed: "at most \(1 << 53)"),
        at: scenario.places["model"], mend: "use fewer or narrower layers"))
  }

  /// A file that a document names: beside the document, else from the working directory.
  func readBeside(_ path: DeclaredName) throws(Diagnostics) -> (text: String, file: String) {
    let folder = path.location.file.lastIndex(of: "/").map { String(path.location.file[...$0]) } ?? ""
    if folder.isEmpty || path.text.hasPrefix("/") { return (try readFile(path.text), path.text) }
    let neighbour = folder + path.text
    if let text = try? readFile(neighbour) { return (text, neighbour) }
    return (try readFile(path.text), path.text)
  }

  /// The model at a sequence length.
  ///
  /// - Parameters:
  ///   - length: tokens of a sample; `nil`: the longest the model takes.
  ///   - key: where the length comes from.
  func unroll(
    _ described: DescribedModel, length: Int?, from key: String, _ scenario: Scenario
  ) throws(Diagnostics) -> Model {
    let name = described.name
    let place = scenario.places[key]
    if case .custom(let custom) = described.architecture {
      // What a sample of a custom model is, its author knows; the length counts its tokens.
      var model = custom.model(name: name)
      model.tokensPerSample = length ?? described.longest
      return model
    }
    if let length {
      guard case .transformer(let transformer) = described.architecture, transformer.form != .visionEncoder
      else {
        throw Diagnostics(
          Diagnostic(
            .conflict("a sample of \(name) is not a sequence of tokens"), at: place, mend: "leave it out"))
      }
      let limit = transformer.embedding.position == .learned ? transformer.embedding.positionCount : 0
      if limit > 0, length > limit {
        throw Diagnostics(
          Diagnostic(
            .outOfRange(value: "\(length)", allowed: "\(name) has positions for \(limit) tokens"),
            at: place,
            mend: "use at most \(limit)"))
      }
    }
    return described.architecture.model(sequenceLength: length ?? described.longest, name: name)
  }

  /// The framework build whose kernels the step takes.
  func framework(_ scenario: Scenario) throws(Diagnostics) -> FrameworkEntry? {
    guard let name = scenario.training.framework else { return nil }
    return try catalogue.framework(named: name.text, at: name.location)
  }

  private func architecture(_ declared: TransformerDeclaration) -> TransformerArchitecture {
    let isCausal = declared.attention == .causal
    let isLearned = declared.position == .learned
    return TransformerArchitecture(
      form: isCausal ? .decoder : .encoder, layerCount: declared.layers, hidden: declared.hidden,
      attention: AttentionArchitecture(
        heads: declared.heads, keyValueHeads: declared.kvHeads, headWidth: declared.headWidth,
        hasInputBias: !declared.gated, hasOutputBias: !declared.gated, window: declared.window),
      feedForward: FeedForwardArchitecture(
        width: declared.ffn, isGated: declared.gated, activation: declared.gated ? .silu : .gelu,
        hasBias: !declared.gated),
      experts: declared.experts.map {
        ExpertArchitecture(
          count: $0, active: declared.expertsPerToken, width: declared.ffn, hasBias: !declared.gated)
      },
      norm: NormArchitecture(declared.gated ? .rms : .layerNorm, .pre),
      embedding: EmbeddingArchitecture(
        vocabulary: declared.vocabulary,
        position: isLearned ? .learned : (declared.position == .rope ? .rope : .none),
        positionCount: isLearned ? declared.context : 0),
      head: HeadArchitecture(isCausal ? .language : .maskedLanguage, isTied: declared.tiedEmbeddings),
      hasDropout: declared.dropout ?? !declared.gated, maximumSequence: declared.context)
  }

  private func layer(_ declared: LayerDeclaration) -> CustomArchitecture.Layer {
    let outputs = declared.outputShape.isEmpty ? 0 : declared.outputShape.reduce(1.0) { $0 * Double($1) }
    return CustomArchitecture.Layer(
      name: declared.name, type: declared.layerType.rawValue, inputShape: declared.inputShape,
      outputShape: declared.outputShape, parameterCount: Int64(declared.parameters),
      forwardFLOPs: declared.forwardFLOPs, backwardFLOPs: declared.backwardFLOPs,
      // Activation memory is stated for 32-bit values; without it a layer keeps its output.
      activationElements: declared.activationMemoryMB > 0 ? declared.activationMemoryMB * 1e6 / 4 : outputs)
  }
}
