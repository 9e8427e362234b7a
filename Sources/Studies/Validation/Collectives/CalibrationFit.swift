import Collectives
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Fits NCCL's constants for one generation of devices to measured times inside a node.
///
///     loss = mean over rows of |ln(predicted / measured)|
///
/// Which is robust: a row that lies far off pulls no harder than one that lies near. Each constant in turn is
/// tried above and below in steps of its own, kept where the loss falls; the steps then halve. Starts, steps and
/// order are fixed, so the same rows give the same constants.
public struct CalibrationFit: Sendable {
  /// One measured time and the group that it was taken on.
  struct Row: Sendable {
    var system: NCCLSystem
    var kind: CollectiveKind
    var bytes: ByteCount
    var allowed: [NCCLAlgorithm]
    var measuredSeconds: Double
  }

  public let generation: NCCLGeneration
  var rows: [Row]
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
      guard let outcome = row.outcome, outcome.method == .backToBack, takesPart(row.measurement),
        case .nccl(let system) = outcome.system, system.generation == generation, system.nodeCount == 1,
        system.insidePath == .nvlink, let kind = CollectiveKind(spelling: row.measurement.collective),
        kind != .allToAll, kind != .sendReceive, let size = row.measurement.size
      else { return nil }
      return Row(
        system: system, kind: kind, bytes: size, allowed: NCCLAlgorithm.named(in: row.measurement.algorithm),
        measuredSeconds: outcome.measuredSeconds)
    }
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
      sum += choice.map { log($0.time.seconds / row.measuredSeconds).magnitude } ?? 3
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
    var best = start
    var least = loss(of: best)
    for step in [0.5, 0.2, 0.08, 0.03, 0.01] {
      var falls = true
      var sweeps = 0
      while falls, sweeps < 12 {
        falls = false
        sweeps += 1
        for move in NCCLCalibration.moves {
          for factor in [1 + step, 1 / (1 + step)] {
            let candidate = best.moved(move, by: factor)
            let loss = loss(of: candidate) + 0.002 * candidate.distance(from: start)
            if loss < least - 1e-9 { (best, least, falls) = (candidate, loss, true) }
          }
        }
      }
    }
    return (best, loss(of: best))
  }
}

extension NCCLCalibration {
  fileprivate static let constantCount = 12

  /// What the search tries: every constant alone, and each base against its hop, which trade for each other.
  fileprivate static let moves: [(up: Int, down: Int?)] =
    (0..<constantCount).map { ($0, nil) } + (0..<3).map { ($0, $0 + 3) }

  fileprivate func moved(_ move: (up: Int, down: Int?), by factor: Double) -> NCCLCalibration {
    var moved = self
    moved[constant: move.up] *= factor
    if let down = move.down { moved[constant: down] /= factor }
    return moved
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
