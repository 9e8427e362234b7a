import Catalogues
import CollectiveStudies
import ComputeModels
import Diagnostics
import Hardware
import TraceFiles

/// What was measured of a machine, by kind.
public struct MachineMeasurements: Sendable {
  /// Tables of training runs, of kernels alone and of collectives.
  public var runs: [CorpusFile] = []
  public var kernels: [CorpusFile] = []
  public var collectives: [CorpusFile] = []
  /// Output of nccl-tests.
  public var collectiveRuns: [MeasuredCollectives] = []
  /// Traces of training steps.
  public var traces: [KinetoTrace] = []
  public var place = MeasuredPlace()

  public init() {}

  public var isEmpty: Bool {
    runs.isEmpty && kernels.isEmpty && collectives.isEmpty && collectiveRuns.isEmpty && traces.isEmpty
  }
}

/// What a fit to kernels begins from.
public enum KernelBase: Sendable {
  /// The constants as they ship: what one machine measures moves them.
  case shipped
  /// The starts, and for runs what products reach alone: nothing that was fitted before is known.
  case starts
}

/// A machine by its measurements: constants of devices and links, and how well they fit.
public struct MachineCalibration: Sendable {
  /// Fitted to runs and traces; nil without either.
  public var steps: Calibration?
  public var kernels: KernelCalibration?
  public var collectives: CollectiveMachineFit?
  public var traces: [TraceMeasurement]
  /// Why calls and collectives of traces take no part, and how many each.
  public var skips: [(reason: String, count: Int)]
  /// What changed, as files of a catalogue have it.
  public var devices: [AcceleratorEntry]
  public var links: [LinkEntry]
  /// What was changed.
  public var catalogue: Catalogue
}

/// Fits the constants of devices and links to all that was measured of a machine.
///
/// Kernels alone come first and move the constants of training with them; runs and traces, which are training, are fitted
/// on top; collectives are fitted by themselves.
///
/// - Parameters:
///   - catalogue: what is changed.
///   - base: what kernels begin from; see `KernelBase`.
///   - progress: told the share of the work that is done.
/// - Throws: everything wrong in the tables, and measurements that do not say of what.
/// - Complexity: see `calibrate`, `calibrateKernels` and `CollectiveMachineFit`.
public func calibrateMachine(
  _ measured: MachineMeasurements, catalogue: Catalogue = .bundled, from base: KernelBase = .shipped,
  threads: Int = 1, progress: (@Sendable (Double) -> Void)? = nil
) throws(Diagnostics) -> MachineCalibration {
  var (rows, skips) = try measured.collectiveRows(in: catalogue)
  var changed = catalogue
  var devices: [String: AcceleratorEntry] = [:]
  func change(_ entries: [AcceleratorEntry]) {
    changed = changed.replacing(accelerators: entries)
    for entry in entries { devices[entry.name] = entry }
  }
  var kernels: KernelCalibration?
  if !measured.kernels.isEmpty {
    let factors: KernelFactors = base == .shipped ? .measured : KernelFactors()
    let fit = try calibrateKernels(
      measured.kernels, catalogue: catalogue, around: factors, threads: threads)
    kernels = fit
    if base == .shipped { change(fit.devices(of: changed)) }
  }
  if base == .starts { changed = changed.withProductsOfKernels(by: kernels?.factors ?? .measured) }
  var traces: [TraceMeasurement] = []
  for trace in measured.traces {
    let device = try trace.device(at: measured.place, in: catalogue)
    let measurement = TraceMeasurement(trace, device: device.name)
    traces.append(measurement)
    let reasons = measurement.work.compactMap {
      $0.reasonUnused(on: device.accelerator, gap: measurement.gap)
    }
    skips += counted(reasons.map { "\(trace.file): \($0)" })
  }
  var steps: Calibration?
  if !measured.runs.isEmpty || !traces.isEmpty {
    let fit = try calibrate(
      measured.runs, traces: traces, catalogue: changed, threads: threads, progress: progress)
    steps = fit
    change(fit.devices)
  }
  var collectives: CollectiveMachineFit?
  if !rows.isEmpty {
    let fit = CollectiveMachineFit(rows, catalogue: changed)
    collectives = fit
    change(fit.devices)
  }
  return MachineCalibration(
    steps: steps, kernels: kernels, collectives: collectives, traces: traces, skips: skips,
    devices: catalogue.accelerators.compactMap { devices[$0.name] }, links: collectives?.links ?? [],
    catalogue: catalogue)
}

extension MachineMeasurements {
  /// All collectives as rows: of tables, of nccl-tests and of traces.
  fileprivate func collectiveRows(
    in catalogue: Catalogue
  ) throws(Diagnostics) -> ([CollectiveMeasurement], [(reason: String, count: Int)]) {
    try place.checkInterLink(in: catalogue)
    var rows: [CollectiveMeasurement] = []
    var skips: [(reason: String, count: Int)] = []
    for table in collectives { rows += try readCollectiveMeasurements(table.text, file: table.name) }
    for run in collectiveRuns {
      let device = try place.device(stated: run.device, file: run.file, in: catalogue).accelerator
      rows += try run.measurements(on: device, at: place)
    }
    for trace in traces where !trace.collectives.isEmpty || trace.unreadCollectives > 0 {
      let device = try trace.device(at: place, in: catalogue).accelerator
      let traced = trace.measurements(on: device, at: place)
      rows += traced.rows
      skips += traced.skips
    }
    return (rows, skips)
  }
}

extension KinetoTrace {
  /// The device that its kernels ran on.
  fileprivate func device(
    at place: MeasuredPlace, in catalogue: Catalogue
  ) throws(Diagnostics) -> AcceleratorEntry {
    let used = Set((kernels.map(\.device) + collectives.map(\.device))).sorted()
    let names = Set(used.map { deviceNames[$0] ?? "" }).sorted()
    if names.count > 1 {
      throw Diagnostics(
        Diagnostic(
          .malformed(
            reason: "the trace has kernels of \(names.map { "'\($0)'" }.joined(separator: " and "))"),
          at: SourceLocation(file: file), mend: "trace a process of each kind of device by itself"))
    }
    return try place.device(stated: deviceNames[used.first ?? 0], file: file, in: catalogue)
  }
}

extension MeasuredPlace {
  /// - Throws: words that name no link of the catalogue with its ports.
  fileprivate func checkInterLink(in catalogue: Catalogue) throws(Diagnostics) {
    if interLink.isEmpty { return }
    do throws(SkipReason) {
      _ = try LinkText(text: interLink, catalogue: catalogue).interNode()
    } catch {
      throw Diagnostics(
        Diagnostic(
          .malformed(reason: "'\(interLink)' names no link of the catalogue with its ports"),
          at: SourceLocation(file: "--inter-link"),
          mend: "write ports, rate and name, such as '8x400 Gb/s InfiniBand NDR'"))
    }
  }

  /// The device that was told, else the one that a file states.
  fileprivate func device(
    stated: String?, file: String, in catalogue: Catalogue
  ) throws(Diagnostics) -> AcceleratorEntry {
    let start = SourceLocation(file: file)
    if let device {
      return try catalogue.accelerator(named: device, at: SourceLocation(file: "--accelerator"))
    }
    guard let stated else {
      throw Diagnostics(
        Diagnostic(
          .malformed(reason: "the file does not say on which device it was measured"), at: start,
          mend: "name it: --accelerator H100-SXM-80GB"))
    }
    if let entry = try? catalogue.accelerator(named: stated, at: start) { return entry }
    throw Diagnostics(
      Diagnostic(
        .unknownName(kind: "accelerator", name: stated), at: start,
        mend: "name it as the catalogue does: --accelerator H100-SXM-80GB"))
  }
}
