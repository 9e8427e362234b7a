import Quantities

/// The measured time of one kind of collective among one group: a line for each class of sizes.
///
///     T(S) = α + S β,   α and β of the class that S falls into
///
/// A class reaches from its own beginning to that of the next. Sizes below the first class take its line,
/// and so do sizes beyond the last one: there nothing was measured.
public struct CollectiveCalibration: Sendable, Equatable {
  /// Sizes that one line describes.
  public struct SizeClass: Sendable, Equatable {
    /// The smallest size of the class.
    public var from: ByteCount
    /// The first size beyond it; of the last class, the largest size measured.
    public var to: ByteCount
    /// α and β.
    public var cost: HopCost
    /// Spread of ln(measured / line), disturbed runs apart: 0.05 is about 5 %.
    public var residual: Double

    public init(from: ByteCount, to: ByteCount, cost: HopCost, residual: Double) {
      self.from = from
      self.to = to
      self.cost = cost
      self.residual = residual
    }
  }

  public var kind: CollectiveKind
  public var rankCount: Int
  public var nodeCount: Int
  /// The device as the measurement names it.
  public var device: String
  /// Where the measured times stand.
  public var source: String
  /// In order of size, each beginning where the one before ends.
  public var classes: [SizeClass]

  /// - Precondition: there is a class.
  public init(
    kind: CollectiveKind, rankCount: Int, nodeCount: Int, device: String, source: String,
    classes: [SizeClass]
  ) {
    precondition(!classes.isEmpty, "a calibration has a class of sizes")
    self.kind = kind
    self.rankCount = rankCount
    self.nodeCount = nodeCount
    self.device = device
    self.source = source
    self.classes = classes
  }

  /// The class whose line a size takes.
  public func sizeClass(of bytes: ByteCount) -> SizeClass {
    classes.last { $0.from <= bytes } ?? classes[0]
  }

  /// Refuses what was not measured: another kind, and any other group, since neither α nor β of one group
  /// says those of another.
  ///
  /// - Parameter nodeCount: nodes that hold the ranks; nil takes any.
  public func check(_ kind: CollectiveKind, rankCount: Int, nodeCount: Int?) throws(CollectiveError) {
    if kind != self.kind {
      throw .notMeasured("the calibration holds times of \(self.kind.rawValue), not \(kind.rawValue)")
    }
    if rankCount != self.rankCount {
      throw .notMeasured("the calibration holds times of \(self.rankCount) ranks, not \(rankCount)")
    }
    if let nodeCount, nodeCount != self.nodeCount {
      throw .notMeasured("the calibration holds times on \(nodes(self.nodeCount)), not \(nodeCount)")
    }
  }

  /// The same with β divided by a factor, as if every link were so much faster.
  public func withSpeed(scaledBy factor: Double) -> CollectiveCalibration {
    var copy = self
    for index in classes.indices { copy.classes[index].cost.secondsPerByte /= factor }
    return copy
  }

  /// T of a size.
  public func time(of bytes: ByteCount) -> SimDuration {
    let cost = sizeClass(of: bytes).cost
    return SimDuration(seconds: cost.latency + Double(bytes.bytes) * cost.secondsPerByte)
  }
}

private func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }
