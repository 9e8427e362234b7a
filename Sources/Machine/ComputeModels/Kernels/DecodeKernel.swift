/// Attention of one new query a sequence against its cached keys and values, alone on a device.
public struct DecodeKernel: Sendable, Equatable {
  public var sequenceCount: Double
  public var cachedLength: Double
  public var headCount: Double
  public var keyHeadCount: Double
  public var headWidth: Double
  /// Bytes of a cached element.
  public var elementBytes: Double
  /// Kernels of one call: of preparing the query, attention over parts of the cache, adding the parts up.
  public var kernelCount: Double
  /// Whether values are read from the pages of keys, so that half of what is read is the other half again.
  public var readsKeysTwice: Bool
  /// Whether grouped heads have a kernel that divides each sequence's cache over all multiprocessors.
  public var dividesCache: Bool

  public init(
    sequenceCount: Int, cachedLength: Int, headCount: Int, keyHeadCount: Int, headWidth: Int,
    elementBytes: Double = 2, kernelCount: Int = 3, readsKeysTwice: Bool = false, dividesCache: Bool = false
  ) {
    self.sequenceCount = Double(sequenceCount)
    self.cachedLength = Double(cachedLength)
    self.headCount = Double(headCount)
    self.keyHeadCount = Double(keyHeadCount)
    self.headWidth = Double(headWidth)
    self.elementBytes = elementBytes
    self.kernelCount = Double(kernelCount)
    self.readsKeysTwice = readsKeysTwice
    self.dividesCache = dividesCache
  }

  /// Time in µs: keys and values over the memory's bandwidth.
  ///
  ///     T = kernels · o + (M³ + C³)^(1/3),   M = (1 − h) D (1 + τ l) / (W e_W),   l = ⌈ω⌉ / ω − 1, a half where ω < 1
  ///     C = h D / (W e_W x) + t ⌈g / 16⌉ D / (W e_W) of g packed heads, g D / (W e_W x min(1, heads / SMs)) of more
  ///
  /// D the bytes of keys and values, of which the cache kept the share h from the call before. Up to `packedHeads` heads
  /// g that share keys are packed into one product, so that each byte is read once; the tensor units take them 16 rows at
  /// a time, and a tile takes t of the time that the memory has for its bytes, which a head alone does not need. More
  /// heads read keys and values each for itself, from the cache, a multiprocessor to a head. ω waves of sequences and key
  /// heads run over the multiprocessors; τ of what the last leaves idle is lost, of half a wave where caches are divided
  /// to fill the first, and of nothing where the kernel divides every cache among all.
  ///
  /// Where values are read from the pages of keys, the cache holds twice as much of D. Packed heads then find values near:
  /// of what exceeds a pool, `groupedShare` comes from memory.
  ///
  /// - Complexity: O(1).
  /// - Source: Dao et al. 2023, “Flash-decoding for long-context inference” (parts of the cache side by side); NVIDIA, PTX
  ///   ISA, `mma.m16n8k16` (16 rows).
  public func microseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    let bytes = 2 * sequenceCount * cachedLength * keyHeadCount * headWidth * elementBytes
    let group = headCount / keyHeadCount
    let isPacked = group <= DecodeKernel.packedHeads
    let memory = chip.bandwidth * constants[.decodeMemoryShare]
    let cache = memory * constants[.decodeCacheRate]
    let isGrouped = isPacked && group > 1
    let held = cachedShare(
      of: readsKeysTwice && !isGrouped ? bytes / 2 : bytes,
      in: chip.generation.cacheBytes * constants[.nearCacheShare])
    let distinct = isGrouped ? distinctBytes(of: bytes, by: constants) : bytes
    let nearTime: Double
    if isPacked {
      let tiles = isGrouped ? (group / DecodeKernel.tileRows).rounded(.up) : 0
      nearTime = held * bytes / cache + constants[.tileCost] * tiles * distinct / memory
    } else {
      nearTime = bytes * group / cache / min(1, sequenceCount * headCount / chip.multiprocessorCount)
    }
    let memoryTime = (1 - held) * distinct / memory
    return constants[.decodeLaunch] * kernelCount
      + cubicSum(memoryTime * loss(on: chip, by: constants), nearTime)
  }

  /// Bytes of grouped heads that come from memory.
  private func distinctBytes(of bytes: Double, by constants: KernelConstants) -> Double {
    let pool = constants[.groupedPool] * 1e8
    return readsKeysTwice && bytes > pool ? pool + (bytes - pool) * constants[.groupedShare] : bytes
  }

  /// Time beside that of full waves.
  private func loss(on chip: KernelChip, by constants: KernelConstants) -> Double {
    if dividesCache, keyHeadCount < headCount { return 1 }
    let waves = sequenceCount * keyHeadCount / chip.multiprocessorCount
    return 1 + constants[.decodeTail] * (waves < 1 ? 0.5 : waves.rounded(.up) / waves - 1)
  }

  /// Rows of a product of the tensor units.
  private static let tileRows = 16.0
  /// The most heads on one of keys and values that kernels pack.
  private static let packedHeads = 32.0
}
