import Parallelism
import StepGraphs

/// What computation loses to a collective that runs beside it on the same device.
public struct CollectiveInterference: Sendable, Equatable {
  /// Share of a device's computation, for collectives inside a node and between nodes.
  public var insideNode: Double
  public var betweenNodes: Double

  public init(insideNode: Double, betweenNodes: Double) {
    self.insideNode = insideNode
    self.betweenNodes = betweenNodes
  }

  /// On A100: what NCCL's blocks take of a device over NVLink and over InfiniBand.
  ///
  /// - Source: Calculon's `a100_80g.json`, `processor_usage` of its networks.
  public static let measured = CollectiveInterference(insideNode: 0.15, betweenNodes: 0.02)

  public static let none = CollectiveInterference(insideNode: 0, betweenNodes: 0)
}

extension StepGraph.Stream {
  /// Whose collectives the stream carries, the farthest-reaching of them.
  var communicator: Communicator? {
    switch self {
    case .communication: .data
    case .tensor: .tensor
    case .context: .context
    case .expert: .expert
    case .compute, .send, .receive, .toHost, .fromHost, .host: nil
    }
  }
}
