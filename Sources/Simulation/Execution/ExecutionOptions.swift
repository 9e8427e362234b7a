import Quantities

/// How a step graph is run.
public struct ExecutionOptions: Sendable {
  /// Steps that follow one another.
  public var iterations: Int
  /// Every rank runs on its own; otherwise one member stands for its whole class.
  public var unfolded: Bool
  /// Standard deviation of the log-normal factor on each operator's time; 0 for none.
  public var jitter: Double
  public var seed: UInt64
  /// What a micro-batch's operators take of their time in the graph; nil for all of it.
  public var load: (@Sendable (_ rank: Int, _ iteration: Int, _ microBatch: Int) -> Double)?
  /// Ranks whose spans are recorded.
  public var recordedRanks: [Int]
  /// Iterations whose spans are recorded, from the first.
  public var recordedIterations: Int
  /// Share of a device's computation that a collective on each stream takes while it runs, by
  /// `StepGraph.Stream.rawValue`; empty for none.
  public var computeShares: [Double]
  /// Told the finished share whenever rank 0 ends an iteration.
  public var progress: (@Sendable (Double) -> Void)?

  public init(
    iterations: Int = 1, unfolded: Bool = false, jitter: Double = 0, seed: UInt64 = 42,
    recordedRanks: [Int] = [],
    recordedIterations: Int = 0, computeShares: [Double] = [], progress: (@Sendable (Double) -> Void)? = nil
  ) {
    self.iterations = iterations
    self.unfolded = unfolded
    self.jitter = jitter
    self.seed = seed
    self.recordedRanks = recordedRanks
    self.recordedIterations = recordedIterations
    self.computeShares = computeShares
    self.progress = progress
  }
}
