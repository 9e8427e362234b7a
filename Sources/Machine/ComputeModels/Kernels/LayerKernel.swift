/// A layer without a product, alone on a device: an addition, a norm, an activation.
public struct LayerKernel: Sendable, Equatable {
  public var tokenCount: Double
  /// Elements of a token's row.
  public var width: Double
  /// Rows read and written for each token.
  public var passes: Double
  /// Whether a block of threads takes one row, rather than any elements.
  public var isByRows: Bool

  public init(tokenCount: Int, width: Int, passes: Int, isByRows: Bool) {
    self.tokenCount = Double(tokenCount)
    self.width = Double(width)
    self.passes = Double(passes)
    self.isByRows = isByRows
  }

  /// Time in µs.
  ///
  ///     T = o + (M³ + R³)^(1/3),   M = 2 passes · tokens · width / W,   R = ⌈width / 1024⌉ · c / f · max(1, tokens / SMs)
  ///
  /// W the memory's rate, or the cache's where the rows fit there. A block of 1024 threads passes over its row in
  /// strides of 1024 elements; c thousand clocks of f GHz each, and blocks of one multiprocessor add up.
  ///
  /// - Complexity: O(1).
  public func microseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    let bytes = 2 * passes * tokenCount * width
    let held = cachedShare(of: bytes, in: chip.generation.cacheBytes)
    let rate = chip.bandwidth * constants[.memoryShare] * (1 + held * max(0, constants[.cacheRate] - 1))
    let rows =
      isByRows
      ? (width / 1024).rounded(.up) * constants[.rowCost] / chip.generation.clock
        * max(1, tokenCount / chip.multiprocessorCount) : 0
    return constants[.layerLaunch] + cubicSum(bytes / rate, rows)
  }
}
