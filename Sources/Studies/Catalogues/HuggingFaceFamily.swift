import ModelGraphs

/// The `model_type` values that can be read.
enum HuggingFaceFamily: String, CaseIterable {
  case llama, mistral, mixtral, qwen, qwen2, qwen3, deepseek, gemma, gemma2, phi, phi3, phimoe, gpt2, gptj
  case opt, bloom, falcon, mpt, dbrx, chatglm, olmo2, nemotron, bert, roberta, t5, vit, mamba, jamba
  case llama4 = "llama4_text"
  case qwen2MoE = "qwen2_moe"
  case qwen3MoE = "qwen3_moe"
  case deepseekV2 = "deepseek_v2"
  case deepseekV3 = "deepseek_v3"
  case deepseekV32 = "deepseek_v32"
  case kimiK2 = "kimi_k2"
  case gemma3 = "gemma3_text"
  case gptNeoX = "gpt_neox"
  case gptOSS = "gpt_oss"
  case grok1 = "grok-1"
  case xlmRoberta = "xlm-roberta"
  case falconMamba = "falcon_mamba"

  /// Names under which older or outer configurations carry the same model.
  private static let otherNames: [(name: String, family: HuggingFaceFamily)] = [
    ("llama4", .llama4), ("gemma3", .gemma3), ("RefinedWeb", .falcon), ("RefinedWebModel", .falcon),
    ("grok", .grok1), ("phi-msft", .phi), ("mistral3", .mistral), ("yi", .llama),
  ]

  init?(modelType: String) {
    if let family = HuggingFaceFamily(rawValue: modelType) {
      self = family
    } else if let other = HuggingFaceFamily.otherNames.first(where: { $0.name == modelType }) {
      self = other.family
    } else {
      return nil
    }
  }

  static let allNames = allCases.map(\.rawValue).sorted()

  /// What the code of a family fixes and its configuration does not say.
  struct Traits {
    var norm = NormArchitecture()
    var isGated = true
    var activation = FeedForwardArchitecture.Activation.silu
    var inputBias = false
    var outputBias = false
    var feedForwardBias = false
    var headBias = false
    var isTied = false
    var queryKeyNorm = AttentionArchitecture.QueryKeyNorm.none
    var position = EmbeddingArchitecture.Position.rope
    /// Dropout rate where the configuration is silent.
    var dropout = 0.0
    /// Dimensions of the configuration class where the file is silent.
    var heads: Int?
    var keyValueHeads: Int?
    var headWidth: Int?
    var vocabulary: Int?
  }

  var traits: Traits {
    var traits = Traits()
    switch self {
    case .gpt2, .opt, .bloom:
      traits.norm = NormArchitecture(.layerNorm)
      traits.hasAllBiases()
      traits.isTied = true
      traits.position = self == .bloom ? .alibi : .learned
      traits.dropout = self == .bloom ? 0 : 0.1
      traits.setPlain(self == .opt ? .relu : .gelu)
    case .gptj:
      traits.norm = NormArchitecture(.layerNorm, .parallel)
      traits.feedForwardBias = true
      traits.headBias = true
      traits.setPlain(.gelu)
    case .gptNeoX:
      traits.norm = NormArchitecture(.layerNorm, .parallelPair)
      traits.hasAllBiases()
      traits.setPlain(.gelu)
    case .phi:
      traits.norm = NormArchitecture(.layerNorm, .parallel)
      traits.hasAllBiases()
      traits.headBias = true
      traits.setPlain(.gelu)
    case .phimoe: traits.norm = NormArchitecture(.layerNorm)
    case .falcon:
      traits.norm = NormArchitecture(.layerNorm, .parallel)
      traits.isTied = true
      traits.setPlain(.gelu)
    case .mpt:
      traits.norm = NormArchitecture(.layerNormWithoutBias)
      traits.isTied = true
      traits.position = .learned
      traits.setPlain(.gelu)
    case .dbrx: traits.norm = NormArchitecture(.layerNormWithoutBias)
    case .nemotron:
      traits.norm = NormArchitecture(.layerNorm)
      traits.setPlain(.squaredReLU)
    case .qwen, .qwen2, .qwen2MoE, .chatglm: traits.inputBias = true
    case .qwen3, .qwen3MoE: traits.queryKeyNorm = .head
    case .gemma, .gemma2, .gemma3:
      traits.isTied = true
      traits.activation = .gelu
      if self != .gemma { traits.norm = NormArchitecture(.rms, .sandwich) }
      traits.headWidth = 256
      if self == .gemma3 {
        traits.queryKeyNorm = .head
        traits.heads = 8
        traits.keyValueHeads = 4
        traits.vocabulary = 262_208
      }
    case .grok1:
      traits.norm = NormArchitecture(.rms, .sandwich)
      traits.activation = .gelu
    case .olmo2:
      traits.norm = NormArchitecture(.rms, .branchOutput)
      traits.queryKeyNorm = .full
    case .gptOSS:
      traits.inputBias = true
      traits.outputBias = true
    default: break
    }
    return traits
  }
}

extension HuggingFaceFamily.Traits {
  mutating func hasAllBiases() {
    inputBias = true
    outputBias = true
    feedForwardBias = true
  }

  mutating func setPlain(_ activation: FeedForwardArchitecture.Activation) {
    isGated = false
    self.activation = activation
  }
}
