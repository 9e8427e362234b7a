/// SplitMix64, so that a failing case can be replayed from the seed in its message.
///
/// - Source: Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A text with a few bytes changed, added, removed or cut off after.
  public mutating func mutated(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    let signs = Array("{}[],:#&*!|>'\"%@`-? \n\t\\\u{0}<x0".utf8)
    for _ in 0..<Int.random(in: 1...6, using: &self) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes[place] = signs.randomElement(using: &self)!
      case 2: bytes.insert(signs.randomElement(using: &self)!, at: place)
      case 3: bytes.remove(at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
