import Analysis
import Catalogues
import Glibc
import Hardware
import TestSupport
import Testing

@testable import Validation

/// Runs of two sources on two devices of one generation.
private let header =
  "id,source,hardware,accel_memory_gib,gpus_per_node,num_gpus,intra_link,inter_link,model,arch,layers,hidden,heads,kv_heads,ffn,vocab,seq_len,micro_batch,grad_accum,global_batch,dtype,tp,pp,vpp,cp,ep,dp,zero_stage,recompute,task,framework,metric,value,unit,config_id"

private func run(_ id: String, _ source: String, _ device: String, _ hidden: Int, _ rate: Double = 1)
  -> String
{
  "\(id),\(source),\(device),80,8,8,NVLink,,m,decoder,8,\(hidden),\(hidden / 128),\(hidden / 128),\(4 * hidden),32000,2048,2,1,16,bf16,1,1,1,1,1,8,0,none,pretrain,x,tokens_per_s,\(rate),tokens/s,\(id)"
}

private let runs: [(id: String, source: String, device: String, hidden: Int)] = [
  ("a", "one", "A100-SXM-80GB", 1024), ("b", "one", "A100-SXM-80GB", 2048),
  ("c", "two", "A100-SXM-80GB", 2048), ("d", "two", "A100-SXM-40GB", 1024),
  ("e", "two", "A100-SXM-40GB", 2048),
]

/// The runs as a catalogue predicts them, so many times as fast.
private func corpus(of catalogue: Catalogue, faster: [String: Double] = [:]) throws -> CorpusFile {
  let blank =
    ([header] + runs.map { run($0.id, $0.source, $0.device, $0.hidden) }).joined(separator: "\n") + "\n"
  let report = try validateRuns(blank, catalogue: catalogue)
  let rows = zip(runs, report.rows).map { item, row in
    run(item.id, item.source, item.device, item.hidden, (row.predicted ?? 0) * (faster[item.id] ?? 1))
  }
  return CorpusFile(name: "runs.csv", text: ([header] + rows).joined(separator: "\n") + "\n")
}

@Suite("Calibration") struct CalibrateTests {
  /// The catalogue with products of a generation's devices so many times as fast.
  private func changed(_ factor: Double) -> Catalogue {
    let entries = Catalogue.bundled.accelerators.map { entry in
      var entry = entry
      if entry.name.hasPrefix("A100") {
        CalibrationConstant.Kind.products16.scale(&entry.accelerator, by: factor)
      }
      return entry
    }
    return Catalogue.bundled.replacing(accelerators: entries)
  }

  private func share(_ device: String, _ catalogue: Catalogue) throws -> Double {
    try #require(try catalogue.accelerator(named: device).accelerator.calibration.matrixEfficiency[.bf16])
  }

  @Test func `of what the catalogue predicts changes nothing`() throws {
    let result = try calibrate([try corpus(of: .bundled)])
    #expect(result.rows.count == runs.count)
    for factor in result.factors.values { #expect(agree(factor, 1, relative: 1e-9)) }
    #expect(result.rows.allSatisfy { $0.after.magnitude < 1e-9 && $0.leftOut.magnitude < 1e-9 })
  }

  @Test(arguments: [0.85, 1.1])
  func `finds the products that made the measurements`(factor: Double) throws {
    let truth = changed(factor)
    let result = try calibrate([try corpus(of: truth)])
    let (_, before, after, leftOut) = try #require(result.groups.last)
    #expect(after.median < before.median / 4)
    // One source stands for the other, on a device that it does not have, by their generation.
    #expect(leftOut.median < before.median / 2)
    let fitted = Catalogue.bundled.replacing(accelerators: result.devices)
    for device in ["A100-SXM-80GB", "A100-SXM-40GB"] {
      let (true_, found, old) = (
        try share(device, truth), try share(device, fitted), try share(device, .bundled)
      )
      #expect((found - true_).magnitude < (old - true_).magnitude / 2)
    }
  }

  /// 500 W for the peak that has 700 W elsewhere: log₂ 1.4 halvings, and half as much of the law's loss.
  @Test func `products of boards of little power follow one law`() throws {
    func device(_ name: String) throws -> Accelerator {
      try Catalogue.bundled.accelerator(named: name).accelerator
    }
    #expect(try device("H100-SXM-80GB").powerHalvings < 1e-3)
    #expect(agree(try device("H100-SXM-96GB-HBM2e").powerHalvings, log2(1.4), relative: 1e-3))
    #expect(try device("RTX-3090").powerHalvings == 0)
    var capped = try device("H100-SXM-96GB-HBM2e")
    let before = capped.calibration
    CalibrationConstant.Kind.halvedPower.scale(&capped, by: 0.5)
    for format in [DataType.bf16, .fp8] {
      let share = try #require(capped.calibration.matrixEfficiency[format])
      let expected = try #require(before.matrixEfficiency[format]) / 1.4
      #expect(agree(share, expected, relative: 1e-3))
    }
    #expect(capped.calibration.memoryEfficiency == before.memoryEfficiency)
    #expect(
      CalibrationConstant.bearing(.halvedPower, on: capped).map(\.level) == [.all])
  }

  @Test func `is not led astray by a row that is far off`() throws {
    let result = try calibrate([try corpus(of: .bundled, faster: ["b": 3])])
    let others = result.rows.filter { $0.id != "b" }
    #expect(others.allSatisfy { $0.after.magnitude < 0.05 })
  }

  @Test func `from kernels forgets what was fitted to training`() throws {
    let start = Catalogue.bundled.withProductsOfKernels()
    // Products alone reach more than training leaves of them, on devices of every generation that was measured.
    for device in ["V100-SXM2-16GB", "A100-SXM-80GB", "H100-SXM-80GB", "B200-SXM-180GB"] {
      let alone = try start.accelerator(named: device).accelerator.calibration
      let shipped = try Catalogue.bundled.accelerator(named: device).accelerator.calibration
      let format: DataType = device.hasPrefix("V100") ? .fp16 : .bf16
      #expect(try #require(alone.matrixEfficiency[format]) > #require(shipped.matrixEfficiency[format]))
      #expect(alone.memoryEfficiency == shipped.memoryEfficiency)
    }
    // Whatever the catalogue says, the start is the same.
    #expect(
      try share("A100-SXM-80GB", changed(0.5).withProductsOfKernels()) == share("A100-SXM-80GB", start))
  }

  @Test func `takes a row that two tables hold once`() throws {
    let file = try corpus(of: .bundled)
    #expect(try calibrate([file, file]).rows.count == runs.count)
  }

  @Test func `takes no row that leaves something to be assumed`() throws {
    let file = try corpus(of: .bundled)
    let text = file.text.replacing(",2048,2,1,16,", with: ",2048,,1,16,")
    #expect(try calibrate([CorpusFile(name: "x.csv", text: text)]).rows.isEmpty)
  }
}

@Suite("Robust least squares") struct RobustLeastSquaresTests {
  @Test func `solve what is exact, and leave out what is not`() {
    // y = 2 a − b, one row wrong by far.
    var rows: [[(column: Int, value: Double)]] = []
    var residuals: [Double] = []
    for index in 0..<40 {
      let (a, b) = (Double(index % 7), Double(index % 5))
      rows.append([(0, a), (1, b)])
      residuals.append(-(2 * a - b) + (index == 13 ? 50 : 0))
    }
    let fit = RobustLeastSquares(
      rows: rows, residuals: residuals, weights: Array(repeating: 1, count: 40), ridge: [1e-9, 1e-9])
    let x = fit.solve()
    #expect(agree(x[0], 2, relative: 1e-3) && agree(x[1], -1, relative: 1e-3))
    #expect((fit.residual(13, at: x) - 50).magnitude < 0.1)
  }

  @Test func `stay where nothing is measured`() {
    let fit = RobustLeastSquares(rows: [[(0, 1)]], residuals: [0.1], weights: [1], ridge: [0.2, 0.2])
    #expect(fit.solve()[1] == 0)
  }

  @Test func `factors solve symmetric equations`() {
    var matrix = [[4.0, 2, 0.6], [2, 5, 1.5], [0.6, 1.5, 3]]
    let x = solveSymmetric(&matrix, [9.8, 16.5, 12.6])
    for (value, expected) in zip(x, [1.0, 2, 3]) { #expect(agree(value, expected, relative: 1e-12)) }
  }
}

@Suite("Recorded errors") struct RecordedErrorTests {
  private func report(_ rates: [Double]) throws -> MeasuredRunReport {
    let file = try corpus(of: .bundled, faster: Dictionary(uniqueKeysWithValues: zip(runs.map(\.id), rates)))
    return try validateRuns(file.text, catalogue: .bundled)
  }

  @Test func `are compared source by source`() throws {
    let before = try report([1.1, 1.1, 1.2, 1.2, 1.2])
    #expect(try before.worsened(since: before.errorTable, file: "errors.csv") == [])
    // The first source is predicted better, the second worse.
    let now = try report([1, 1, 1.5, 1.5, 1.5])
    let found = try now.worsened(since: before.errorTable, file: "errors.csv")
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("two, speed: the median error is 0.333"))
  }

  @Test func `know rows that are no longer predicted`() throws {
    let before = try report([1, 1, 1, 1, 1])
    var now = before
    now.rows.removeLast()
    #expect(
      try now.worsened(since: before.errorTable, file: "errors.csv") == [
        "two, speed: 2 rows are predicted, and were 3"
      ])
  }

  @Test func `stand in the totals of all sources`() throws {
    let report = try report([1, 1.1, 1.2, 1.3, 1.4])
    let total = try #require(report.totals.first)
    #expect(report.totals.count == 1 && total.source == "all" && total.kind == "speed")
    #expect(total.errors == ErrorSummary(report.rows.compactMap(\.error)))
    #expect(total.rowCount == report.groups.reduce(0) { $0 + $1.rowCount })
  }

  @Test func `of another table are refused`() throws {
    #expect("it is accepted") {
      _ = try report([1, 1, 1, 1, 1]).worsened(since: "a,b\n1,2\n", file: "e.csv")
    } throws: { error in
      "\(error)".contains("e.csv:1") && "\(error)".contains("median_absolute_error")
    }
  }

  @Test func `hold the measurements that lie in their ranges`() throws {
    let rows = try report([1, 1.02, 0.5, 1, 1.6]).rows
    #expect(rows.map(\.isInRange) == [true, true, false, true, false])
    for row in rows {
      let range = try #require(row.range)
      #expect(range.low <= row.predicted! && row.predicted! <= range.high)
    }
  }
}

@Suite("Intervals of predictions") struct ErrorSpreadTests {
  @Test func `are the percentiles that were recorded`() throws {
    let text = try #require(textOfFile(packageRoot(#filePath) + "/Validation/recorded/intervals.csv"))
    let rows = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    let recorded = Dictionary(uniqueKeysWithValues: rows.map { ("\($0[0]) \($0[1])", $0) })
    for spread in PredictionIntervals.spreads {
      let fields = try #require(recorded["\(spread.generation) \(spread.hasExperts)"])
      #expect(Int(fields[2]) == spread.rows)
      #expect((try #require(Double(fields[3])) - spread.factors.low).magnitude < 0.0051)
      #expect((try #require(Double(fields[4])) - spread.factors.high).magnitude < 0.0051)
    }
    let elsewhere = PredictionIntervals.elsewhere
    for (hasExperts, factors) in [(false, elsewhere.dense), (true, elsewhere.experts)] {
      let fields = try #require(recorded["\(ErrorSpread.everywhere) \(hasExperts)"])
      let (low, high) = (try #require(Double(fields[3])), try #require(Double(fields[4])))
      #expect((low * low - factors.low).magnitude < 0.0051)
      #expect((high * high - factors.high).magnitude < 0.0051)
    }
  }

  @Test func `hold eight in ten of the rows left out`() throws {
    // Errors 0, 0.1, … 1.9 of twenty rows: the tenth percentile lies at 0.19, the ninetieth at 1.71.
    let rows = (0..<20).map { index in
      Calibration.Row(
        id: "\(index)", source: "one", device: "A100-SXM-80GB", generation: "ampere", hasExperts: false,
        before: 0, after: 0, leftOut: Double(index) / 10)
    }
    let calibration = Calibration(factors: [:], devices: [], catalogue: .bundled, rows: rows)
    let spreads = calibration.spreads
    #expect(spreads.map(\.generation) == ["ampere", ErrorSpread.everywhere])
    #expect(spreads.allSatisfy { $0.rowCount == 20 })
    #expect(spreads.allSatisfy { agree($0.low, 1.19) && agree($0.high, 2.71) })
  }
}
