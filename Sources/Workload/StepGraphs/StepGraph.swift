import Collectives
import MemoryModels
import Parallelism
import Quantities

/// The execution graph of one training step: what every rank of each class does, on which stream,
/// after what.
///
/// Operators of a class are numbered consecutively; a stream runs its operators in that order, one
/// at a time. An operator starts when its stream is free and all it waits for has ended, on its own rank or,
/// for messages, on a peer.
public struct StepGraph: Sendable {
  /// What an operator is, for scheduling and for reports.
  public enum Kind: UInt8, Sendable, BitwiseCopyable { case compute, collective, transfer, send }

  /// The part of the step an operator belongs to.
  public enum Phase: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case forward, backward, recompute, communication, optimizer, offload, tensor, context, expert, pipeline

    public var label: String {
      switch self {
      case .forward: "forward"
      case .backward: "backward"
      case .recompute: "recompute"
      case .communication: "communication"
      case .optimizer: "optimizer"
      case .offload: "offload"
      case .tensor: "tensor"
      case .context: "context"
      case .expert: "expert"
      case .pipeline: "pipeline"
      }
    }

    /// Messages between ranks, whatever for, but those that fill and drain a pipeline.
    public var isExchange: Bool {
      switch self {
      case .communication, .tensor, .context, .expert: true
      default: false
      }
    }
  }

  /// In-order queues of one rank.
  public enum Stream: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case compute, communication, tensor, context, expert, send, receive, toHost, fromHost, host

    public var label: String {
      switch self {
      case .compute: "compute"
      case .communication: "communication"
      case .tensor: "tensor"
      case .context: "context"
      case .expert: "expert"
      case .send: "send"
      case .receive: "receive"
      case .toHost: "to host"
      case .fromHost: "from host"
      case .host: "host"
      }
    }
  }

  /// Ranks that do the same.
  public struct RankClass: Sendable {
    public var name: String
    /// Place of its ranks in the pipeline.
    public var stage: Int
    /// The ranks of this class, by number.
    public var ranks: [Int]
    /// Its operators, consecutive.
    public var operators: Range<Int>
    /// Pipeline places that its operators wait for or send to; an operator names them by position, from 1 on.
    public var peers: [Int]
  }

  /// A collective of one group, or a message to a peer: what the network is asked the time of.
  public struct CollectiveCall: Sendable, Hashable {
    public var kind: CollectiveKind
    public var bytes: ByteCount
    public var communicator: Communicator
    /// The class whose first rank's group is meant.
    public var classIndex: Int
    /// Pipeline place that a message goes to; -1 for collectives.
    public var destination: Int

    public init(
      kind: CollectiveKind, bytes: ByteCount, communicator: Communicator = .data, classIndex: Int = 0,
      destination: Int = -1
    ) {
      self.kind = kind
      self.bytes = bytes
      self.communicator = communicator
      self.classIndex = classIndex
      self.destination = destination
    }
  }

  /// A change of one memory kind when an operator starts or ends.
  public struct MemoryDelta: Sendable, Hashable, BitwiseCopyable {
    public var kind: MemoryKind
    public var atStart: Bool
    public var bytes: Int64
  }

  /// What an operator waits for: that a stream, its own rank's or a peer's, has ended a number of operators.
  public struct Wait: Sendable, BitwiseCopyable {
    /// Operators of the stream that must have ended, within the iteration.
    public var count: Int32
    public var stream: Stream
    /// 0: the rank itself; otherwise a position in `RankClass.peers`, from 1 on.
    public var peer: UInt8
  }

  /// One operator of one class.
  public struct Operator: Sendable, BitwiseCopyable {
    public var kind: Kind
    public var phase: Phase
    public var stream: Stream
    /// For sends, the receiving peer, as `Wait.peer`; otherwise 0.
    public var receiver: UInt8
    /// Index into `calls` for collectives and sends, -1 otherwise.
    public var call: Int32
    /// Time on the device before variation; zero for collectives and sends, whose time the network gives.
    public var duration: SimDuration
    public var flops: Double
    /// Name of the layer and of the operator in it, indices into `names`; -1 for none.
    public var layerName: Int32
    public var partName: Int32
    /// The micro-batch it works on; -1 where it works on none.
    public var microBatch: Int32
    /// Its memory changes, a stretch of `memoryDeltas`.
    public var memoryStart: Int32
    public var memoryCount: Int32
    /// Its waits, a stretch of `waits`.
    public var waitStart: Int32
    public var waitCount: Int32
  }

  public var layout: RankLayout
  public var classes: [RankClass]
  public var operators: [Operator]
  public var calls: [CollectiveCall]
  public var waits: [Wait]
  public var memoryDeltas: [MemoryDelta]
  public var names: [String]
  /// What the step runs more often than the graph has it; nil where the graph has all.
  public var cycle: Cycle?

  public var operatorCount: Int { operators.count }

  /// Ranks of all classes together.
  public var rankCount: Int { layout.rankCount }

  /// The memory changes of one operator.
  public func memoryDeltas(of index: Int) -> ArraySlice<MemoryDelta> {
    let item = operators[index]
    return memoryDeltas[Int(item.memoryStart)..<Int(item.memoryStart + item.memoryCount)]
  }

  /// What one operator waits for.
  public func waits(of index: Int) -> ArraySlice<Wait> {
    let item = operators[index]
    return waits[Int(item.waitStart)..<Int(item.waitStart + item.waitCount)]
  }

  /// The name of one operator: its layer and its part in it.
  public func name(of index: Int) -> String {
    let item = operators[index]
    let part = names[Int(item.partName)]
    return item.layerName < 0 ? part : "\(names[Int(item.layerName)])/\(part)"
  }
}
