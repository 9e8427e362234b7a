/// Independent random generators of one run, told apart by name.
///
/// `streams.generator(named: "faults/node-17")` depends on the seed and the name alone: a model that draws
/// more, or a new model, leaves every other stream as it was.
///
/// The name's FNV-1a hash and the seed are mixed to the state of SplitMix64, whose next four words are
/// the generator's state.
public struct RandomStreams: Hashable, Sendable {
  public var seed: UInt64

  @inlinable public init(seed: UInt64) { self.seed = seed }

  /// The generator that belongs to a name, at its beginning.
  public func generator(named name: String) -> Xoshiro256 { Xoshiro256(seed: key(named: name)) }

  /// Draws by counter for a name, for models that visit their draws in any order.
  public func counter(named name: String) -> CounterRandom { CounterRandom(seed: key(named: name)) }

  private func key(named name: String) -> UInt64 {
    SplitMix64.mix(SplitMix64.mix(seed &+ SplitMix64.increment) ^ stableHash(name))
  }
}

/// FNV-1a of the text's UTF-8 bytes: the same in every process and on every machine.
///
/// - Source: Fowler, Noll & Vo, isthe.com/chongo/tech/comp/fnv.
public func stableHash(_ text: String) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return hash
}
