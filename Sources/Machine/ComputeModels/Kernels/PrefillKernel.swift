/// Fused causal or full attention of whole sequences, alone on a device.
public struct PrefillKernel: Sendable, Equatable {
  public var sequenceCount: Double
  /// Queries, and as many keys, of a sequence.
  public var length: Double
  public var headCount: Double
  public var keyHeadCount: Double
  public var headWidth: Double
  public var isCausal: Bool
  /// Whether the time holds the kernel that rotates queries and keys and stores keys and values.
  public var isPrepared: Bool

  public init(
    sequenceCount: Int, length: Int, headCount: Int, keyHeadCount: Int, headWidth: Int, isCausal: Bool,
    isPrepared: Bool = false
  ) {
    self.sequenceCount = Double(sequenceCount)
    self.length = Double(length)
    self.headCount = Double(headCount)
    self.keyHeadCount = Double(keyHeadCount)
    self.headWidth = Double(headWidth)
    self.isCausal = isCausal
    self.isPrepared = isPrepared
  }

  /// Time in µs.
  ///
  ///     T = b B (1 + s B / (B + 1 ms)) + p Q / (W e_W) + kernels · o,   B = (A³ + M³)^(1/3)
  ///     A = max(longest, mean) + τ · longest · min(1, tiles / SMs)
  ///     τ_e = 4 d / (P e / SMs) + c φ (1/16 + 6 / lanes) / f
  ///
  /// b is the pace of a method's library. A tile is `attentionRows` queries of one head; a causal one meets keys up to
  /// its own end, in blocks of 128.
  /// Each pair of query and key costs τ_e on a multiprocessor: 4d FLOPs of the two products, then an exponential
  /// (16 a clock) and six instructions (scale, compare, largest, subtract, add, convert) of which φ are not hidden
  /// behind products. Tiles are handed out longest first, so what is lost at the end is part (τ) of one. M moves
  /// queries, keys, values and output once; Q what is read and written to prepare them.
  ///
  /// - Complexity: O(1).
  /// - Source: Dao 2023, arXiv:2307.08691 (tiles of fused attention); Shah et al. 2024, arXiv:2407.08608
  ///   (throughput of exponentials).
  public func microseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    let generation = chip.generation
    let rows = generation.attentionRows
    let tilesOfHead = (length / rows).rounded(.up)
    let blocks = (length / PrefillKernel.keyBlock).rounded(.up)
    let mostPairs = rows * PrefillKernel.keyBlock * blocks
    // Tiles of one block of keys meet as many: ⌈rows of tiles before / 128⌉, summed.
    let pairsOfHead =
      isCausal
      ? PrefillKernel.keyBlock * PrefillKernel.keyBlock * blocks * (blocks + 1) / 2
      : tilesOfHead * mostPairs
    let softmax =
      constants[.softmaxCost] * generation.shownSoftmax * (1.0 / 16 + 6 / generation.lanes)
      / (generation.clock * 1000)
    let pair =
      4 * headWidth * chip.multiprocessorCount / (chip.peak * constants[.prefillMatrixShare]) + softmax
    let prologue = constants[.prefillPrologue]
    let tileCount = sequenceCount * headCount * tilesOfHead
    let longest = mostPairs * pair + prologue
    let mean =
      (sequenceCount * headCount * pairsOfHead * pair + tileCount * prologue) / chip.multiprocessorCount
    let arithmetic =
      max(longest, mean) + constants[.lastTile] * longest * min(1, tileCount / chip.multiprocessorCount)
    let memory = chip.bandwidth * constants[.prefillMemoryShare]
    let tokenBytes = sequenceCount * length * headWidth * 2
    let body = cubicSum(arithmetic, tokenBytes * 2 * (headCount + keyHeadCount) / memory)
    let preparing =
      isPrepared
      ? constants[.preparation] * tokenBytes * 2 * (headCount + 2 * keyHeadCount) / memory : 0
    let sustained = 1 + constants[.prefillSustainedLoss] * body / (body + 1000)
    return constants[.prefillPace] * body * sustained + preparing + (isPrepared ? 2 : 1)
      * constants[.prefillLaunch]
  }

  /// Keys that a tile meets at a time.
  private static let keyBlock = 128.0
}
