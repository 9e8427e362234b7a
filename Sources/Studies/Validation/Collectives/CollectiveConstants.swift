import Collectives
import Hardware

/// The measured constants that a prediction of a collective rests on.
public struct CollectiveConstants: Sendable, Equatable {
  /// By generation, in the order of `NCCLGeneration`; nil keeps to NCCL's tables.
  public var calibrations: [NCCLCalibration?]
  /// µs that each method of measuring adds, in the order of `MeasurementMethod`.
  public var overheads: [Double]
  /// Whether the cost of messages is counted on links that state one.
  public var countsMessages: Bool
  /// Whether all-to-alls are predicted at all; they rest on measured lines alone.
  public var hasAllToAll: Bool

  /// What the simulator ships.
  public static let shipped = CollectiveConstants(
    calibrations: NCCLGeneration.allCases.map { .measured($0) },
    overheads: MeasurementMethod.allCases.map(\.measuredOverhead), countsMessages: true, hasAllToAll: true)

  /// The same with a group of devices brought to these constants, but for a device that has its own.
  func applied(to system: NCCLSystem, of device: Accelerator) -> NCCLSystem {
    var system = system
    if device.calibration.nccl == nil { system.calibration = calibrations[system.generation.rawValue] }
    if !countsMessages { system.messageCost = nil }
    return system
  }

  /// µs that a method adds.
  func overhead(of method: MeasurementMethod) -> Double {
    zip(MeasurementMethod.allCases, overheads).first { $0.0 == method }?.1 ?? 0
  }
}
