import Glibc
import Terminal
import Testing

@Suite("Numbers as people read them") struct ReadableTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.0, 2, "0.00"), (1234.5, 2, "1,234.50"), (-1234.5, 0, "-1,235"), (2.675, 2, "2.68"),
    (0.005, 2, "0.01"), (0.004, 2, "0.00"), (-0.004, 2, "0.00"), (999.999, 2, "1,000.00"), (0.5, 0, "1"),
    (0.49, 0, "0"), (1e21, 0, "1,000,000,000,000,000,000,000"), (.leastNonzeroMagnitude, 3, "0.000"),
    (123456.789, 1, "123,456.8"),
    (9.995, 2, "10.00"), (0.95, 1, "1.0"), (0.05, 1, "0.1"), (1e-5, 5, "0.00001"), (100, 0, "100"),
  ])
  func `fixed decimals round halves of the shortest decimal away from zero`(
    value: Double, decimals: Int, text: String
  ) {
    #expect(Readable.fixed(value, decimals: decimals) == text)
  }

  @Test func `fixed decimals agree with the C library away from halves`() {
    // Multiples of 1/7 never are halves of a decimal place; both sides are rounded correctly.
    for step in 1...2000 {
      let value = Double(step % 7 == 0 ? step + 1 : step) * 1234 / 7
      for decimals in 0...4 {
        var buffer = [CChar](repeating: 0, count: 64)
        _ = withVaList([value]) { vsnprintf(&buffer, 64, "%.\(decimals)f", $0) }
        let expected = String(
          decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(Readable.fixed(value, decimals: decimals, separator: "") == expected)
      }
    }
  }

  @Test(arguments: [
    (0.0, "0"), (0.012345, "0.01235"), (1.23456, "1.235"), (123.456, "123.5"), (123456.7, "123,457"),
    (-1.23456, "-1.235"), (9.9999, "10.00"), (1.5e-7, "1.500e-7"), (9.99999e-7, "0.000001000"),
    (1e300, "1.000e300"), (-2.5e-300, "-2.500e-300"), (999_999_999_999_999.0, "999,999,999,999,999"),
    (1e15, "1.000e15"),
  ])
  func `numbers keep four digits`(value: Double, text: String) { #expect(Readable.number(value) == text) }

  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
    (.max, "9,223,372,036,854,775,807"),
    (.min, "-9,223,372,036,854,775,808"),
  ])
  func `counts are grouped`(value: Int, text: String) { #expect(Readable.count(value) == text) }

  @Test(arguments: [
    (0.0, "0 s"), (1.5e-12, "1.500 ps"), (1e-15, "0.001 ps"), (2e-6, "2.000 µs"), (0.001234, "1.234 ms"),
    (-0.001234, "-1.234 ms"), (0.00099996, "1.000 ms"), (0.00099994, "999.9 µs"), (12.3456, "12.35 s"),
    (59.99, "59.99 s"), (59.996, "1 min 00 s"), (125, "2 min 05 s"), (3599.4, "59 min 59 s"),
    (3599.6, "1 h 00 min"), (11220, "3 h 07 min"), (86399, "1 d 0 h"), (1_051_200, "12 d 4 h"),
    (-125, "-2 min 05 s"), (1e12, "11,574,074 d 2 h"),
  ])
  func `time takes the unit that fits after rounding`(value: Double, text: String) {
    #expect(Readable.seconds(value) == text)
  }

  @Test(arguments: [
    (0.0, "0 B"), (512, "512 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (0x1p30 * 12.3, "12.3 GiB"),
    (0x1p30 * 1023.4, "1023 GiB"), (0x1p30 * 1023.6, "1.00 TiB"), (-0x1p20, "-1.00 MiB"),
    (0x1p70, "1024 EiB"),
    (0x1p30 * 9.996, "10.0 GiB"), (0.5, "0.5 B"),
  ])
  func `memory is in powers of 1024`(value: Double, text: String) { #expect(Readable.bytes(value) == text) }

  @Test(arguments: [
    (50e9, "B/s", "50.0 GB/s"), (312e12, "FLOP/s", "312 TFLOP/s"), (1.979e15, "FLOP/s", "1.98 PFLOP/s"),
    (999.6e9, "b/s", "1.00 Tb/s"), (0, "W", "0 W"), (0.0125, "J", "12.5 mJ"), (-400, "W", "-400 W"),
    (1e22, "FLOP", "10,000 EFLOP"),
  ])
  func `amounts take decimal prefixes`(value: Double, unit: String, text: String) {
    #expect(Readable.metric(value, unit: unit) == text)
  }

  @Test func `rates and shares`() {
    #expect(Readable.rate(12345.4, of: "tokens") == "12,345 tokens/s")
    #expect(Readable.rate(0.8125, of: "steps") == "0.8125 steps/s")
    #expect(Readable.percent(0.4231) == "42.3 %" && Readable.percent(1) == "100.0 %")
    #expect(Readable.percent(-0.051, decimals: 0) == "-5 %")
  }

  @Test func `what is no finite number is refused`() async {
    await #expect(processExitsWith: .failure) { _ = Readable.seconds(.nan) }
    await #expect(processExitsWith: .failure) { _ = Readable.bytes(Double.infinity) }
    await #expect(processExitsWith: .failure) { _ = Readable.fixed(.nan, decimals: 1) }
  }
}
