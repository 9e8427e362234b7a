import Diagnostics
import Resolution
import Scenarios
import Training

/// How far a scenario that fits can grow before it does not.
public struct FitRoom: Sendable {
  /// A value of a key with what the scenario needs at it.
  public struct Limit: Sendable {
    public var value: Int
    public var memory: MemoryReport
    /// Whether larger values were refused for other reasons than memory, as by the model's longest sequence.
    public var isRefusedBeyond: Bool
  }

  /// Samples of a pass, accumulated as often as before.
  public var microBatch: Limit
  /// Tokens of a sample, the batch as before; nil where samples are no sequences.
  public var sequenceLength: Limit?

  /// Values at most this many times those of the scenario are tried.
  static let farthest = 1 << 16
  /// Sequences grow by this many tokens, where theirs is a multiple of it.
  static let tokens = 128

  /// - Complexity: O(log of the growth) simulations.
  init(_ scenario: Scenario, base: TrainingResult, resolver: Resolver, threads: Int) {
    func probe(_ change: (inout Scenario) -> Void) -> MemoryReport?? {
      var copy = scenario
      // Memory does not ask how long messages take.
      copy.simulation.network = .analytic
      change(&copy)
      guard let complete = try? copy.completed(), let job = try? resolver.job(for: complete) else {
        return nil
      }
      guard let result = try? simulate(job) else { return .some(nil) }
      return .some(result.memory.fits ? result.memory : nil)
    }
    microBatch = Self.limit(from: scenario.training.microBatch, unit: 1, base.memory) { size in
      probe {
        $0.training.microBatch = size
        $0.training.globalBatch = 0
      }
    }
    let plan = base.job.plan
    guard plan.model.sampleName == "sequence", plan.model.tokensPerSample > 1 else { return }
    let length = plan.model.tokensPerSample
    let pieces = 2 * plan.degrees.context * plan.degrees.tensor
    let unit = length % Self.tokens == 0 && Self.tokens % pieces == 0 ? Self.tokens : length
    sequenceLength = Self.limit(from: length, unit: unit, base.memory) { tokens in
      probe { $0.training.sequenceLength = tokens }
    }
  }

  /// The largest multiple of `unit` that fits, by doubling and halving.
  ///
  /// - Parameter probe: nil where the value is refused, an empty answer where it does not fit.
  private static func limit(
    from start: Int, unit: Int, _ base: MemoryReport, _ probe: (Int) -> MemoryReport??
  ) -> Limit {
    var best = (count: start / unit, memory: base)
    var above = best.count
    var isRefused = false
    func fits(_ count: Int) -> Bool {
      switch probe(count * unit) {
      case .some(.some(let memory)):
        best = (count, memory)
        return true
      case .some(.none): isRefused = false
      case .none: isRefused = true
      }
      return false
    }
    repeat { above *= 2 } while above < start / unit * farthest && fits(above)
    while above - best.count > 1 {
      let middle = best.count + (above - best.count) / 2
      if !fits(middle) { above = middle }
    }
    return Limit(value: best.count * unit, memory: best.memory, isRefusedBeyond: isRefused)
  }
}
