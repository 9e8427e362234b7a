import Quantities

/// What a trace of PyTorch's profiler says of the devices that one process used.
public struct KinetoTrace: Sendable, Equatable {
  public var file: String
  /// Names of devices by their numbers, as CUDA or HIP states them.
  public var deviceNames: [Int: String]
  /// Operators that started kernels, in the order of the first kernel's start.
  public var operators: [TracedOperator]
  /// Kernels of NCCL or RCCL, in the order of their start.
  public var collectives: [TracedCollective]
  /// Kernels of such libraries that do not say what they moved.
  public var unreadCollectives = 0
  /// Copies inside a device's memory, and fills.
  public var copies: [TracedCopy]
  /// Kernels that no operator of the trace started, such as those of a captured graph.
  public var strayKernels: [TracedKernel]
  /// Time between two kernels of a stream of which the second was waiting when the first ended, the median; nil where
  /// the trace has no launches, or none that waited.
  public var gap: SimDuration?

  public init(
    file: String, deviceNames: [Int: String], operators: [TracedOperator], collectives: [TracedCollective],
    copies: [TracedCopy], strayKernels: [TracedKernel], gap: SimDuration?
  ) {
    self.file = file
    self.deviceNames = deviceNames
    self.operators = operators
    self.collectives = collectives
    self.copies = copies
    self.strayKernels = strayKernels
    self.gap = gap
  }

  /// Every kernel but those of collectives.
  public var kernels: [TracedKernel] { operators.flatMap(\.kernels) + strayKernels }
}

/// A call of an operator, and the kernels that it started itself.
public struct TracedOperator: Sendable, Equatable {
  /// With its library: `aten::mm`.
  public var name: String
  public var inputs: [Input]
  public var kernels: [TracedKernel]

  /// An argument of the call, as far as the trace holds it.
  public struct Input: Sendable, Equatable {
    /// Of a tensor; empty for other values.
    public var dimensions: [Int]
    /// `c10::BFloat16`, `float`, `Scalar`, `TensorList`; empty where there is none.
    public var type: String
    /// The text of a value that is no tensor: `True`, `[1, 1]`.
    public var value: String

    public init(dimensions: [Int] = [], type: String = "", value: String = "") {
      self.dimensions = dimensions
      self.type = type
      self.value = value
    }
  }

  public init(name: String, inputs: [Input], kernels: [TracedKernel]) {
    self.name = name
    self.inputs = inputs
    self.kernels = kernels
  }

  /// All of its kernels.
  public var duration: SimDuration { kernels.reduce(.zero) { $0 + $1.duration } }
}

/// A kernel as the device ran it.
public struct TracedKernel: Sendable, Equatable {
  public var name: String
  public var device: Int
  public var duration: SimDuration

  public init(name: String, device: Int, duration: SimDuration) {
    self.name = name
    self.device = device
    self.duration = duration
  }
}

/// A kernel of a collective. Its time holds what it waited for other ranks.
public struct TracedCollective: Sendable, Equatable {
  /// As PyTorch calls it: `allreduce`, `_allgather_base`.
  public var name: String
  public var device: Int
  /// Elements that the rank hands in and gets.
  public var elementsIn: Int
  public var elementsOut: Int
  /// `Float`, `BFloat16`.
  public var type: String
  public var rankCount: Int
  /// Ranks of the group, as far as the trace lists them.
  public var ranks: [Int]
  public var duration: SimDuration

  public init(
    name: String, device: Int, elementsIn: Int, elementsOut: Int, type: String, rankCount: Int, ranks: [Int],
    duration: SimDuration
  ) {
    self.name = name
    self.device = device
    self.elementsIn = elementsIn
    self.elementsOut = elementsOut
    self.type = type
    self.rankCount = rankCount
    self.ranks = ranks
    self.duration = duration
  }
}

/// Bytes that were copied inside a device's memory or written to it.
public struct TracedCopy: Sendable, Equatable {
  public var isFill: Bool
  public var device: Int
  public var bytes: Int
  public var duration: SimDuration

  public init(isFill: Bool, device: Int, bytes: Int, duration: SimDuration) {
    self.isFill = isFill
    self.device = device
    self.bytes = bytes
    self.duration = duration
  }
}
