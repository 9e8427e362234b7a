import Diagnostics
import Documents
import ModelGraphs

/// Reads a Hugging Face `config.json` as the dimensions of its language model.
///
/// Keys and their defaults follow the `transformers` configuration class of each `model_type`. A
/// multimodal configuration gives its text model; `text_config` or `llm_config` holds it. Keys that
/// carry no dimension are ignored.
///
/// - Parameters:
///   - text: the whole file.
///   - file: the name used in messages.
/// - Throws: malformed JSON, a family that is not known, missing or unusable dimensions; each with
///   its place.
/// - Complexity: O(bytes).
public func readHuggingFaceConfig(
  _ text: String, file: String
) throws(Diagnostics) -> TransformerArchitecture {
  try readHuggingFaceConfig(try parseDocument(text, file: file))
}

/// Reads a parsed `config.json`; see `readHuggingFaceConfig(_:file:)`.
public func readHuggingFaceConfig(_ root: DocumentNode) throws(Diagnostics) -> TransformerArchitecture {
  let findings = Findings()
  var config = HuggingFaceConfig(root, findings)
  let architecture = config.architecture()
  try findings.diagnostics.throwIfAny()
  guard let architecture else {
    throw Diagnostics(Diagnostic(.malformed(reason: "the model is incomplete"), at: root.location))
  }
  if let problem = architecture.sizeProblem { throw Diagnostics(Diagnostic(problem, at: root.location)) }
  return architecture
}

/// The fields of a configuration under all the names that the families give them.
struct HuggingFaceConfig {
  var fields: FieldReader
  var findings: Findings { fields.findings }

  init(_ root: DocumentNode, _ findings: Findings) {
    let nested = (root["text_config"] ?? root["llm_config"]).flatMap { $0.entries == nil ? nil : $0 }
    // An inner configuration may leave its type to the outer one.
    if let nested, nested["model_type"] != nil {
      fields = FieldReader(nested, findings)
    } else if let nested, let entries = nested.entries, let outer = root.entries {
      let type = outer.filter { $0.key == "model_type" }
      fields = FieldReader(DocumentNode(.mapping(type + entries), at: nested.location), findings)
    } else {
      fields = FieldReader(root, findings)
    }
  }

  mutating func architecture() -> TransformerArchitecture? {
    guard fields.node.entries != nil else { return nil }
    guard let type = fields.value("model_type") else {
      fields.missing("model_type")
      return nil
    }
    guard let name = FieldReader.text(of: type, findings) else { return nil }
    guard let family = HuggingFaceFamily(modelType: name) else {
      let known = HuggingFaceFamily.allNames
      fields.report(
        .unsupported("model_type '\(name)' is not supported"), type,
        mend: nearestName(to: name, in: known).map { "did you mean '\($0)'?" }
          ?? "supported: \(known.joined(separator: ", "))")
      return nil
    }
    switch family {
    case .bert, .roberta, .xlmRoberta: return encoder(family)
    case .t5: return encoderDecoder()
    case .vit: return visionEncoder()
    case .mamba, .falconMamba, .jamba: return stateSpaceModel(family)
    default: return decoder(family)
    }
  }

  // MARK: Values

  /// The first of several keys that is present and not null.
  mutating func first(_ keys: [String]) -> DocumentNode? {
    for key in keys { if let value = fields.value(key) { return value } }
    return nil
  }

  mutating func integer(_ keys: String..., in range: ClosedRange<Int>) -> Int? {
    for key in keys where fields.value(key) != nil { return fields.integer(key, range) }
    return nil
  }

  /// A dimension that has no default.
  mutating func required(_ keys: String..., in range: ClosedRange<Int>) -> Int? {
    for key in keys where fields.value(key) != nil { return fields.integer(key, range) }
    fields.missing(keys[0])
    return nil
  }

  /// A dimension with the default of its configuration class, if that has one.
  mutating func stated(_ keys: String..., in range: ClosedRange<Int>, default fallback: Int?) -> Int? {
    for key in keys where fields.value(key) != nil { return fields.integer(key, range) }
    if fallback == nil { fields.missing(keys[0]) }
    return fallback
  }

  mutating func flag(_ key: String) -> Bool? { fields.flag(key) }

  /// Whether a dropout rate under any of the keys is above zero.
  mutating func hasDropout(_ keys: String..., default rate: Double) -> Bool {
    for key in keys where fields.value(key) != nil { return (fields.number(key, 0...1) ?? 0) > 0 }
    return rate > 0
  }

  mutating func activation(
    _ keys: String..., default name: FeedForwardArchitecture.Activation
  ) -> FeedForwardArchitecture.Activation {
    guard let node = first(keys), let text = FieldReader.text(of: node, findings) else { return name }
    switch text {
    case "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "quick_gelu", "gelu_python": return .gelu
    case "silu", "swish", "swiglu": return .silu
    case "relu": return .relu
    case "relu2": return .squaredReLU
    default:
      fields.report(.unsupported("activation '\(text)' is not supported"), node)
      return name
    }
  }
}
