/// A generator that is a counter and a mixing function; it expands seeds.
///
/// - Source: Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var state: UInt64

  @inlinable public init(seed: UInt64) { state = seed }

  @inlinable public mutating func next() -> UInt64 {
    state &+= SplitMix64.increment
    return SplitMix64.mix(state)
  }

  @inlinable static var increment: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// A bijection in which every input bit reaches every output bit.
  @inlinable static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// xoshiro256**: period 2²⁵⁶ − 1, all 64 bits of good quality.
///
/// - Source: Blackman & Vigna 2021, doi:10.1145/3460772.
public struct Xoshiro256: RandomNumberGenerator, Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// The state is four words of SplitMix64, never all zero.
  @inlinable public init(seed: UInt64) {
    var words = SplitMix64(seed: seed)
    s0 = words.next()
    s1 = words.next()
    s2 = words.next()
    s3 = words.next()
  }

  @inlinable init(state s0: UInt64, _ s1: UInt64, _ s2: UInt64, _ s3: UInt64) {
    self.s0 = s0
    self.s1 = s1
    self.s2 = s2
    self.s3 = s3
  }

  @inlinable public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 << 45 | s3 >> 19
    return result
  }
}

/// Draws without state: the `index`-th word of a stream, asked for in any order or not at all.
///
/// Word i of stream s is word i of a SplitMix64 whose seed mixes the key and s, so draws cost two
/// multiplications each beyond the stream's own two.
public struct CounterRandom: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var key: UInt64

  @inlinable public init(seed: UInt64) { key = SplitMix64.mix(seed &+ SplitMix64.increment) }

  /// 64 random bits of (stream, index).
  @inlinable public func bits(_ stream: UInt64, _ index: UInt64) -> UInt64 {
    let start = SplitMix64.mix(key ^ SplitMix64.mix(stream &+ SplitMix64.increment))
    return SplitMix64.mix(start &+ (index &+ 1) &* SplitMix64.increment)
  }

  /// 64 random bits of (stream, index, part), such as (rank, operator, step).
  @inlinable public func bits(_ stream: UInt64, _ index: UInt64, _ part: UInt64) -> UInt64 {
    SplitMix64.mix(bits(stream, index) &+ (part &+ 1) &* SplitMix64.increment)
  }
}
