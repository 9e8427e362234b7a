import ComputeModels
import ModelGraphs
import Quantities

/// Time of one decode step: every running sequence gains a token.
///
///     T = Σ kernels at one row a sequence + Σ attention over what came before
///
/// Attention of one layer reads the running sequences' keys and values, C tokens together, windows applied:
///
///     F = 2 · C · a · (d + v)    D = C · w · 2·g·d + b · w · a · (d + v)
///
/// a query heads of widths d and v, g key-value heads, b sequences. Latent attention runs absorbed: queries
/// meet the latent itself, d = rank + rope, v = rank, and D reads rank + rope elements a token; the products
/// that expand it count as before, since absorbing moves them to queries and outputs.
///
/// - Source: DeepSeek-AI 2024, arXiv:2405.04434, section 2.1 (absorption).
struct DecodeStep {
  private let served: ServedModel
  /// Operators of a step that do not depend on what came before, equal ones once with their number.
  private let operators: [(item: ModelOperator, count: Int)]
  /// Layers by the keys a query of theirs sees at most.
  let windows: [(keys: Int?, layers: Int)]
  private let heads: Int
  private let headWidths: Int
  private let cacheElements: Int
  private var timesByBatch: [Int: SimDuration] = [:]

  init(_ served: ServedModel) {
    self.served = served
    var operators: [(item: ModelOperator, count: Int)] = []
    for layer in served.architecture.model(sequenceLength: 1).layers {
      for item in layer.operators {
        guard let item = item.generating(in: layer.kind) else { continue }
        if case .attention = item.shape { continue }
        if let known = operators.firstIndex(where: { $0.item == item }) {
          operators[known].count += 1
        } else {
          operators.append((item, 1))
        }
      }
    }
    self.operators = operators
    var windows: [(keys: Int?, layers: Int)] = []
    let architecture = served.architecture
    guard let attention = architecture.attention else {
      (self.windows, heads, headWidths, cacheElements) = ([], 0, 0, 0)
      return
    }
    for index in 0..<architecture.layerCount where architecture.usesAttention(index) {
      let keys = attention.window(ofBlock: index)
      if let known = windows.firstIndex(where: { $0.keys == keys }) {
        windows[known].layers += 1
      } else {
        windows.append((keys, 1))
      }
    }
    self.windows = windows
    let degree = served.tensorParallel
    heads = (attention.heads + degree - 1) / degree
    if let latent = attention.latent {
      headWidths = 2 * latent.keyValueRank + latent.ropeWidth
      cacheElements = attention.cacheElementsPerToken
    } else {
      headWidths = 2 * attention.headWidth
      cacheElements = 2 * attention.headWidth * ((attention.keyValueHeads + degree - 1) / degree)
    }
  }

  /// - Parameters:
  ///   - batch: b, running sequences.
  ///   - keys: C for each entry of `windows`.
  mutating func time(batch: Int, keys: [Int]) -> SimDuration {
    var time = linearTime(batch: batch)
    for (entry, total) in zip(windows, keys) {
      time += kernelTime(attention(batch: batch, keys: total), on: served.device).duration * entry.layers
    }
    return time
  }

  private mutating func linearTime(batch: Int) -> SimDuration {
    if let known = timesByBatch[batch] { return known }
    let time = operators.reduce(SimDuration.zero) {
      $0 + served.duration(of: $1.item, batch: batch) * $1.count
    }
    timesByBatch[batch] = time
    return time
  }

  private func attention(batch: Int, keys: Int) -> Kernel {
    let elements = Double(keys) * Double(cacheElements) + Double(batch * heads * headWidths)
    return Kernel(
      shape: .attention(
        batch: batch, heads: heads, queries: 1, keys: max(1, keys / batch), headWidth: headWidths / 2),
      flops: 2 * Double(keys) * Double(heads * headWidths),
      bytes: elements * served.precision.activation.byteWidth, dataType: served.precision.compute)
  }
}
