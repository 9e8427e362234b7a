import Quantities

/// A 64-bit hash of every event a run executed, in order.
///
///     h ← rotl((h ⊕ m) · K, 29),  m = t·K₁ ⊕ rotl(who·K₂, 21) ⊕ rotl(value·K₃, 42)
///
/// One step is a bijection of h, so two runs whose events differ in one digest m only never share a
/// fingerprint, and the products that make m are off the chain of dependent operations. Equal
/// fingerprints are evidence of equal runs, not proof against an adversary.
public struct Fingerprint: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inlinable public init() {}

  /// Adds one event: when, what kind, to whom, and a number of its own (bytes, a flow, a choice).
  @inlinable public mutating func combine(
    time: SimTime, kind: UInt32, subject: Int32, value: UInt64 = 0
  ) {
    let who = UInt64(kind) << 32 | UInt64(UInt32(bitPattern: subject))
    let when = UInt64(bitPattern: time.ticks) &* 0xFF51_AFD7_ED55_8CCD
    absorb(
      when ^ rotated(who &* 0xC4CE_B9FE_1A85_EC53, by: 21)
        ^ rotated(value &* 0x2545_F491_4F6C_DD1D, by: 42))
  }

  /// Adds one event with a real number of its own.
  @inlinable public mutating func combine(time: SimTime, kind: UInt32, subject: Int32, value: Double) {
    combine(time: time, kind: kind, subject: subject, value: value.bitPattern)
  }

  /// Adds the fingerprint of another run, such as one shard of a sweep.
  @inlinable public mutating func combine(_ other: Fingerprint) { absorb(other.value) }

  /// Adds a text and its length.
  public mutating func combine(_ text: String) {
    for byte in text.utf8 { absorb(UInt64(byte)) }
    absorb(UInt64(text.utf8.count) << 8)
  }

  /// The hash of what has been combined so far.
  @inlinable public var value: UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  @inlinable mutating func absorb(_ digest: UInt64) {
    state = rotated((state ^ digest) &* 0x9E37_79B9_7F4A_7C15, by: 29)
  }

  @inlinable func rotated(_ word: UInt64, by amount: UInt64) -> UInt64 {
    word << amount | word >> (64 &- amount)
  }
}

extension Fingerprint: CustomStringConvertible {
  /// Sixteen hexadecimal digits.
  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
