import Catalogues
import Documents
import ModelGraphs

extension ScenarioMapping {
  /// The model: the catalogue's where its dimensions are those of the row, else by the row's dimensions.
  func model(_ measurement: Measurement, _ convention: RunConvention) throws(SkipReason) -> OutputValue {
    if let entry = try? catalogue.model(named: measurement.model) {
      if agrees(entry, measurement) { return .string(entry.name) }
      // Latent attention and mixers are more than the row's dimensions say.
      if !ScenarioMapping.inlineKinds.contains(measurement.architecture) { throw .differentShape(entry.name) }
    }
    guard ScenarioMapping.inlineKinds.contains(measurement.architecture) else {
      throw measurement.architecture.isEmpty
        ? .model(measurement.model) : .architecture(measurement.architecture)
    }
    return try inlineModel(measurement, convention)
  }

  /// What the catalogue has under the row's name.
  func catalogueArchitecture(_ measurement: Measurement) -> Architecture? {
    (try? catalogue.model(named: measurement.model))?.architecture
  }

  /// Kinds of model that a scenario can give by their dimensions.
  private static let inlineKinds = ["decoder", "moe-decoder"]

  /// Whether every dimension that the row states is the catalogue's, and its positions reach.
  private func agrees(_ entry: ModelEntry, _ measurement: Measurement) -> Bool {
    // Of other networks a row states the name alone.
    guard case .transformer(let model) = entry.architecture else { return true }
    let shape = measurement.shape
    // Of encoder and decoder sources state either or both.
    let isOneSide = model.form == .encoderDecoder && shape.layers == model.encoderLayerCount
    let pairs: [(Int?, Int?)] = [
      (shape.layers, isOneSide ? model.encoderLayerCount : model.layerCount), (shape.hidden, model.hidden),
      (shape.heads, model.attention?.heads), (shape.keyValueHeads, model.attention?.keyValueHeads),
      (shape.vocabulary, model.embedding.vocabulary),
    ]
    if model.embedding.position == .learned, let length = measurement.sequenceLength,
      length > model.embedding.positionCount
    {
      return false
    }
    return pairs.allSatisfy { stated, known in stated == nil || stated == known }
  }

  /// A decoder by its dimensions.
  private func inlineModel(
    _ measurement: Measurement, _ convention: RunConvention
  ) throws(SkipReason) -> OutputValue {
    let shape = measurement.shape
    guard let layers = shape.layers else { throw .dimension("layers") }
    guard let hidden = shape.hidden else { throw .dimension("hidden widths") }
    guard let heads = shape.heads else { throw .dimension("heads") }
    guard let vocabulary = shape.vocabulary ?? convention.vocabulary else { throw .dimension("words") }
    guard let length = measurement.sequenceLength else { throw .sequenceLength }
    let family = InlineFamily(measurement.model)
    var fields: [OutputValue.Field] = [
      .init("layers", .count(layers)), .init("hidden", .count(hidden)), .init("heads", .count(heads)),
    ]
    func add(_ key: String, _ value: Int?, unless usual: Int?) {
      if let value, value != usual { fields.append(.init(key, .count(value))) }
    }
    add("kv_heads", shape.keyValueHeads, unless: heads)
    add("head_width", shape.headWidth, unless: hidden % heads == 0 ? hidden / heads : nil)
    add("ffn", shape.feedForward, unless: family.isGated ? nil : 4 * hidden)
    if family.isGated { fields.append(.init("gated", true)) }
    add("experts", shape.experts, unless: nil)
    if shape.experts != nil { add("experts_per_token", shape.expertsPerToken, unless: nil) }
    fields.append(.init("vocabulary", .count(vocabulary)))
    if !family.isTied { fields.append(.init("tied_embeddings", false)) }
    fields.append(.init("position", .string(family.position)))
    if let dropout = convention.hasDropout, dropout == family.isGated {
      fields.append(.init("dropout", .bool(dropout)))
    }
    fields.append(.init("context", .count(length)))
    return .object(fields)
  }
}

/// What the models of a family share beside their dimensions.
private struct InlineFamily {
  var isGated = false
  var isTied = true
  var position = "learned"

  /// Llama and Grok have gates and rotary positions, BLOOM's ALiBi has no table of them; the others of the corpus
  /// are of GPT's kind.
  init(_ model: String) {
    let name = model.lowercased()
    if name.hasPrefix("llama") || name.hasPrefix("grok") {
      isGated = true
      isTied = name.hasPrefix("grok")
      position = "rope"
    } else if name.hasPrefix("bloom") {
      position = "none"
    }
  }
}
