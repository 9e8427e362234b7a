import Fabrics
import Quantities

/// One collective among some devices.
public struct CollectiveRequest: Sendable {
  public var kind: CollectiveKind
  public var algorithm: CollectiveAlgorithm
  /// S, the whole buffer; `CollectiveKind` says of what.
  public var bytes: ByteCount
  /// The device of every rank. Node by node, a ring crosses each node boundary once.
  public var ranks: [DeviceID]
  /// The rank that broadcasts, reduces, gathers or scatters, or serves as parameter server.
  public var root: Int
  /// γ: seconds of reduction arithmetic per received byte.
  public var reductionSecondsPerByte: Double
  /// Chunks of a pipelined algorithm; nil takes the number that is best by its closed form.
  public var chunkCount: Int?
  /// Ranks of each level of `hierarchical`, innermost first; nil takes the devices of a node and the nodes.
  public var levels: [Int]?
  /// Other groups of as many ranks that do the same at the same time; the time asked for is that of `ranks`.
  var siblings: [[DeviceID]] = []

  public init(
    _ kind: CollectiveKind, _ algorithm: CollectiveAlgorithm = .auto, bytes: ByteCount, ranks: [DeviceID],
    root: Int = 0, reductionSecondsPerByte: Double = 0, chunkCount: Int? = nil, levels: [Int]? = nil
  ) {
    self.kind = kind
    self.algorithm = algorithm
    self.bytes = bytes
    self.ranks = ranks
    self.root = root
    self.reductionSecondsPerByte = reductionSecondsPerByte
    self.chunkCount = chunkCount
    self.levels = levels
  }

  /// The devices in the order of a schedule's ranks: rotated so that a root comes first.
  func scheduleOrder(_ algorithm: CollectiveAlgorithm?) -> [DeviceID] {
    let isRooted = kind.hasRoot || algorithm == .parameterServer
    return isRooted && root != 0 ? Array(ranks[root...] + ranks[..<root]) : ranks
  }

  func check(on fabric: Fabric) throws(CollectiveError) {
    if ranks.isEmpty { throw .noRanks }
    if bytes < .zero { throw .negative("bytes") }
    guard reductionSecondsPerByte >= 0, reductionSecondsPerByte.isFinite else {
      throw .negative("reduction time per byte")
    }
    if let chunkCount, chunkCount < 1 { throw .noChunks(chunkCount) }
    guard ranks.indices.contains(root) else { throw .noSuchRoot(root, rankCount: ranks.count) }
    if root != 0 && !kind.hasRoot && kind != .allReduce { throw .rootUnused(kind) }
    // A device may take part in several groups: one sends on what it gets from another.
    var groupOf = [Int32](repeating: -1, count: fabric.deviceCount)
    for (number, group) in ([ranks] + siblings).enumerated() {
      guard group.count == ranks.count else { throw .unequalGroups(group.count, rankCount: ranks.count) }
      for device in group {
        guard groupOf.indices.contains(Int(device.index)) else {
          throw .fabric(.unknownDevice(device, deviceCount: fabric.deviceCount))
        }
        if groupOf[Int(device.index)] == Int32(number) { throw .repeatedDevice(device) }
        groupOf[Int(device.index)] = Int32(number)
      }
    }
  }
}

/// Why a collective cannot be done as asked.
public enum CollectiveError: Error, Equatable, Sendable {
  case noRanks
  case repeatedDevice(DeviceID)
  /// Groups at work at the same time differ in size.
  case unequalGroups(Int, rankCount: Int)
  case noSuchRoot(Int, rankCount: Int)
  case rootUnused(CollectiveKind)
  case negative(String)
  case noChunks(Int)
  case unsupported(CollectiveKind, CollectiveAlgorithm)
  case rankCountNotTwo(Int)
  case rankCountNotPowerOfTwo(CollectiveKind, CollectiveAlgorithm, Int)
  case needsEqualNodes
  case unfitLevels([Int], rankCount: Int)
  case needsReducingSwitch
  case needsDimensions([Int], rankCount: Int)
  case badSchedule(String)
  /// Times were measured of another kind or among another number of ranks.
  case notMeasured(String)
  /// A library is not for the devices or the group, and why.
  case untuned(TunerName, String)
  case fabric(FabricError)
  /// Events of the network keep a message from arriving, for ever.
  case cutOff(from: String, to: String, bytesLeft: Double)
}

extension CollectiveError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRanks: "a collective needs at least one rank"
    case .repeatedDevice(let device): "device \(device.index) is named as two ranks"
    case .unequalGroups(let other, let count):
      "groups at work at the same time are equal: one has \(other) ranks, the first \(count)"
    case .noSuchRoot(let root, let count): "no rank \(root): ranks are numbered 0 to \(count - 1)"
    case .rootUnused(let kind): "\(kind.rawValue) has no root"
    case .negative(let what): "\(what) must not be negative"
    case .noChunks(let count): "chunks must be at least 1, not \(count)"
    case .unsupported(let kind, let algorithm):
      "\(algorithm.rawValue) cannot do \(kind.rawValue); use "
        + (kind.algorithms + [.auto]).map(\.rawValue).joined(separator: ", ")
    case .rankCountNotTwo(let count): "send_receive joins 2 ranks, not \(count)"
    case .rankCountNotPowerOfTwo(let kind, let algorithm, let count):
      "\(algorithm.rawValue) \(kind.rawValue) needs a power of two of ranks, not \(count)"
    case .needsEqualNodes:
      "hierarchical needs ranks node by node, on two nodes or more with equally many, at least two, on each"
    case .unfitLevels(let levels, let count):
      "levels of \(levels.map(String.init).joined(separator: " × ")) ranks do not make \(count); "
        + "each needs at least two, and all multiplied the number of ranks"
    case .needsReducingSwitch:
      "in_network needs one switch over all ranks of a node, or, with equally many on each of several nodes, over "
        + "those of equal place"
    case .needsDimensions(let lengths, let count):
      "themis needs all ranks of a network of two dimensions or more, such as a torus, levels or nodes of several "
        + "devices: this has \(lengths.isEmpty ? "none" : lengths.map(String.init).joined(separator: " × ")) "
        + "for \(count) ranks"
    case .badSchedule(let reason): "bad schedule: \(reason)"
    case .notMeasured(let reason): reason
    case .untuned(let tuner, let reason): "\(tuner.rawValue): \(reason)"
    case .fabric(let error): "\(error)"
    case .cutOff(let from, let to, let left):
      "events cut \(from) off from \(to) for ever, \(Int64(min(left.rounded(.up), 0x1p62))) bytes short"
    }
  }
}
