#if canImport(Glibc)
  import Glibc
#endif

/// A product C[m × n] = A[m × k] · B[k × n] alone on a device, A the activations and B the weights.
public struct MatrixKernel: Sendable, Equatable {
  public var m: Double
  public var n: Double
  public var k: Double
  /// Bytes of an element of A or B with its share of a block's scale.
  public var elementBytes: Double
  /// Weights that calls take in turn, which decides what of them the cache still holds; nil where it holds none.
  public var weightsInTurn: Double?
  /// Whether the library has kernels that split k.
  public var splitsDepth: Bool
  /// Kernels before the product that bring A to its format, and so are part of the time.
  public var quantizationCount: Double

  public init(
    m: Int, n: Int, k: Int, elementBytes: Double, weightsInTurn: Double? = nil, splitsDepth: Bool = true,
    quantizationCount: Int = 0
  ) {
    self.m = Double(m)
    self.n = Double(n)
    self.k = Double(k)
    self.elementBytes = elementBytes
    self.weightsInTurn = weightsInTurn
    self.splitsDepth = splitsDepth
    self.quantizationCount = Double(quantizationCount)
  }

  /// Time in µs: the best over tile shapes and splits of k.
  ///
  ///     T = p · ((A³ + M³)^(1/3) + R + q) + o
  ///     A = G (1 + s G / (G + 1 ms)),   G = waves · (max(2 r c κ / (P e η / SMs), κ λ) + t₀)
  ///     M = max(D, ω₀ · SMs · D_tile) / (W e_W),   R = c₀ + 8 S m n / (W e_W x)
  ///
  /// r × c the tile, S the parts of k, κ = k / S, P the peak and e the share of it that full tiles reach,
  /// η = (i / (i + i₀)) · (1 + i₀ / 85⅓) with i = r c / (r + c) what smaller tiles lose to operand traffic, λ the
  /// latency of a step along k, t₀ a tile's prologue; waves = (1 − σ) ⌈ω⌉ + σ max(ω, 1) for ω = tiles · S / SMs. The
  /// power limit takes s from long products. D are the bytes of operands and result, D_tile those of one tile's
  /// larger operand, W the bandwidth: fewer than ω₀ tiles on a multiprocessor leave memory idle. Weights that the cache
  /// holds count 1 / x of their bytes, x the cache's rate beside memory's. Parts of k are added up in fp32 (R).
  /// q quantises A; o is the launch, p the library's pace.
  ///
  /// - Complexity: O(tile shapes · splits), 112 at most.
  /// - Source: NVIDIA, “Matrix multiplication background user's guide” (tiles, waves); Osama et al. 2023,
  ///   arXiv:2301.03598 (stream-K).
  public func microseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    let memory = chip.bandwidth * constants[.memoryShare]
    let weights = n * k * elementBytes
    let held = cachedShare(of: (weightsInTurn ?? .infinity) * weights, in: chip.generation.cacheBytes)
    // Time of a byte of the weights beside one from memory.
    let weightShare = 1 - held + held / constants[.cacheRate]
    let everything = (weights * weightShare + m * k * elementBytes + m * n * 2) / memory
    let oneTile = constants[.fillingTiles] * chip.multiprocessorCount / memory
    // The clock follows the power that the board has, within a millisecond.
    let loss =
      (1 + constants[.sustainedLoss]) * pow(constants[.halvedPowerShare], -chip.powerHalvings) - 1
    var best = Double.infinity
    let tiling = ProductTiling(m: m, n: n, k: k, splitsDepth: splitsDepth)
    tiling.forEachCut(on: chip, by: constants) { cut in
      let arithmetic = cut.arithmetic * (1 + loss * cut.arithmetic / (cut.arithmetic + 1000))
      if arithmetic >= best { return }
      let tileBytes = max(min(m, cut.rows), min(n, cut.columns) * weightShare) * elementBytes
      let traffic = max(everything, tileBytes * cut.depth * oneTile)
      let adding = tiling.addingMicroseconds(cut, on: chip, by: constants)
      if traffic + adding < best { best = min(best, cubicSum(arithmetic, traffic) + adding) }
    }
    let quantization =
      quantizationCount > 0
      ? quantizationCount * constants[.quantizationLaunch]
        + constants[.quantizationPasses] * m * k * 2 / memory : 0
    return (best + quantization) * constants[.libraryPace] + constants[.launch]
  }

  /// Time in µs at the rate that the best of many shapes reaches: full tiles, full waves, nothing before or after.
  public func leastMicroseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    2 * m * n * k / (chip.peak * constants[.matrixShare] * constants[.searchGain])
  }
}

/// (a³ + b³)^(1/3): the larger of two times that overlap, and somewhat more where they are alike.
func cubicSum(_ a: Double, _ b: Double) -> Double { cbrt(a * a * a + b * b * b) }

/// Share of some bytes that a cache still holds when they are asked for again: all of what fits, none of twice
/// that.
func cachedShare(of bytes: Double, in cacheBytes: Double) -> Double {
  min(1, max(0, 2 - bytes / cacheBytes))
}
