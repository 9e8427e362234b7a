/// Whose choice of an algorithm counts, as documents and command lines write it.
public enum TunerName: String, Sendable, CaseIterable {
  /// The library of the devices' vendor where it suits the group, else `least`.
  case auto
  case nccl, rccl
  case openMPI = "open_mpi"
  case mpich
  /// The least time of the schedules that `auto` chooses from as an algorithm.
  case least
  /// The measured line of a calibration.
  case calibration

  /// Those that choose by rules or a model of their own, in the order of a report.
  public static let libraries: [TunerName] = [.nccl, .rccl, .openMPI, .mpich]

  /// Those that choose an algorithm: all but a calibration.
  public static let choosing = allCases.filter { $0 != .calibration }

  /// As a sentence calls it.
  public var label: String {
    switch self {
    case .auto: "the vendor's library"
    case .nccl: "NCCL"
    case .rccl: "RCCL"
    case .openMPI: "Open MPI"
    case .mpich: "MPICH"
    case .least: "the least schedule"
    case .calibration: "the calibration"
    }
  }
}
