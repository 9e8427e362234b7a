import CollectiveStudies
import Collectives
import Diagnostics
import Documents
import Quantities
import TestSupport
import Testing

private let calibration = CollectiveCalibration(
  kind: .allReduce, rankCount: 16, nodeCount: 2, device: "NVIDIA A100: 80GB", source: "runs/ar 16.txt",
  classes: [
    .init(
      from: ByteCount(8), to: ByteCount(65536), cost: HopCost(latency: 1.625e-4, secondsPerByte: 1.9e-9),
      residual: 0.021),
    .init(
      from: ByteCount(65536), to: .gibibytes(2), cost: HopCost(latency: 0, secondsPerByte: 2.39e-11),
      residual: 0.04),
  ])

private let head = "schema: rehearsal.collective-calibration/1\nop: all_reduce\nranks: 8\nnodes: 1\n"

private struct Fault: Sendable {
  var text: String
  var message: String
}

private let oneClass = "classes: [{from_bytes: 1, to_bytes: 2, alpha_seconds: 0, beta_seconds_per_byte: 0}]"

private let faults: [Fault] = [
  Fault(
    text: "op: all_reduce",
    message: """
      c:1:1: required key 'schema' is missing
      c:1:1: required key 'ranks' is missing
      c:1:1: required key 'nodes' is missing
      c:1:1: required key 'classes' is missing
      """),
  Fault(
    text: head.replacing("/1", with: "/2") + oneClass,
    message: """
      c:1:9: schema: the schema is 'rehearsal.collective-calibration/2'
        mend: write schema: rehearsal.collective-calibration/1
      """),
  Fault(text: head + "classes: []", message: "c:5:10: classes: there is no class of sizes"),
  Fault(
    text: head + "classes:\n- {from_bytes: 9, to_bytes: 2, alpha_seconds: 0, beta_seconds_per_byte: 0}",
    message: "c:6:3: classes[0]: the class ends at 2 B, before it begins at 9 B"),
  Fault(
    text: head + """
      classes:
      - {from_bytes: 1, to_bytes: 2, alpha_seconds: 0, beta_seconds_per_byte: 0}
      - {from_bytes: 4, to_bytes: 8, alpha_seconds: -1, beta_seconds_per_byte: 0}
      - {from_bytes: 4, to_bytes: 8, alpha_seconds: 1, beta_seconds_per_byte: 0}
      """,
    message: """
      c:7:47: classes[1].alpha_seconds: -1.0 is out of range: 0.0 to 100000.0
      c:8:3: classes[2]: the class begins at 4 B, the one before ends at 2 B
        mend: let each class begin where the one before ends
      """),
  Fault(
    text: head + "clases: []\n" + oneClass,
    message: "c:5:1: clases: unknown key 'clases'\n  mend: did you mean 'classes'?"),
]

@Suite("Documents of calibrations") struct CalibrationDocumentTests {
  @Test func `read back to the same`() throws {
    #expect(try readCalibration(calibration.document.yaml(), file: "c") == calibration)
    #expect(try readCalibration(calibration.document.json(), file: "c") == calibration)
  }

  @Test(arguments: faults)
  private func `are refused with all that is wrong`(fault: Fault) {
    #expect(refusal { try readCalibration(fault.text, file: "c") } == fault.message)
  }

  @Test(arguments: 0..<40)
  func `mutated ones are read or refused`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let text = String(decoding: random.mutated(calibration.document.yaml()), as: UTF8.self)
      do throws(Diagnostics) {
        let read = try readCalibration(text, file: "c")
        for size in [0, 1, 1 << 20, 1 << 50] as [Int64] { #expect(read.time(of: ByteCount(size)) >= .zero) }
      } catch {
        #expect(!error.isEmpty && error.list.allSatisfy { $0.location.file == "c" })
      }
    }
  }

  @Test func `speak for their own group alone`() {
    #expect(refusal { try calibration.check(.allReduce, rankCount: 16, nodeCount: nil) } == nil)
    #expect(
      refusal { try calibration.check(.broadcast, rankCount: 16, nodeCount: 2) }
        == "the calibration holds times of all_reduce, not broadcast")
    #expect(
      refusal { try calibration.check(.allReduce, rankCount: 8, nodeCount: 2) }
        == "the calibration holds times of 16 ranks, not 8")
    #expect(
      refusal { try calibration.check(.allReduce, rankCount: 16, nodeCount: 1) }
        == "the calibration holds times on 2 nodes, not 1")
  }

  @Test func `twice the speed halves what grows with the size`() {
    let faster = calibration.withSpeed(scaledBy: 2)
    #expect(faster.classes[0].cost == HopCost(latency: 1.625e-4, secondsPerByte: 0.95e-9))
  }
}
