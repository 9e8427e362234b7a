/// A product cut into tiles of its output and parts of its summed dimension, which multiprocessors take in turn.
struct ProductTiling {
  var m: Double
  var n: Double
  var k: Double
  /// Products of the same shape at once.
  var batch = 1.0
  /// Whether the library has kernels that split k.
  var splitsDepth = true

  /// One way to cut it.
  struct Cut {
    var rows: Double
    var columns: Double
    /// Parts of k, and the depth of one.
    var split: Double
    var depth: Double
    /// Arithmetic of all waves in µs.
    var arithmetic: Double
  }

  /// Hands over every way to cut the product, in a fixed order.
  ///
  ///     A = waves · (max(2 r c κ / (P e η / SMs), κ λ) + t₀)
  ///
  /// r × c the tile, κ = k / split, P the peak and e the share of it that full tiles reach, η = (i / (i + i₀)) ·
  /// (1 + i₀ / 85⅓) with i = r c / (r + c) what smaller tiles lose to operand traffic, λ the latency of a step along k,
  /// t₀ a tile's prologue; waves = (1 − σ) ⌈ω⌉ + σ max(ω, 1) of ω = tiles · split / SMs.
  ///
  /// - Complexity: O(tile shapes · splits), 112 at most.
  /// - Source: NVIDIA, “Matrix multiplication background user's guide” (tiles, waves); Osama et al. 2023,
  ///   arXiv:2301.03598 (stream-K).
  func forEachCut(on chip: KernelChip, by constants: KernelConstants, _ body: (Cut) -> Void) {
    let rate = chip.peak * constants[.matrixShare] / chip.multiprocessorCount
    let half = constants[.tileHalf] * chip.operandPressure
    let (latency, prologue) = (constants[.depthLatency] / 1024, constants[.tilePrologue])
    let stream = constants[.streamShare]
    for tile in Self.tiles {
      let intensity = tile.rows * tile.columns / (tile.rows + tile.columns)
      let share = intensity / (intensity + half) * (1 + half * 3 / 256)
      let perDepth = max(2 * tile.rows * tile.columns / (rate * share), latency)
      let tileCount = (m / tile.rows).rounded(.up) * (n / tile.columns).rounded(.up) * batch
      for split in Self.splits {
        let depth = k / split
        if split > 1, !splitsDepth || depth < 256 { break }
        let load = tileCount * split / chip.multiprocessorCount
        let waves = (1 - stream) * load.rounded(.up) + stream * max(load, 1)
        body(
          Cut(
            rows: tile.rows, columns: tile.columns, split: split, depth: depth,
            arithmetic: waves * (perDepth * depth + prologue)))
      }
    }
  }

  /// µs to add up the parts of k in fp32, from the cache.
  func addingMicroseconds(_ cut: Cut, on chip: KernelChip, by constants: KernelConstants) -> Double {
    let cache = chip.bandwidth * constants[.memoryShare] * constants[.cacheRate]
    return cut.split > 1 ? constants[.splitCost] + cut.split * m * n * batch * 8 / cache : 0
  }

  /// Tile shapes that libraries have, by rows and columns.
  private static let tiles: [(rows: Double, columns: Double)] = [
    (128, 256), (256, 128), (128, 128), (64, 256), (256, 64), (128, 64), (64, 128), (64, 64), (32, 64),
    (64, 32), (32, 128), (128, 32), (16, 64), (16, 128),
  ]
  private static let splits: [Double] = [1, 2, 3, 4, 6, 8, 12, 16]
}
