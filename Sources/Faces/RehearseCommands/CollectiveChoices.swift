import CollectiveFiles
import CollectiveStudies
import Collectives
import CommandLines
import Diagnostics
import Fabrics
import Files

/// Which algorithms a collective is timed by, and whose choice is the answer.
struct CollectiveChoices {
  /// Schedules; nil for all of the kind.
  var algorithms: [CollectiveAlgorithm]?
  /// Messages of files and of chunk orders.
  var graphs: [GraphAlgorithm] = []
  /// Sizes of the levels of `hierarchical`: the dimensions of the network, where all ranks take part.
  var levels: [Int]?
  var tuners: [any CollectiveTuner] = []
  var tuner = TunerName.least
  /// Libraries that are not for the group, and why.
  var absences: [(tuner: TunerName, reason: String)] = []

  /// Whether one algorithm is named.
  var isFixed: Bool { algorithms != nil }

  /// The spelling of chunk orders beside the schedules.
  static let themis = "themis"

  /// Messages of a size that chunk orders may have where nobody asked for them.
  private static let unaskedMessages = 100_000

  init(
    _ invocation: Invocation, _ kind: CollectiveKind, _ ranks: [DeviceID], on machine: CollectiveMachine,
    _ calibration: CollectiveCalibration?
  ) throws {
    let lengths = machine.fabric.dimensionLengths(of: machine.cluster)
    if lengths.count >= 2, ranks == machine.fabric.devices { levels = lengths }
    try chooseAlgorithms(invocation, kind, lengths, ranks, on: machine.fabric)
    if let path = invocation.text(ifGiven: "algorithm-file") {
      let file = try readAlgorithmFile(path)
      graphs.append(try algorithm(file, path, invocation, kind, ranks))
    }
    try chooseTuner(
      invocation, kind, TunedGroup(ranks, on: machine.fabric, machines: machine.machines), calibration)
  }

  private mutating func chooseAlgorithms(
    _ invocation: Invocation, _ kind: CollectiveKind, _ lengths: [Int], _ ranks: [DeviceID],
    on fabric: Fabric
  ) throws(InputError) {
    let name = invocation.text("algorithm")
    let hasOrders = [.allReduce, .reduceScatter, .allGather].contains(kind)
    if name == Self.themis {
      if !hasOrders {
        throw InputError(
          reason: "themis cannot do \(kind.rawValue); use it for all_reduce, reduce_scatter or all_gather")
      }
      do throws(CollectiveError) { _ = try CollectiveModel(on: fabric).dimensions(lengths, of: ranks) } catch
      {
        throw InputError(reason: "\(error)")
      }
      algorithms = []
      graphs = [GraphAlgorithm(themisOver: lengths)]
      return
    }
    guard let algorithm = CollectiveAlgorithm(rawValue: name), algorithm != .auto else {
      if hasOrders, lengths.count >= 2, ranks == fabric.devices {
        graphs = [GraphAlgorithm(themisOver: lengths, mostMessages: Self.unaskedMessages)]
      }
      return
    }
    guard kind.algorithms.contains(algorithm) else {
      throw InputError(reason: "\(CollectiveError.unsupported(kind, algorithm))")
    }
    algorithms = [algorithm]
  }

  /// The tuner asked for, else the calibration where given, else the vendor's library where it suits.
  private mutating func chooseTuner(
    _ invocation: Invocation, _ kind: CollectiveKind, _ group: TunedGroup,
    _ calibration: CollectiveCalibration?
  ) throws(InputError) {
    let asked = invocation.choice(ifGiven: "tuner", as: TunerName.self)
    if isFixed {
      if asked != nil { throw InputError(reason: "--algorithm names the algorithm: leave out --tuner") }
      return
    }
    for name in TunerName.libraries {
      do throws(CollectiveError) {
        let tuner = try group.tuner(name)
        let probe = kind == .barrier ? 0 : 1
        if try tuner.choice(for: kind, bytes: .init(Int64(probe)), among: group.ranks.count) == nil {
          throw .untuned(name, "\(name.label) has no \(kind.rawValue) to tune")
        }
        tuners.append(tuner)
      } catch {
        var reason = "\(error)"
        if case .untuned(_, let words) = error { reason = words }
        absences.append((name, reason))
      }
    }
    if asked == .calibration, calibration == nil {
      throw InputError(reason: "--tuner calibration needs --calibration, a file that --save wrote")
    }
    if let asked, let absence = absences.first(where: { $0.tuner == asked }) {
      throw InputError(reason: "--tuner \(asked.rawValue): \(absence.reason); use --tuner least")
    }
    tuner = asked ?? (calibration != nil ? .calibration : .auto)
    if tuner == .auto {
      let vendor = group.automatic
      tuner = tuners.contains { $0.name == vendor } ? vendor : .least
    }
  }
}

/// A file's algorithm for a group.
///
/// - Throws: one of another collective or number of ranks, and sizes that it cannot be scaled to.
private func algorithm(
  _ file: AlgorithmFile, _ path: String, _ invocation: Invocation, _ kind: CollectiveKind, _ ranks: [DeviceID]
) throws(InputError) -> GraphAlgorithm {
  if let other = file.kind, other != kind {
    throw InputError(
      reason: "\(path) does \(other.rawValue), not \(kind.rawValue): use --op \(other.rawValue)")
  }
  if file.rankCount != ranks.count {
    throw InputError(
      reason: "\(path) is among \(file.rankCount) ranks, not \(ranks.count): use --ranks \(file.rankCount), "
        + "or machines that have as many")
  }
  if !file.isScalable, invocation.text(ifGiven: "size").map({ $0.contains(",") || $0.contains("..") }) ?? true
  {
    throw InputError(
      reason: "\(path) holds messages of bytes of their own: give the one --size that they are of")
  }
  return GraphAlgorithm(file: file.name) { bytes in
    if let sizes = file.sizes, !sizes.contains(Int(bytes.bytes)) { return nil }
    return file.graph(bytes: Double(bytes.bytes))
  }
}

/// MSCCL's XML, or a folder of Chakra traces, one a rank in the order of the last number of their names.
private func readAlgorithmFile(_ path: String) throws -> AlgorithmFile {
  if !isFolder(path) {
    if path.hasSuffix(".et") {
      throw InputError(
        reason: "\(path) is the trace of one rank: give the folder that holds the traces of all")
    }
    return try readMSCCL(try readTextFile(path), file: path)
  }
  let paths = try findFiles(under: path, endingIn: [".et"], depth: 1)
  if paths.isEmpty { throw InputError(reason: "\(path) holds no traces, files that end in .et") }
  let numbered = paths.map { (number: lastNumber(in: fileStem(of: $0)), path: $0) }
  if let other = numbered.first(where: { $0.number == nil }) {
    throw InputError(reason: "\(other.path) has no rank in its name, such as ring.0.et")
  }
  let ordered = numbered.sorted { ($0.number ?? 0, $0.path) < ($1.number ?? 0, $1.path) }
  for (rank, trace) in ordered.enumerated() where trace.number != rank {
    throw InputError(reason: "\(path): traces are of ranks 0, 1, …, and \(trace.path) is not of rank \(rank)")
  }
  return try readChakra(
    try ordered.map { trace throws(Diagnostics) in
      TraceFile(name: trace.path, bytes: try readFile(trace.path))
    })
}

/// The last digits of a name as a number.
private func lastNumber(in name: String) -> Int? {
  guard let end = name.lastIndex(where: { $0.isASCII && $0.isNumber }) else { return nil }
  let digits = name[...end].reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
  return Int(String(digits))
}
