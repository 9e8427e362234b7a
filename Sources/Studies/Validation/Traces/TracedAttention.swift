import ComputeModels
import Hardware
import TraceFiles

/// Where the arguments of an operator of fused attention stand.
///
/// - Source: argument lists of PyTorch's `native_functions.yaml` and of `flash_attn_interface.py` of FlashAttention 2.
private struct AttentionSignature {
  /// Place of the queries; keys and values follow.
  var queries: Int
  /// Whether heads come before tokens in their dimensions.
  var headsFirst: Bool
  /// Place that says whether each query sees only the keys before it.
  var causal: Int
  /// Place of the first of the bounds of a sliding window; nil where the operator has none.
  var window: Int?
  var isBackward: Bool

  init?(_ name: String) {
    switch name {
    case "aten::_flash_attention_forward": self.init(0, headsFirst: false, causal: 8, window: 11)
    case "aten::_flash_attention_backward":
      self.init(1, headsFirst: false, causal: 11, window: 15, isBackward: true)
    case "aten::_efficient_attention_forward": self.init(0, headsFirst: false, causal: 9, window: 13)
    case "aten::_efficient_attention_backward":
      self.init(1, headsFirst: false, causal: 14, window: 18, isBackward: true)
    case "aten::_scaled_dot_product_flash_attention": self.init(0, headsFirst: true, causal: 4)
    case "aten::_scaled_dot_product_flash_attention_backward":
      self.init(1, headsFirst: true, causal: 11, isBackward: true)
    case "aten::_scaled_dot_product_cudnn_attention": self.init(0, headsFirst: true, causal: 6)
    case "aten::_cudnn_attention_forward": self.init(0, headsFirst: true, causal: 10)
    case "aten::_scaled_dot_product_cudnn_attention_backward", "aten::_cudnn_attention_backward":
      self.init(1, headsFirst: true, causal: 14, isBackward: true)
    case "flash_attn::_flash_attn_forward": self.init(0, headsFirst: false, causal: 5, window: 6)
    case "flash_attn::_flash_attn_backward":
      self.init(1, headsFirst: false, causal: 11, window: 12, isBackward: true)
    default: return nil
    }
  }

  private init(_ queries: Int, headsFirst: Bool, causal: Int, window: Int? = nil, isBackward: Bool = false) {
    self.queries = queries
    self.headsFirst = headsFirst
    self.causal = causal
    self.window = window
    self.isBackward = isBackward
  }
}

extension TracedOperator {
  /// Fused attention of whole sequences; nil where the operator is none, where its trace does not hold shapes and whether
  /// it is causal, and where sequences are packed, windows slide or values have a width of their own.
  var fusedAttention: Kernel? {
    guard let places = AttentionSignature(name), inputs.indices.contains(places.causal),
      let isCausal = inputs[places.causal].truth, let query = tensor(places.queries, ranked: 4),
      let key = tensor(places.queries + 1, ranked: 4), let value = tensor(places.queries + 2, ranked: 4),
      let format = TracedFormat.dataType(query.type), value.dimensions == key.dimensions,
      key.dimensions[3] == query.dimensions[3], !isPacked, !slides(at: places.window)
    else { return nil }
    let (headAxis, tokenAxis) = places.headsFirst ? (1, 2) : (2, 1)
    let batch = query.dimensions[0]
    let (heads, keyHeads) = (query.dimensions[headAxis], key.dimensions[headAxis])
    let (queries, keys, width) = (
      query.dimensions[tokenAxis], key.dimensions[tokenAxis], query.dimensions[3]
    )
    guard heads % keyHeads == 0, key.dimensions[0] == batch, !isCausal || queries == keys else { return nil }
    let pairs = Double(queries) * Double(keys) * (isCausal ? 0.5 : 1)
    let elements =
      2 * Double(batch) * Double(width)
      * (Double(queries) * Double(heads) + Double(keys) * Double(keyHeads))
    var kernel = Kernel(
      shape: .attention(batch: batch, heads: heads, queries: queries, keys: keys, headWidth: width),
      flops: 4 * pairs * Double(heads) * Double(width) * Double(batch), bytes: elements * format.byteWidth,
      dataType: format)
    // Products that run beside their softmax are those of kernels made for the generation.
    kernel.isAsynchronous = kernels.contains { traced in
      let name = traced.name.lowercased()
      return name.contains("sm90") || name.contains("sm100")
    }
    if places.isBackward {
      kernel.flops *= 2.5
      kernel.bytes *= 2.5
      kernel.productsPerPair = 5
    }
    return kernel
  }
}

extension TracedOperator {
  /// Whether offsets of sequences come with the call.
  private var isPacked: Bool { inputs.contains { $0.dimensions.count == 1 && $0.type == "int" } }

  private func slides(at place: Int?) -> Bool {
    guard let place else { return false }
    return inputs.dropFirst(place).prefix(2).contains { Int($0.value).map { $0 > 0 } ?? false }
  }
}

extension TracedOperator.Input {
  /// A switch, or a kind of mask of which 0 is none.
  fileprivate var truth: Bool? {
    switch value {
    case "True", "true": true
    case "False", "false": false
    default: Int(value).map { $0 != 0 }
    }
  }
}
