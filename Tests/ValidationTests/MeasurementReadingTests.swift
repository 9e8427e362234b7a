import Diagnostics
import TestSupport
import Testing
import Validation

@Suite("Reading measurements") struct MeasurementReadingTests {
  static let header = "value,metric,id,hardware,num_gpus,model,remark"

  @Test func `any order of columns, unknown ones passed over`() throws {
    let rows = try readMeasurements(
      "\(Self.header)\n12.5,samples_per_s,r1,V100,8,resnet-50,hello\n", file: "m.csv")
    #expect(rows.count == 1)
    #expect(rows[0].value == 12.5)
    #expect(rows[0].deviceCount == 8)
    #expect(rows[0].microBatch == nil)
    #expect(rows[0].location.line == 2)
  }

  @Test func `all complaints at once, each with its line and column name`() {
    let text =
      "\(Self.header)\nfast,samples_per_s,r1,V100,8,resnet-50,\n1,samples_per_s,,V100,0.5,resnet-50,\n"
    #expect(
      complaints(of: text) == """
        m.csv:2:1: value: 'fast' does not start with a number
        m.csv:3:1: id: required key 'id' is missing
        m.csv:3:1: num_gpus: expected a whole number, found '0.5'
        """)
  }

  @Test func `columns that must be there`() {
    #expect(
      complaints(of: "id,model\n") == """
        m.csv:1:1: required key 'hardware' is missing
        m.csv:1:1: required key 'num_gpus' is missing
        m.csv:1:1: required key 'metric' is missing
        m.csv:1:1: required key 'value' is missing
        """)
  }

  @Test(arguments: ["-1", "0", "1e300", "nan", "inf"])
  func `values that no measurement has are refused`(value: String) {
    #expect(complaints(of: "\(Self.header)\n\(value),samples_per_s,r,V100,8,resnet-50,\n") != "")
  }

  @Test func `stands any change of a real row`() {
    let text = "\(Self.header)\n12.5,samples_per_s,r1,V100,8,resnet-50,hello\n"
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<1000 {
      var bytes = Array(text.utf8)
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 9...126, using: &generator)
      }
      _ = try? validateRuns(String(decoding: bytes, as: UTF8.self))
    }
  }

  private func complaints(of text: String) -> String {
    do {
      _ = try readMeasurements(text, file: "m.csv")
      return ""
    } catch {
      return "\(error)"
    }
  }
}
