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

  /// The constants of least loss that the search reaches.
  ///
  /// - Parameter start: NCCL's own by default.
  /// - Returns: nil without rows.
  /// - Complexity: O(rows × constants × sweeps).
  public func fitted(from start: NCCLCalibration? = nil) -> NCCLCalibration? {
    if rows.isEmpty { return nil }
    var best = start ?? .tables(generation)
    var least = loss(of: best)
    for step in [0.5, 0.2, 0.08, 0.03, 0.01] {
      var falls = true
      var sweeps = 0
      while falls, sweeps < 12 {
        falls = false
        sweeps += 1
        for index in 0..<NCCLCalibration.constantCount {
          for factor in [1 + step, 1 / (1 + step)] {
            var candidate = best
            candidate[constant: index] *= factor
            let loss = loss(of: candidate)
            if loss < least - 1e-9 { (best, least, falls) = (candidate, loss, true) }
          }
        }
      }
    }
    return best
  }
}

extension NCCLCalibration {
  fileprivate static let constantCount = 12

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
