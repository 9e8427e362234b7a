import Diagnostics
import Documents
import ModelGraphs

extension ModelEntry: CatalogueEntry {
  static let kindName = "model"
  static let folder = "models"

  /// Reads one file under `models/`.
  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["name", "source"] where fields.lacks(key) { fields.missing(key) }
    let name = fields.text("name")
    let aliases = fields.texts("aliases")
    let family = fields.text("family")
    let count = 1...Int(Int64.max >> 8)
    let published = fields.integer("published_parameters", count)
    let publishedActive = fields.integer("published_active_parameters", count)
    let counted = fields.integer("counted_parameters", count)
    let countedActive = fields.integer("counted_active_parameters", count)
    let agreement = fields.choice("agreement", Agreement.self)
    let source = fields.text("source")
    let note = fields.text("note")
    let sequence = fields.integer("sequence_length", TransformerReader.sequenceRange)
    let architecture = Architecture(oneOf: &fields)
    fields.finish()
    guard let name, let source, let architecture else { return nil }
    self.init(
      name: name, aliases: aliases, family: family ?? "", architecture: architecture,
      sequenceLength: sequence ?? architecture.defaultSequenceLength,
      publishedParameters: published.map(Int64.init),
      publishedActiveParameters: publishedActive.map(Int64.init),
      countedParameters: counted.map(Int64.init), countedActiveParameters: countedActive.map(Int64.init),
      agreement: agreement ?? .unpublished, source: source, note: note)
  }
}

extension Architecture {
  /// Reads whichever of `transformer`, `convolutional` and `layers` a mapping holds.
  init?(oneOf fields: inout FieldReader) {
    let findings = fields.findings
    let transformer = fields.value("transformer")
    let convolutional = fields.value("convolutional")
    let layers = fields.value("layers")
    switch (transformer, convolutional, layers) {
    case (let node?, nil, nil):
      guard let read = TransformerReader(FieldReader(node, findings)).read() else { return nil }
      self = .transformer(read)
    case (nil, let node?, nil):
      guard let read = ConvolutionalArchitecture(node, findings) else { return nil }
      self = .convolutional(read)
    case (nil, nil, let node?):
      guard let read = CustomArchitecture(layers: node, findings) else { return nil }
      self = .custom(read)
    default:
      fields.report(
        .conflict("a model has exactly one of transformer, convolutional and layers"), fields.node)
      return nil
    }
  }

  /// Tokens of a sequence where nothing else says: the longest the model takes, at most 8192.
  var defaultSequenceLength: Int {
    guard case .transformer(let transformer) = self else { return 1 }
    if let patches = transformer.embedding.patches { return patches.tokenCount }
    return transformer.maximumSequence > 0 ? min(transformer.maximumSequence, 8192) : 2048
  }
}
