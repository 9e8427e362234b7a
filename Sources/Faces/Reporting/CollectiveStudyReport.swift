import Charts
import CollectiveStudies
import Collectives
import Documents
import Quantities

/// The times of a collective beside what was measured, for people and documents alike.
public struct CollectiveStudyReport: Sendable {
  /// What the collective runs on, in words.
  public var fabricName: String
  /// The device's name; nil where the fabric has none.
  public var device: String?
  public var nodeCount: Int
  public var timing: ScheduleTiming
  public var tuner: TunerName
  public var elementType: ElementType
  /// Of the choice among equal paths.
  public var seed: Int
  public var answer: CollectiveAnswer
  /// The calibration that takes part in the answer.
  public var calibration: CollectiveCalibration?
  public var measured: MeasuredCollectives?
  /// α and β of what was measured.
  public var fit: CollectiveCalibration?
  /// Why NCCL's model says nothing, where one might expect it to.
  public var ncclNote: String?

  public init(
    fabricName: String, device: String?, nodeCount: Int, timing: ScheduleTiming, tuner: TunerName,
    elementType: ElementType, seed: Int, answer: CollectiveAnswer, calibration: CollectiveCalibration? = nil,
    measured: MeasuredCollectives? = nil, fit: CollectiveCalibration? = nil, ncclNote: String? = nil
  ) {
    self.fabricName = fabricName
    self.device = device
    self.nodeCount = nodeCount
    self.timing = timing
    self.tuner = tuner
    self.elementType = elementType
    self.seed = seed
    self.answer = answer
    self.calibration = calibration
    self.measured = measured
    self.fit = fit
    self.ncclNote = ncclNote
  }

  /// The measured row of a size.
  func measured(_ bytes: ByteCount) -> MeasuredCollectives.Row? {
    measuredBySize.first { $0.bytes == bytes }
  }

  var measuredBySize: [MeasuredCollectives.Row] { measured?.bySize ?? [] }

  /// Predicted over measured time, less one, of the tuner's choice.
  func error(_ row: CollectiveTimes) -> Double? {
    guard let choice = row.choice, let measured = measured(row.bytes) else { return nil }
    return choice.duration.seconds / measured.outOfPlace.seconds - 1
  }

  /// Mean of the errors' sizes over all sizes that were measured.
  public var meanError: Double? {
    let errors = answer.rows.compactMap { error($0)?.magnitude }
    return errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
  }

  /// GB/s, the mean of the choices over all sizes, as nccl-tests ends its table.
  public var averageBusBandwidth: Double? {
    let rates = answer.rows.compactMap { row in
      row.choice.flatMap { answer.busBandwidth(row.bytes, in: $0.duration) }
    }
    return rates.isEmpty ? nil : rates.reduce(0, +) / Double(rates.count) / 1e9
  }
}

extension CollectiveMethod {
  /// What says so: `calibration`, `nccl` or `schedule`.
  var source: String {
    switch self {
    case .calibration: "calibration"
    case .nccl: "nccl"
    case .schedule: "schedule"
    }
  }

  /// The algorithm's name; sends of NCCL have none.
  var algorithmName: String? {
    switch self {
    case .calibration: nil
    case .nccl(let algorithm, _): algorithm?.rawValue
    case .schedule(let algorithm): algorithm.rawValue
    }
  }

  var protocolName: String? {
    if case .nccl(_, let proto) = self { return proto.rawValue }
    return nil
  }

  /// In a table's cell: `ring LL128`, `rabenseifner`, `measured line`.
  var label: String {
    switch self {
    case .calibration: "measured line"
    case .nccl(let algorithm, let proto):
      "\(algorithm?.label ?? "sends") \(proto == .simple ? "Simple" : proto.rawValue.uppercased())"
    case .schedule(let algorithm): algorithm.rawValue
    }
  }
}

extension NCCLAlgorithm {
  /// As NCCL writes it in a sentence.
  var label: String {
    switch self {
    case .tree: "tree"
    case .ring: "ring"
    case .collNetDirect: "CollNetDirect"
    case .collNetChain: "CollNetChain"
    case .nvls: "NVLS"
    case .nvlsTree: "NVLSTree"
    case .pat: "PAT"
    }
  }
}
