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
  /// Whether grouped heads find part of a large cache near, as `groupedPool` and `groupedShare` say.
  public var reusesPool: Bool

  public init(
    sequenceCount: Int, cachedLength: Int, headCount: Int, keyHeadCount: Int, headWidth: Int,
    elementBytes: Double = 2, kernelCount: Int = 2, reusesPool: Bool = false
  ) {
    self.sequenceCount = Double(sequenceCount)
    self.cachedLength = Double(cachedLength)
    self.headCount = Double(headCount)
    self.keyHeadCount = Double(keyHeadCount)
    self.headWidth = Double(headWidth)
    self.elementBytes = elementBytes
    self.kernelCount = Double(kernelCount)
    self.reusesPool = reusesPool
  }

  /// Time in µs: keys and values over the memory's bandwidth.
  ///
  ///     T = kernels · o + (M³ + C³)^(1/3),   M = (1 − h) D / (W e_W),   C = reads / (W e_W · x)
  ///
  /// D the bytes of keys and values that differ. Up to `packedHeads` heads that share keys are packed into one
  /// product, so that each byte is read once; more than that read them each for itself, all but the first from the
  /// cache. h is the share that the cache kept from the call before.
  ///
  /// - Complexity: O(1).
  /// - Source: Dao et al. 2023, “Flash-decoding for long-context inference” (parts of the cache side by side).
  public func microseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    let bytes = 2 * sequenceCount * cachedLength * keyHeadCount * headWidth * elementBytes
    let group = headCount / keyHeadCount
    let isPacked = group <= DecodeKernel.packedHeads
    let held = cachedShare(of: bytes, in: chip.generation.cacheBytes * constants[.nearCacheShare])
    let memory = chip.bandwidth * constants[.attentionMemoryShare]
    let cache = memory * constants[.decodeCacheRate]
    var distinct = bytes
    if reusesPool, isPacked, group > 1 {
      let pool = constants[.groupedPool] * 1e8
      distinct = min(bytes, pool) + max(0, bytes - pool) * constants[.groupedShare]
    }
    let fromCache = isPacked ? held * bytes : bytes * group
    return constants[.decodeLaunch] * kernelCount
      + cubicSum((1 - held) * distinct / memory, fromCache / cache)
  }

  /// The most heads on one of keys and values that kernels pack.
  private static let packedHeads = 32.0
}
