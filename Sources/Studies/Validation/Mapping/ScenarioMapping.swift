import Catalogues
import Documents
import Hardware
import Quantities

/// Turns measurements into scenario documents, so that every measured run can be printed and run again.
///
/// What the row leaves out, the convention of its source fills in; keys at their default are left out.
public struct ScenarioMapping: Sendable {
  public var catalogue: Catalogue

  public init(catalogue: Catalogue = .bundled) { self.catalogue = catalogue }

  /// The scenario of a measured run.
  ///
  /// - Throws: why it cannot be told from the row.
  /// - Complexity: O(entries of the catalogue).
  public func scenario(_ measurement: Measurement) throws(SkipReason) -> OutputValue {
    let convention = RunConvention.of(measurement)
    if SourceConvention.of(measurement).contains(where: { measurement.value < $0.ratiosBelow ?? 0 }) {
      throw .ratio
    }
    let device = try device(measurement)
    return .object(
      [
        .init("name", .string(name(measurement))),
        .init("model", try model(measurement, convention)),
        .init("cluster", try cluster(measurement, device, convention)),
        .init("training", try training(measurement, device, convention)),
        .init("simulation", ["network": "analytic"]),
      ].inserting(plan(measurement, convention), before: "simulation"))
  }

  /// The run's name, as a folder can have it.
  private func name(_ measurement: Measurement) -> String {
    let name = measurement.configuration.isEmpty ? measurement.id : measurement.configuration
    return String(name.map { $0 == "/" ? "-" : $0 }.prefix(200))
  }

  func device(_ measurement: Measurement) throws(SkipReason) -> Accelerator {
    if measurement.hardware.isEmpty || measurement.deviceCount == 0 { throw .unstatedHardware }
    guard let entry = try? catalogue.accelerator(named: measurement.hardware) else {
      throw .accelerator(measurement.hardware)
    }
    return entry.accelerator
  }
}

extension [OutputValue.Field] {
  /// The fields with one more before that of a key, unless it would be empty.
  fileprivate func inserting(_ section: [OutputValue.Field], before key: String) -> [OutputValue.Field] {
    var fields = self
    if let index = firstIndex(where: { $0.key == key }), !section.isEmpty {
      fields.insert(.init("plan", .object(section)), at: index)
    }
    return fields
  }
}
