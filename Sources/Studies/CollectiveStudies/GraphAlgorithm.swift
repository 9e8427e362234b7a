import Collectives
import Fabrics
import Quantities

/// An algorithm whose messages wait for one another, not for steps of all ranks.
public struct GraphAlgorithm: Sendable {
  /// Where it comes from.
  public enum Source: String, Sendable {
    case file
    /// Chunks that each take the dimensions of the network in an order of their own.
    case chunkOrders = "chunk_orders"
  }

  public var source: Source
  public var name: String
  private let messages:
    @Sendable (CollectiveQuestion, ByteCount, CollectiveModel) throws(CollectiveError) -> Timed?

  /// What there is to time.
  private enum Timed {
    case graph(MessageGraph)
    /// By the recurrence of its pipeline.
    case seconds(Double)
  }

  /// Messages that a file holds.
  ///
  /// - Parameter graph: the messages for a size; nil for one that the file is not meant for.
  public init(file name: String, graph: @escaping @Sendable (ByteCount) -> MessageGraph?) {
    source = .file
    self.name = name
    messages = { _, bytes, _ in graph(bytes).map { .graph($0) } }
  }

  /// Themis' chunks over the dimensions of the question's fabric.
  ///
  /// - Parameters:
  ///   - lengths: of the dimensions, as `Fabric.dimensionLengths(of:)` gives them.
  ///   - mostMessages: of one size; a question of closed forms sends none.
  public init(themisOver lengths: [Int], mostMessages: Int = 4_000_000) {
    source = .chunkOrders
    name = "themis"
    messages = { question, bytes, model throws(CollectiveError) in
      let dimensions = try model.dimensions(lengths, of: question.ranks)
      let collective = try DimensionalCollective.themis(
        question.kind, bytes: Double(bytes.bytes), over: dimensions, chunkCount: Self.chunkCount,
        reductionSecondsPerByte: question.reductionSecondsPerByte)
      if question.timing == .closedForm { return .seconds(collective.makespan) }
      let count = collective.messageCount
      if count > mostMessages {
        throw .badSchedule("\(count) messages, of which \(mostMessages) are run one by one here")
      }
      return .graph(collective.graph())
    }
  }

  /// Chunks that a buffer is cut into for chunk orders.
  public static let chunkCount = 16

  /// - Returns: nil for a size that it is not meant for.
  func time(
    _ bytes: ByteCount, for question: CollectiveQuestion, _ model: CollectiveModel
  ) throws(CollectiveError) -> SimDuration? {
    switch try messages(question, bytes, model) {
    case nil: return nil
    case .seconds(let seconds): return SimDuration(seconds: seconds)
    case .graph(let graph):
      return try simulate(
        graph, ranks: question.ranks, on: question.fabric,
        reductionSecondsPerByte: question.reductionSecondsPerByte
      ).duration
    }
  }
}
