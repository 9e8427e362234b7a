import Collectives
import MemoryModels
import Quantities

/// The execution graph of one training step: what every rank of each class does, on which stream,
/// after what.
///
/// Operators of a class are numbered consecutively; a stream runs its operators in that order, one
/// at a time. An operator starts when its stream is free and all its predecessors have ended. Flat
/// arrays hold one field each; dependencies are compressed rows (`successorStart`, `successors`).
public struct StepGraph: Sendable {
  /// What an operator is, for scheduling and for reports.
  public enum Kind: UInt8, Sendable { case compute, collective, transfer }

  /// The part of the step an operator belongs to.
  public enum Phase: UInt8, Sendable, CaseIterable {
    case forward, backward, recompute, communication, optimizer, offload

    public var label: String {
      switch self {
      case .forward: "forward"
      case .backward: "backward"
      case .recompute: "recompute"
      case .communication: "communication"
      case .optimizer: "optimizer"
      case .offload: "offload"
      }
    }
  }

  /// In-order queues of one rank.
  public enum Stream: UInt8, Sendable, CaseIterable {
    case compute, communication, toHost, fromHost, host

    public var label: String {
      switch self {
      case .compute: "compute"
      case .communication: "communication"
      case .toHost: "to host"
      case .fromHost: "from host"
      case .host: "host"
      }
    }
  }

  /// Ranks that do the same.
  public struct RankClass: Sendable {
    public var name: String
    /// The ranks of this class, by number.
    public var ranks: [Int]
    /// Its operators, consecutive.
    public var operators: Range<Int>
  }

  /// A collective that all ranks of the job enter.
  public struct CollectiveCall: Sendable, Hashable {
    public var kind: CollectiveKind
    public var bytes: ByteCount

    public init(kind: CollectiveKind, bytes: ByteCount) {
      self.kind = kind
      self.bytes = bytes
    }
  }

  /// A change of one memory kind when an operator starts or ends.
  public struct MemoryDelta: Sendable {
    public var kind: MemoryKind
    public var atStart: Bool
    public var bytes: Int64
  }

  public var classes: [RankClass]

  public var kinds: [Kind]
  public var phases: [Phase]
  public var streams: [Stream]
  /// Time on the device before variation; zero for collectives, whose time the network gives.
  public var durations: [SimDuration]
  public var flops: [Double]
  public var names: [String]
  /// Index into `calls` for collectives, -1 otherwise.
  public var callIndices: [Int32]
  public var calls: [CollectiveCall]

  /// Number of cross-stream predecessors of each operator.
  public var predecessorCounts: [Int32]
  public var successorStart: [Int32]
  public var successors: [Int32]

  public var memoryStart: [Int32]
  public var memoryDeltas: [MemoryDelta]

  public var operatorCount: Int { kinds.count }

  /// Ranks of all classes together.
  public var rankCount: Int { classes.reduce(0) { $0 + $1.ranks.count } }

  /// The memory changes of one operator.
  public func memoryDeltas(of index: Int) -> ArraySlice<MemoryDelta> {
    memoryDeltas[Int(memoryStart[index])..<Int(memoryStart[index + 1])]
  }
}
