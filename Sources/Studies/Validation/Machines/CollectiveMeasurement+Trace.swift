import Collectives
import Diagnostics
import Hardware
import Quantities
import TraceFiles

extension KinetoTrace {
  /// The collectives of the trace as rows of measurements: of each kind, size and group the shortest, as the others also
  /// wait for ranks that come later.
  ///
  /// - Parameters: as `MeasuredCollectives.measurements`. Nodes are counted by the numbers of the ranks; a group whose ranks
  ///   are not told is taken for one node where it fits.
  /// - Returns: the rows, and why other kernels of collectives give none, with their number.
  func measurements(
    on device: Accelerator, at place: MeasuredPlace
  ) -> (rows: [CollectiveMeasurement], skips: [(reason: String, count: Int)]) {
    struct Alike: Hashable {
      var kind: CollectiveKind
      var bytes: Int64
      var ranks: Int
      var nodes: Int
    }
    var order: [Alike] = []
    var shortest: [Alike: SimDuration] = [:]
    var reasons: [String] = []
    for collective in collectives {
      guard let kind = collective.kind else {
        reasons.append("'\(collective.name)' is not fitted")
        continue
      }
      guard let bytes = collective.bytes(of: kind), collective.duration > .zero else {
        reasons.append("the size of '\(collective.name)' in elements of '\(collective.type)' is not known")
        continue
      }
      guard let nodes = collective.nodeCount(devicesPerNode: place.devicesPerNode) else {
        reasons.append(
          collective.listsAllRanks
            ? "the ranks of a group do not fill \(place.devicesPerNode) devices of each node alike"
            : "the trace leaves out ranks of a group, which may lie on several nodes")
        continue
      }
      if nodes > 1, place.interLink.isEmpty {
        reasons.append("nothing says what joins nodes: give --inter-link '8x400 Gb/s InfiniBand NDR'")
        continue
      }
      let key = Alike(kind: kind, bytes: bytes, ranks: collective.rankCount, nodes: nodes)
      if shortest[key] == nil { order.append(key) }
      shortest[key] = min(shortest[key] ?? collective.duration, collective.duration)
    }
    let library = device.collectiveLibrary
    let rows = order.map { key in
      CollectiveMeasurement(
        id: "\(file): \(key.kind.rawValue) of \(key.bytes) B among \(key.ranks)", source: file,
        hardware: device.name, deviceCount: key.ranks, nodeCount: key.nodes, intraLink: device.scaleUpLink,
        interLink: key.nodes > 1 ? place.interLink : "", library: library, libraryVersion: "",
        collective: key.kind.rawValue, algorithm: "", size: ByteCount(key.bytes), metric: "time_us",
        value: (shortest[key] ?? .zero).seconds * 1e6, metricDefinition: "shortest kernel in the profiler",
        provenance: MeasuredPlace.provenance, notes: "", location: SourceLocation(file: file))
    }
    reasons += Array(repeating: "kernels do not say what they moved", count: unreadCollectives)
    return (rows, counted(reasons.map { "\(file): \($0)" }))
  }
}

extension TracedCollective {
  /// - Source: names that PyTorch's `ProcessGroupNCCL` records.
  fileprivate var kind: CollectiveKind? {
    switch name.lowercased().filter({ $0.isLetter }) {
    case "allreduce": .allReduce
    case "allgather", "allgatherbase", "allgatherintotensor": .allGather
    case "reducescatter", "reducescatterbase", "reducescattertensor": .reduceScatter
    case "broadcast": .broadcast
    case "reduce": .reduce
    default: nil
    }
  }

  /// The whole buffer; nil where the type is not known.
  fileprivate func bytes(of kind: CollectiveKind) -> Int64? {
    let width: Int64
    switch type.lowercased() {
    case "float", "int": width = 4
    case "bfloat16", "half", "short": width = 2
    case "double", "long": width = 8
    case "byte", "char", "bool", "float8_e4m3fn", "float8_e5m2": width = 1
    default: return nil
    }
    let elements = Int64(kind == .allGather ? elementsOut : elementsIn)
    return elements > 0 && elements < 1 << 50 ? elements * width : nil
  }

  fileprivate var listsAllRanks: Bool { ranks.count == rankCount }

  fileprivate func nodeCount(devicesPerNode: Int) -> Int? {
    let members = Dictionary(grouping: ranks) { $0 / devicesPerNode }
    if !listsAllRanks { return members.count <= 1 && rankCount <= devicesPerNode ? 1 : nil }
    return Set(members.values.map(\.count)).count == 1 ? members.count : nil
  }
}
