import Collectives
import ModelGraphs

/// A collective that an operator needs because its work is divided.
public struct Exchange: Sendable, Hashable {
  /// When it takes place.
  public enum Moment: UInt8, Sendable, Hashable {
    /// Ends before the kernel starts.
    case before
    /// Starts with the kernel; both end before what follows.
    case beside
    /// Starts after the kernel.
    case after
  }

  public var kind: CollectiveKind
  public var communicator: Communicator
  /// S of one sample, as `CollectiveKind` counts it, in elements.
  public var elements: Double
  /// Bytes of an element; nil: as activations are stored.
  public var byteWidth: Double?
  public var moment: Moment

  public init(
    _ kind: CollectiveKind, _ communicator: Communicator, elements: Double, byteWidth: Double? = nil,
    _ moment: Moment
  ) {
    self.kind = kind
    self.communicator = communicator
    self.elements = elements
    self.byteWidth = byteWidth
    self.moment = moment
  }

  /// S for a micro-batch.
  public func bytes(batch: Int, precision: PrecisionPolicy) -> Double {
    elements * Double(batch) * (byteWidth ?? precision.activation.byteWidth)
  }
}

/// One rank's part of an operator, with the exchanges around its passes.
public struct ShardedOperator: Sendable, Hashable {
  /// Shapes and parameters of the rank's part.
  public var item: ModelOperator
  /// Whether its parameters are routed experts', which other ranks hold than the rest.
  public var isExpert: Bool
  public var forward: [Exchange]
  /// Around the pass that makes the input's gradient.
  public var inputGradient: [Exchange]
  /// Before or beside the pass that makes the weights' gradient.
  public var weightGradient: [Exchange]

  public init(_ item: ModelOperator, isExpert: Bool = false) {
    self.item = item
    self.isExpert = isExpert
    forward = []
    inputGradient = []
    weightGradient = []
  }

  public var hasExchanges: Bool {
    !(forward.isEmpty && inputGradient.isEmpty && weightGradient.isEmpty)
  }
}

/// One rank's part of a layer.
public struct ShardedLayer: Sendable {
  public var name: String
  public var kind: LayerKind
  public var operators: [ShardedOperator]

  public init(name: String, kind: LayerKind, operators: [ShardedOperator]) {
    self.name = name
    self.kind = kind
    self.operators = operators
  }

  /// Parameters of the rank, outside experts or of experts.
  public func parameterCount(ofExperts: Bool) -> Int64 {
    operators.reduce(0) { $0 + ($1.isExpert == ofExperts ? $1.item.parameterCount : 0) }
  }
}
