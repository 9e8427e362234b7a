import Quantities
import Testing

@Suite("Quantities") struct QuantitiesTests {
  @Test func `time rounds to the nearest tick, halves to even`() {
    #expect(SimDuration(seconds: 1.4e-12).ticks == 1)
    #expect(SimDuration(seconds: 1.5e-12).ticks == 2)
    #expect(SimDuration(seconds: 2.5e-12).ticks == 2)
    #expect(SimDuration(seconds: -1.5e-12).ticks == -2)
    #expect(SimDuration.microseconds(2).ticks == 2_000_000)
    #expect(SimDuration.milliseconds(1).scaled(by: 1.5) == .microseconds(1500))
  }

  @Test func `points and spans of time keep apart`() {
    let start = SimTime.zero + .microseconds(3)
    #expect(start - .zero == .microseconds(3))
    #expect((start + .microseconds(1)).seconds == 4e-6)
    #expect(SimDuration.microseconds(1) * 3 - .microseconds(1) == .microseconds(2))
  }

  @Test func `bytes over bandwidth is time`() {
    // 8 MiB at 50 GB/s: 8,388,608 / 5e10 s = 167.77216 us
    #expect((ByteCount.mebibytes(8) / .gigabytesPerSecond(50)).ticks == 167_772_160)
    #expect(Bandwidth.gigabitsPerSecond(400) == .gigabytesPerSecond(50))
    #expect(ByteCount(rounding: 2.5).bytes == 3)
    #expect(ByteCount.gigabytes(80).gibibytes == 80e9 / 0x1p30)
  }

  @Test(arguments: [
    ("80 GiB", Dimension.bytes, 80 * 0x1p30), ("80GB", .bytes, 80e9), (" 1_024 B ", .bytes, 1024),
    ("400 Gb/s", .bandwidth, 50e9), ("25 GB/s", .bandwidth, 25e9), ("2 us", .duration, 2e-6),
    ("2 µs", .duration, 2e-6), ("2 μs", .duration, 2e-6), ("1e-6 s", .duration, 1e-6),
    ("1.5e3ms", .duration, 1.5),
    ("312 TFLOP/s", .floatingPointRate, 312e12), ("8 GFLOP", .floatingPointCount, 8e9),
    ("0.4 kW", .power, 400),
    ("-1 W", .power, -1), ("+1 W", .power, 1), (".5 W", .power, 0.5),
  ])
  func `a quantity reads as`(text: String, dimension: Dimension, value: Double) throws {
    #expect(try parseQuantity(text, as: dimension) == value)
  }

  @Test(arguments: [
    ("80", Dimension.bytes, UnitProblem.missingUnit("80")), ("80 gb", .bytes, .unknownUnit("gb")),
    ("80 Gb", .bytes, .unknownUnit("Gb")), ("GB", .bytes, .notANumber("GB")), ("", .bytes, .notANumber("")),
    ("1-2 GB", .bytes, .notANumber("1-2 GB")), ("1e999 GB", .bytes, .notANumber("1e999 GB")),
    ("400 Gbps", .bandwidth, .unknownUnit("Gbps")), ("1 e", .power, .unknownUnit("e")),
    ("inf W", .power, .notANumber("inf W")),
    ("0x10 W", .power, .unknownUnit("x10 W")),
  ])
  func `a text that is none says which part`(text: String, dimension: Dimension, problem: UnitProblem) {
    #expect(throws: problem) { try parseQuantity(text, as: dimension) }
  }

  @Test(arguments: [
    (80 * 0x1p30, Dimension.bytes, "80 GiB"), (80e9, .bytes, "80 GB"), (0, .bytes, "0 B"),
    (25 * 0x1p20, .bytes, "25 MiB"),
    (50e9, .bandwidth, "50 GB/s"), (12.5e9, .bandwidth, "100 Gb/s"), (2e-6, .duration, "2 us"),
    (60, .duration, "60 s"),
    (86400, .duration, "1 d"), (312e12, .floatingPointRate, "312 TFLOP/s"), (400, .power, "400 W"),
    (1, .bytes, "1 B"),
    (0, .duration, "0 s"), (1e20, .bytes, "100000 PB"),
  ])
  func `a quantity is written with the unit that makes it shortest`(
    value: Double, dimension: Dimension, text: String
  ) {
    #expect(quantityText(value, as: dimension) == text)
  }

  @Test func `time and bytes beyond what can be counted stay at the end`() {
    let longest = SimDuration.longest
    #expect(SimDuration(seconds: 1e30) == longest && SimDuration(seconds: .infinity) == longest)
    #expect(longest + longest == longest && longest * 3 == longest)
    #expect(longest * -3 == SimDuration(ticks: -.max) && longest.scaled(by: 2) == longest)
    #expect(SimTime(ticks: 1) + longest == .endOfClock)
    #expect(SimTime.endOfClock - SimTime.endOfClock == .zero)
    #expect(
      ByteCount(rounding: 1e30).bytes == .max
        && ByteCount(rounding: 2.5e18).bytes == 2_500_000_000_000_000_000)
  }

  @Test(arguments: Dimension.allCases)
  func `a written quantity reads back to the last bit`(dimension: Dimension) throws {
    var value = 1.234567890123e-12
    while value < 1e18 {
      #expect(try parseQuantity(quantityText(value, as: dimension), as: dimension) == value)
      value *= 3.7
    }
    #expect(dimension.units.contains { $0.name == dimension.baseUnit && $0.scale == 1 })
    #expect(throws: Never.self) { try parseQuantity(dimension.example, as: dimension) }
  }
}
