import Catalogues
import Documents
import ModelGraphs

extension ScenarioMapping {
  /// The model: the catalogue's where its dimensions are those of the row, else by the row's dimensions.
  func model(_ measurement: Measurement, _ convention: RunConvention) throws(SkipReason) -> OutputValue {
    if let entry = try? catalogue.model(named: measurement.model) {
      if agrees(entry, measurement) { return .string(entry.name) }
      // Experts and layers of other kinds are more than the row's dimensions say.
      if measurement.architecture != "decoder" { throw .differentShape(entry.name) }
    }
    guard measurement.architecture == "decoder" else {
      throw measurement.architecture.isEmpty
        ? .model(measurement.model) : .architecture(measurement.architecture)
    }
    return try inlineModel(measurement, convention)
  }

  /// Whether every dimension that the row states is the catalogue's, and its positions reach.
  private func agrees(_ entry: ModelEntry, _ measurement: Measurement) -> Bool {
    guard case .transformer(let model) = entry.architecture else { return false }
    let shape = measurement.shape
    let pairs: [(Int?, Int?)] = [
      (shape.layers, model.layerCount), (shape.hidden, model.hidden),
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
  ///
  /// Llamas have gates, rotary positions and a head of their own; the others of the corpus are of GPT's kind:
  /// learned positions, a tied head. BLOOM's ALiBi has no table of positions.
  private func inlineModel(_ measurement: Measurement, _ convention: RunConvention) throws(SkipReason)
    -> OutputValue
  {
    let shape = measurement.shape
    guard let layers = shape.layers else { throw .dimension("layers") }
    guard let hidden = shape.hidden else { throw .dimension("hidden widths") }
    guard let heads = shape.heads else { throw .dimension("heads") }
    guard let vocabulary = shape.vocabulary else { throw .dimension("words") }
    guard let length = measurement.sequenceLength else { throw .sequenceLength }
    let name = measurement.model.lowercased()
    let isLlama = name.hasPrefix("llama")
    let position = isLlama ? "rope" : name.hasPrefix("bloom") ? "none" : "learned"
    var fields: [OutputValue.Field] = [
      .init("layers", .count(layers)), .init("hidden", .count(hidden)), .init("heads", .count(heads)),
    ]
    func add(_ key: String, _ value: Int?, unless usual: Int?) {
      if let value, value != usual { fields.append(.init(key, .count(value))) }
    }
    add("kv_heads", shape.keyValueHeads, unless: heads)
    add("head_width", shape.headWidth, unless: hidden % heads == 0 ? hidden / heads : nil)
    add("ffn", shape.feedForward, unless: isLlama ? nil : 4 * hidden)
    fields += isLlama ? [.init("gated", true), .init("tied_embeddings", false)] : []
    fields += [.init("vocabulary", .count(vocabulary)), .init("position", .string(position))]
    if let dropout = convention.hasDropout, dropout == isLlama {
      fields.append(.init("dropout", .bool(dropout)))
    }
    fields.append(.init("context", .count(length)))
    return .object(fields)
  }
}
