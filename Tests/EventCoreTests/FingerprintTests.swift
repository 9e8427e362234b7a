import EventCore
import Quantities
import Testing

@Suite("Fingerprint") struct FingerprintTests {
  /// Fingerprint of events at ticks 0, 10, 20, … to subjects 0, 1, 2, ….
  private func fingerprint(of kinds: [UInt32]) -> Fingerprint {
    var print = Fingerprint()
    for (index, kind) in kinds.enumerated() {
      print.combine(time: SimTime(ticks: Int64(index * 10)), kind: kind, subject: Int32(index))
    }
    return print
  }

  @Test func `is repeatable and sixteen hexadecimal digits long`() {
    let text = fingerprint(of: [1, 2, 3]).description
    #expect(text == fingerprint(of: [1, 2, 3]).description)
    #expect(text.utf8.count == 16)
    #expect(text.allSatisfy { $0.isHexDigit })
  }

  @Test func `depends on order, number and every field`() {
    var seen: Set<Fingerprint> = [Fingerprint()]
    seen.insert(fingerprint(of: [1, 2, 3]))
    seen.insert(fingerprint(of: [3, 2, 1]))
    seen.insert(fingerprint(of: [1, 2]))
    seen.insert(fingerprint(of: [1, 2, 3, 0]))
    #expect(seen.count == 5)

    var fields: Set<Fingerprint> = []
    for time in 0..<6 as Range<Int64> {
      for kind in 0..<6 as Range<UInt32> {
        for subject in -1..<5 as Range<Int32> {
          for value in 0..<6 as Range<UInt64> {
            var print = Fingerprint()
            print.combine(time: SimTime(ticks: time), kind: kind, subject: subject, value: value)
            fields.insert(print)
          }
        }
      }
    }
    #expect(fields.count == 6 * 6 * 6 * 6)
  }

  @Test func `swapped neighbours are told apart`() {
    let a = (time: SimTime(ticks: 5), kind: UInt32(1), subject: Int32(2))
    let b = (time: SimTime(ticks: 5), kind: UInt32(1), subject: Int32(3))
    var forward = Fingerprint()
    forward.combine(time: a.time, kind: a.kind, subject: a.subject)
    forward.combine(time: b.time, kind: b.kind, subject: b.subject)
    var backward = Fingerprint()
    backward.combine(time: b.time, kind: b.kind, subject: b.subject)
    backward.combine(time: a.time, kind: a.kind, subject: a.subject)
    #expect(forward != backward)
  }
}
