import Collectives
import Hardware
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Fits NCCL's constants for one generation of devices to measured times inside a node.
///
///     loss = mean over rows of |ln(predicted / measured)|
///
/// Which is robust: a row that lies far off pulls no harder than one that lies near. The search is that of `leastLoss`.
public struct CalibrationFit: Sendable {
  /// One measured time and the group that it was taken on.
  struct Row: Sendable {
    var system: NCCLSystem
    var kind: CollectiveKind
    var bytes: ByteCount
    var allowed: [NCCLAlgorithm]
    var measuredSeconds: Double
    /// What the method of measuring adds.
    var overheadSeconds = 0.0
  }

  public let generation: NCCLGeneration
  var rows: [Row]
  /// Sizes of messages of the rows.
  var sizeCount: Int { Set(rows.map(\.bytes)).count }
  /// Rows that take part.
  public var rowCount: Int { rows.count }

  /// The rows of a report that the constants bear on: nccl-tests over NVLink inside a node.
  ///
  /// - Parameter takesPart: which of them the fit sees.
  public init(
    _ generation: NCCLGeneration, to report: CollectiveReport,
    where takesPart: (CollectiveMeasurement) -> Bool
  ) {
    self.generation = generation
    rows = report.rows.compactMap { row -> Row? in
      guard row.outcome?.method == .backToBack, takesPart(row.measurement), let fitted = Row(row),
        fitted.system.generation == generation
      else { return nil }
      return fitted
    }
  }

  /// The rows of one device, however they were measured.
  init(_ device: String, of generation: NCCLGeneration, to report: CollectiveReport) {
    self.generation = generation
    rows = report.rows.compactMap { $0.outcome?.device == device ? Row($0) : nil }
  }

  /// Mean size of the logarithm of predicted over measured time; 0 without rows.
  ///
  /// - Complexity: O(rows).
  public func loss(of constants: NCCLCalibration) -> Double {
    if rows.isEmpty { return 0 }
    var sum = 0.0
    for row in rows {
      var system = row.system
      system.calibration = constants
      let choice = ncclChoice(row.kind, bytes: row.bytes, on: system, among: row.allowed)
      // A constant that leaves a row without an algorithm costs as much as a factor of e³.
      sum += choice.map { log(($0.time.seconds + row.overheadSeconds) / row.measuredSeconds).magnitude } ?? 3
    }
    return sum / Double(rows.count)
  }

  /// The constants of least loss that the search reaches from NCCL's own.
  ///
  /// The search starts four times: with the bandwidths of LL and LL128 as they are and at a quarter and a half, as
  /// one may hide behind the other, and with and without a reduction in the switch.
  ///
  /// - Returns: nil without rows.
  /// - Complexity: O(rows × constants × sweeps).
  public func fitted() -> NCCLCalibration? {
    if rows.isEmpty { return nil }
    let tables = NCCLCalibration.tables(generation)
    var best: (constants: NCCLCalibration, loss: Double)?
    for (rateLL, shareLL128) in [(1.0, 1.0), (0.25, 0.5)] {
      for hasNVLS in tables.nvlsShare > 0 ? [true, false] : [false] {
        var start = tables
        start.maximumLL *= rateLL
        start.shareLL128 *= shareLL128
        if !hasNVLS { start.nvlsShare = 0 }
        let found = fitted(from: start)
        if found.loss < best?.loss ?? .infinity { best = found }
      }
    }
    return best?.constants
  }

  /// The constants of least loss that the search reaches from a start, and that loss.
  ///
  /// A constant that leaves its start by a factor of e must lower the loss by 0.002, so what the rows do not
  /// decide stays where it was.
  public func fitted(from start: NCCLCalibration) -> (constants: NCCLCalibration, loss: Double) {
    let best = leastLoss(
      from: start, moves: NCCLCalibration.moves, moved: { $0.moved($1, by: $2) },
      loss: { loss(of: $0) + 0.002 * $0.distance(from: start) })
    return (best, loss(of: best))
  }
}

extension CalibrationFit.Row {
  /// - Returns: nil where the constants do not bear on the row: beside NVLink inside a node, and of exchanges.
  init?(_ row: CollectiveRow) {
    guard let outcome = row.outcome, case .nccl(let system) = outcome.system, system.nodeCount == 1,
      system.insidePath == .nvlink, let kind = CollectiveKind(spelling: row.measurement.collective),
      kind != .allToAll, kind != .sendReceive, let size = row.measurement.size
    else { return nil }
    self.init(
      system: system, kind: kind, bytes: size, allowed: NCCLAlgorithm.named(in: row.measurement.algorithm),
      measuredSeconds: outcome.measuredSeconds,
      overheadSeconds: outcome.predictedSeconds - outcome.collectiveTime.seconds)
  }
}

extension NCCLCalibration {
  fileprivate static let constantCount = 12

  /// What the search tries: every constant alone, and each base against its hop, which trade for each other.
  fileprivate static let moves: [(up: Int, down: Int?)] =
    (0..<constantCount).map { ($0, nil) } + (0..<3).map { ($0, $0 + 3) }

  fileprivate func moved(_ move: (up: Int, down: Int?), by factor: Double) -> NCCLCalibration {
    var moved = self
    moved.scale(move.up, by: factor)
    if let down = move.down { moved.scale(down, by: 1 / factor) }
    return moved
  }

  /// Constants stay in what a catalogue's file may hold.
  private mutating func scale(_ constant: Int, by factor: Double) {
    let range = [6, 9].contains(constant) ? 1e-3...1e6 : [7, 8].contains(constant) ? 1e-3...10 : 0...1e6
    let scaled = self[constant: constant] * factor
    self[constant: constant] = min(constant == 11 ? 10 : range.upperBound, max(range.lowerBound, scaled))
  }

  /// Sum of the sizes of the logarithms of all ratios; a constant of 0 stays 0 and adds nothing.
  fileprivate func distance(from start: NCCLCalibration) -> Double {
    (0..<NCCLCalibration.constantCount).reduce(0) { sum, index in
      let origin = start[constant: index]
      return origin > 0 ? sum + log(self[constant: index] / origin).magnitude : sum
    }
  }

  /// The constants one after another: three bases, three hops, then LL, shares, copies and NVLS.
  fileprivate subscript(constant index: Int) -> Double {
    get {
      switch index {
      case 0...2: baseLatency[index]
      case 3...5: hopLatency[index - 3]
      case 6: maximumLL
      case 7: shareLL128
      case 8: shareSimple
      case 9: copyRate
      case 10: nvlsLatency
      default: nvlsShare
      }
    }
    set {
      switch index {
      case 0...2: baseLatency[index] = newValue
      case 3...5: hopLatency[index - 3] = newValue
      case 6: maximumLL = newValue
      case 7: shareLL128 = newValue
      case 8: shareSimple = newValue
      case 9: copyRate = newValue
      case 10: nvlsLatency = newValue
      default: nvlsShare = newValue
      }
    }
  }
}
