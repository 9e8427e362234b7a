import TestSupport
import Testing

@testable import RandomStreams

@Suite("Random streams") struct RandomStreamsTests {
  @Test func `SplitMix64 gives the published sequence of seed 1234567`() {
    var generator = SplitMix64(seed: 1_234_567)
    let words = (0..<5).map { _ in generator.next() }
    #expect(
      words == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func `xoshiro256 gives the published sequence of state 1, 2, 3, 4`() {
    var generator = Xoshiro256(state: 1, 2, 3, 4)
    let words = (0..<5).map { _ in generator.next() }
    #expect(words == [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360])
  }

  @Test func `names hash by FNV-1a`() {
    #expect(stableHash("a") == 0xAF63_DC4C_8601_EC8C)
    #expect(stableHash("foobar") == 0x8594_4171_F739_67E8)
  }

  @Test func `a named stream has fixed values`() {
    var generator = RandomStreams(seed: 42).generator(named: "faults/node-17")
    let words = (0..<3).map { _ in generator.next() }
    #expect(words == [0x6923_9D5D_1A63_90FC, 0x0BEC_27AC_B0F9_1BBE, 0x4F9C_5958_E579_46F6])
  }

  @Test func `a stream does not depend on what else is drawn`() {
    let streams = RandomStreams(seed: 7)
    var alone = streams.generator(named: "jitter")
    let expected = (0..<10).map { _ in alone.next() }

    var other = streams.generator(named: "faults")
    var again = streams.generator(named: "jitter")
    var drawn: [UInt64] = []
    for _ in 0..<10 {
      _ = other.next()
      drawn.append(again.next())
      _ = other.next()
    }
    #expect(drawn == expected)
  }

  @Test func `seeds and names change every stream`() {
    var first: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      for name in 0..<50 {
        var generator = RandomStreams(seed: seed).generator(named: "node-\(name)")
        first.insert(generator.next())
      }
    }
    #expect(first.count == 1000)
  }

  @Test func `draws by counter have fixed values and need no order`() {
    let random = CounterRandom(seed: 42)
    #expect(random.bits(8, 0) == 0x35F5_F51E_112E_8AE3)
    #expect(random.bits(7, 1) == 0xDD48_19D2_170C_761B)
    #expect(random.bits(7, 0) == 0xE764_20F7_EBF7_8F71)
    #expect(random.bits(7, 0, 0) != random.bits(7, 0, 1))
  }

  @Test func `neighbouring counters share half their bits`() {
    // 64 · 20,000 bits, each different with probability ½: mean 32 a word, standard error 4/√20,000 = 0.03.
    let random = CounterRandom(seed: 3)
    var different = 0
    for index in 0..<10_000 as Range<UInt64> {
      different += (random.bits(5, index) ^ random.bits(5, index + 1)).nonzeroBitCount
      different += (random.bits(index, 9) ^ random.bits(index + 1, 9)).nonzeroBitCount
    }
    #expect((Double(different) / 20_000 - 32).magnitude < 0.15)
  }
}
