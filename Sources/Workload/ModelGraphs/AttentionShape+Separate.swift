import ComputeModels
import Hardware

extension AttentionShape {
  /// Passes over the scores between the two products: scaling and mask read and write them, so do the
  /// softmax and the dropout. The products' own traffic is counted with the products.
  static let forwardScorePasses = 6.0
  /// Dropout reads and writes the gradient, the softmax reads it and the probabilities and writes,
  /// scaling reads and writes.
  static let backwardScorePasses = 7.0

  /// Elements that change between the order of tokens and the order of heads: queries, keys and values in,
  /// weighted values out, for one sample.
  private var permutedElements: Double {
    Double(queries * heads * (headWidth + valueWidth) + keys * keyValueHeads * (headWidth + valueWidth))
  }

  /// Attention without a fused kernel: scores, softmax and weighted values one after the other.
  ///
  /// Forward S = Q·Kᵀ and O = P·V; backward dP = dO·Vᵀ, dV = Pᵀ·dO, dQ = dS·K and dK = dSᵀ·Q: twice
  /// the forward FLOPs, since nothing is computed again. Scores are written in full, masked or not. The
  /// batched products want each head's rows together, so what goes in and what comes out is copied.
  ///
  /// - Source: Korthikanti et al. 2022, arXiv:2205.05198, section 4.1 (the tensors between the products).
  func separateKernels(_ pass: Pass, batch: Int, precision: PrecisionPolicy) -> [Kernel] {
    let isForward = pass == .forward
    if pass == .weightGradient { return [] }
    let pairs = batch * heads
    let width = precision.activation.byteWidth
    let scores = writtenScores * Double(batch)
    func product(m: Int, n: Int, k: Int) -> Kernel {
      let elements = Double(pairs) * (Double(m) * Double(k) + Double(k) * Double(n) + Double(m) * Double(n))
      return Kernel(
        shape: .matrixProduct(m: m, n: n, k: k, batch: pairs),
        flops: 2 * Double(pairs) * Double(m) * Double(n) * Double(k), bytes: elements * width,
        dataType: precision.format(of: .attention))
    }
    let passes = isForward ? Self.forwardScorePasses : Self.backwardScorePasses
    // One byte of dropout mask a score; each copy reads and writes.
    let between = Kernel(
      shape: .streaming, flops: 5 * scores,
      bytes: scores * (width * passes + 1) + 2 * permutedElements * Double(batch) * width, dataType: .fp32,
      launches: 7)
    if isForward {
      return [
        product(m: queries, n: keys, k: headWidth), between,
        product(m: queries, n: valueWidth, k: keys),
      ]
    }
    return [
      product(m: queries, n: keys, k: valueWidth), product(m: keys, n: valueWidth, k: queries), between,
      product(m: queries, n: headWidth, k: keys), product(m: keys, n: headWidth, k: queries),
    ]
  }
}
