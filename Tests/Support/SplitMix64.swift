/// A small seeded generator for tests (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A whole number of a range, uniformly.
  public mutating func integer(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
