import Collectives
import Diagnostics
import Documents
import Quantities

/// Reads the JSON of nccl-tests: `args`, `config.devices`, `results`, `average_bus_bandwidth`.
///
/// - Source: nccl-tests 2.17, `src/util.cu`, version 2 of its file.
func readMeasuredDocument(_ root: DocumentNode, file: String) throws(Diagnostics) -> MeasuredCollectives {
  let findings = Findings()
  var reader = FieldReader(root, findings)
  var group = MeasuredGroup()
  if let program = reader.list("args")?.first { group.program = FieldReader.text(of: program, findings) }
  var rankCount = 0
  if var config = reader.child("config") {
    for device in config.list("devices") ?? [] {
      var device = FieldReader(device, findings)
      group.add(host: device.text("hostname") ?? "", device: device.text("device_info") ?? "")
    }
    rankCount = (config.integer("nthreads", 1...4096) ?? 1) * (config.integer("ngpus", 1...4096) ?? 1)
  }
  var rows: [MeasuredCollectives.Row] = []
  if reader.lacks("results") { reader.missing("results") }
  let results = reader.list("results") ?? []
  for result in results {
    var result = FieldReader(result, findings)
    let size = result.integer("size", 0...Int(MeasuredGroup.largestSize))
    for key in ["size", "out_of_place"] where result.lacks(key) { result.missing(key) }
    let outOfPlace = result.time("out_of_place")
    let inPlace = result.time("in_place")
    if let size, size > 0, let outOfPlace {
      rows.append(.init(bytes: ByteCount(size), outOfPlace: outOfPlace, inPlace: inPlace))
    }
  }
  var average: Double?
  if var bandwidth = reader.child("average_bus_bandwidth") {
    average = bandwidth.number("bandwidth", 0...1e9)
  }
  try findings.diagnostics.throwIfAny()
  return try group.measured(
    file: file, rows: rows, average: average, hasRows: !results.isEmpty, rankCount: rankCount)
}

extension FieldReader {
  /// The time of one half of a row; wrong values are reported.
  fileprivate mutating func time(_ half: String) -> SimDuration? {
    guard var body = child(half) else { return nil }
    let key = body.lacks("time") ? "cpu_time" : "time"
    if body.lacks(key) { body.missing("time") }
    if let wrong = body.number("nwrong", 0...1e18), wrong != 0 {
      body.report(MeasuredGroup.wrongValues("\(Int(wrong))"), body.node)
    }
    return body.number(key, MeasuredGroup.times).map { .microseconds($0) }
  }
}
