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
  /// Libraries that are not for the machines, and why.
  public var absences: [Absence]

  /// A library without a choice.
  public struct Absence: Sendable, Equatable {
    public var tuner: TunerName
    public var reason: String

    public init(_ tuner: TunerName, _ reason: String) {
      self.tuner = tuner
      self.reason = reason
    }
  }

  public init(
    fabricName: String, device: String?, nodeCount: Int, timing: ScheduleTiming, tuner: TunerName,
    elementType: ElementType, seed: Int, answer: CollectiveAnswer, calibration: CollectiveCalibration? = nil,
    measured: MeasuredCollectives? = nil, fit: CollectiveCalibration? = nil, absences: [Absence] = []
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
    self.absences = absences
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
  /// What says so: `calibration`, a library's name, `schedule`, `file` or `chunk_orders`.
  var source: String {
    switch self {
    case .calibration: "calibration"
    case .library(let tuner, _): tuner.rawValue
    case .schedule: "schedule"
    case .graph(let source, _): source.rawValue
    }
  }

  /// The algorithm's name, a library's own.
  var algorithmName: String? {
    switch self {
    case .calibration: nil
    case .library(_, let algorithm): algorithm.name
    case .schedule(let algorithm): algorithm.rawValue
    case .graph(_, let name): name
    }
  }

  var protocolName: String? { library?.channelProtocol?.rawValue }

  var library: LibraryAlgorithm? {
    if case .library(_, let algorithm) = self { return algorithm }
    return nil
  }

  /// In a table's cell: `ring LL128`, `rabenseifner`, `segmented_ring (near ring)`, `measured line`.
  var label: String {
    guard let library else { return algorithmName ?? "measured line" }
    let name = libraryAlgorithmLabel(library.name, library.channelProtocol)
    let isNear = library.isApproximate && library.channelProtocol == nil
    return name + (isNear ? " (near \(library.pattern.rawValue))" : "")
  }
}

/// A library's algorithm and protocol in a sentence: `tree LL128`, `reduce_scatter_allgather`.
func libraryAlgorithmLabel(_ name: String, _ proto: NCCLProtocol?) -> String {
  let label = NCCLAlgorithm(rawValue: name)?.label ?? (name == "send_receive" ? "sends" : name)
  return proto.map { "\(label) \($0.label)" } ?? label
}

extension LibraryAlgorithm {
  /// As the library writes it in a sentence.
  var label: String { libraryAlgorithmLabel(name, nil) }
}

extension NCCLProtocol {
  /// As NCCL writes it.
  var label: String { self == .simple ? "Simple" : rawValue.uppercased() }
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
