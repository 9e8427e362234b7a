import Catalogues
import Hardware

/// Kinds of measured figures that are judged together.
public enum AccuracyClass: String, Sendable, CaseIterable {
  case decoders16 = "decoders in 16 bits on A100, H100, H200"
  case decodersElsewhere = "decoders on V100, Blackwell, or in 8 bits"
  case otherNetworks = "convolutional networks, encoders"
  case fineTuning = "fine-tuning of decoders"
  case incomplete = "runs not stated in full"
  case memory = "memory"
  case fit = "fits or not"
}

extension MeasuredRunRow {
  /// nil for a row that is not predicted.
  public var accuracyClass: AccuracyClass? {
    guard predicted != nil, let kind = metric?.kind else { return nil }
    switch kind {
    case .memory: return .memory
    case .fit: return .fit
    case .speed: break
    }
    if !measurement.isStatedInFull { return .incomplete }
    if !measurement.isOfDecoder { return .otherNetworks }
    if ["sft", "lora", "finetune"].contains(measurement.task) { return .fineTuning }
    let isOf16Bits = !["fp8", "float8", "fp4"].contains { measurement.dataType.lowercased().contains($0) }
    let devices = ["A100", "H100", "H200", "H800", "GH200"]
    return isOf16Bits && devices.contains { measurement.hardware.contains($0) }
      ? .decoders16 : .decodersElsewhere
  }
}

/// The rows of one class.
public struct AccuracySummary: Sendable {
  public var name: AccuracyClass
  /// Of the predicted rows; nil for whether runs fit.
  public var errors: ErrorSummary?
  /// Of those that were predicted by a fit that their source took no part in.
  public var leftOut: ErrorSummary?
  /// Of whether runs fit: how many were predicted, and how many rightly.
  public var fitCount: (predicted: Int, right: Int)?
}

extension MeasuredRunReport {
  /// Errors by class, those of no row left out.
  public var classes: [AccuracySummary] {
    AccuracyClass.allCases.compactMap { name in
      let rows = rows.filter { $0.accuracyClass == name }
      if rows.isEmpty { return nil }
      if name == .fit {
        return AccuracySummary(name: name, fitCount: (rows.count, rows.count { !$0.isWrongVerdict }))
      }
      let leftOut = rows.compactMap(\.leftOutError)
      return AccuracySummary(
        name: name, errors: ErrorSummary(rows.compactMap(\.error)),
        leftOut: leftOut.isEmpty ? nil : ErrorSummary(leftOut))
    }
  }

  /// The report with the errors of a calibration that left each row's source out.
  public func joined(with calibration: Calibration) -> MeasuredRunReport {
    let errors = Dictionary(
      calibration.rows.map { ($0.id, $0.leftOut) }, uniquingKeysWith: { first, _ in first })
    var report = self
    for index in report.rows.indices where report.rows[index].metric?.kind == .speed {
      report.rows[index].leftOutError = errors[report.rows[index].measurement.id]
    }
    report.spreads = calibration.spreads
    return report
  }
}
