import Collectives
import Hardware
import ModelGraphs
import StepGraphs
import Training

/// How far measurements have lain from predictions of runs alike: intervals that eight in ten fall into.
///
/// An interval is a pair of factors on the predicted figure. For step times they are the tenth and the ninetieth
/// percentile of measured over predicted, of the rows that sources state in full, each predicted with constants that its
/// own source took no part in; by the generation of the devices, and whether the model routes tokens to experts. Both
/// are widened to hold the prediction itself. Devices without measured rows have the spread of all, twice as wide.
public struct PredictionIntervals: Sendable, Equatable {
  /// Measured over predicted.
  public struct Factors: Sendable, Equatable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
  }

  /// Share of measurements that lie inside.
  public static let level = 0.8

  public var stepTime: Factors
  public var memory: Factors
  /// Runs that the interval of step times rests on; 0 where they are of other devices.
  public var rowCount: Int

  /// Percentiles of measured over predicted step time.
  ///
  /// - Source: `rehearse validate --leave-out` over `Validation/training`, which writes `recorded/intervals.csv`.
  package static let spreads: [(generation: NCCLGeneration, hasExperts: Bool, factors: Factors, rows: Int)] =
    [
      (.volta, false, Factors(low: 0.84, high: 1.2), 183),
      (.ampere, false, Factors(low: 0.9, high: 1.18), 1024),
      (.hopper, false, Factors(low: 0.89, high: 1.12), 348),
      (.hopper, true, Factors(low: 0.99, high: 1.33), 58),
      (.blackwell, false, Factors(low: 0.9, high: 1.4), 150),
      (.blackwell, true, Factors(low: 0.98, high: 2.69), 68),
    ]
  /// The same of all dense models and of all with experts, squared.
  package static let elsewhere = (
    dense: Factors(low: 0.795, high: 1.365), experts: Factors(low: 0.964, high: 2.985)
  )
  /// Of the memory that a rank needs, over the 154 rows of `Validation/training/memory.csv`.
  private static let memorySpread = Factors(low: 0.94, high: 1.19)

  public init(stepTime: Factors, memory: Factors, rowCount: Int) {
    self.stepTime = stepTime
    self.memory = memory
    self.rowCount = rowCount
  }

  public init(of job: TrainingJob) {
    let hasExperts = job.plan.model.layers.contains { layer in
      layer.operators.contains { item in if case .expertLinear = item.shape { true } else { false } }
    }
    memory = Self.memorySpread
    let generations = Set(job.plan.fleet.devices.map { NCCLGeneration(of: $0) })
    let known = Self.spreads.filter { generations == [$0.generation] }
    guard let spread = known.first(where: { $0.hasExperts == hasExperts }) else {
      stepTime = hasExperts ? Self.elsewhere.experts : Self.elsewhere.dense
      rowCount = 0
      return
    }
    stepTime = spread.factors
    rowCount = spread.rows
  }
}
