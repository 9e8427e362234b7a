import Diagnostics
import Documents
import ModelGraphs

/// The nested mappings of a transformer; each is absent where the model has no such part.
extension TransformerReader {
  mutating func latentFields() -> LatentAttention? {
    guard var part = fields.child("latent") else { return nil }
    let range = 1...65536
    let queryRank = part.integer("query_rank", range)
    let values = ["kv_rank", "plain_width", "rope_width", "value_width"].map { key in
      if part.lacks(key) { part.missing(key) }
      return part.integer(key, range)
    }
    part.finish()
    guard let rank = values[0], let plain = values[1], let rope = values[2], let value = values[3] else {
      return nil
    }
    return LatentAttention(
      queryRank: queryRank, keyValueRank: rank, plainWidth: plain, ropeWidth: rope, valueWidth: value)
  }

  mutating func indexerFields() -> SparseIndexer? {
    guard var part = fields.child("indexer") else { return nil }
    let values = ["heads", "head_width", "keys"].map { key in
      if part.lacks(key) { part.missing(key) }
      return part.integer(key, 1...65536)
    }
    part.finish()
    guard let heads = values[0], let width = values[1], let keys = values[2] else { return nil }
    return SparseIndexer(heads: heads, headWidth: width, keysKept: keys)
  }

  mutating func expertFields(biases: [String]) -> ExpertArchitecture? {
    guard var part = fields.child("experts") else { return nil }
    for key in ["count", "active", "width"] where part.lacks(key) { part.missing(key) }
    let count = part.integer("count", 1...4096)
    let active = part.integer("active", 1...1024)
    let width = part.integer("width", TransformerReader.widthRange)
    let shared = part.integer("shared", 0...1024) ?? 0
    let sharedWidth = part.integer("shared_width", TransformerReader.widthRange)
    let gate = part.flag("shared_gate") ?? false
    let denseFirst = part.integer("dense_first", 0...4096) ?? 0
    let every = part.integer("every", 1...4096) ?? 1
    let offset = part.integer("offset", 0...4095) ?? 0
    part.finish()
    guard let count, let active, let width else { return nil }
    if active > count {
      part.report(.conflict("\(active) active experts are more than all \(count)"), part.node)
      return nil
    }
    return ExpertArchitecture(
      count: count, active: active, width: width, sharedCount: shared,
      sharedWidth: shared > 0 ? sharedWidth ?? width : 0,
      hasSharedGate: gate, denseFirst: denseFirst, every: every, offset: offset,
      hasRouterBias: biases.contains("router"), hasBias: biases.contains("experts"))
  }

  mutating func stateSpaceFields(hidden: Int) -> StateSpaceArchitecture? {
    guard var part = fields.child("state_space") else { return nil }
    let inner = part.integer("inner_width", TransformerReader.widthRange)
    let state = part.integer("state_size", 1...4096)
    let convolution = part.integer("convolution_width", 1...64)
    let rank = part.integer("time_step_rank", 1...65536)
    let norms = part.flag("inner_norms") ?? false
    let every = part.integer("attention_every", 1...4096)
    let offset = part.integer("attention_offset", 0...4095)
    part.finish()
    return StateSpaceArchitecture(
      innerWidth: inner ?? 2 * hidden, stateSize: state ?? 16, convolutionWidth: convolution ?? 4,
      timeStepRank: rank ?? (hidden + 15) / 16, hasInnerNorms: norms, attentionEvery: every,
      attentionOffset: offset ?? 0)
  }

  mutating func patchFields() -> PatchEmbedding? {
    guard var part = fields.child("patches") else { return nil }
    for key in ["image", "patch"] where part.lacks(key) { part.missing(key) }
    let image = part.integer("image", 1...16384)
    let patch = part.integer("patch", 1...16384)
    let channels = part.integer("channels", 1...1024) ?? 3
    part.finish()
    guard let image, let patch else { return nil }
    if image % patch != 0 {
      part.report(.conflict("patches of \(patch) do not tile an image of \(image)"), part.node)
      return nil
    }
    return PatchEmbedding(imageSize: image, patchSize: patch, channels: channels)
  }
}

extension TransformerArchitecture {
  /// Why the dimensions are too large to count in 64 bits, if they are.
  var sizeProblem: Problem? {
    let h = Double(hidden)
    var perLayer = 8 * h
    if let attention { perLayer += 4 * h * Double(attention.heads * attention.headWidth) }
    if let feedForward { perLayer += 3 * h * Double(feedForward.width) }
    if let experts {
      perLayer +=
        3 * h
        * (Double(experts.count) * Double(experts.width)
          + Double(experts.sharedCount) * Double(experts.sharedWidth))
    }
    if let stateSpace { perLayer += 3 * h * Double(stateSpace.innerWidth) }
    let total = perLayer * Double(layerCount) + 2 * h * Double(embedding.vocabulary)
    if total > 1e16 { return .tooLarge(what: "the number of parameters", limit: 10_000_000_000_000_000) }
    return nil
  }
}
