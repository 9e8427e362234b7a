import Sweeps
import Training

/// How the work grows with the number of nodes.
public enum ScalingMode: String, Sendable, CaseIterable {
  /// The global batch stays; each rank gets less.
  case strong
  /// The batch per rank stays; the global batch grows.
  case weak
}

/// One node count of a scaling study.
public struct ScalingPoint: Sendable {
  public var nodeCount: Int
  public var rankCount: Int
  public var globalBatch: Int
  public var stepSeconds: Double
  public var samplesPerSecond: Double
  public var exposedCommunicationSeconds: Double
  /// Throughput over that of the smallest node count.
  public var speedup: Double
  /// Speed-up over the growth in ranks.
  public var efficiency: Double
  public var fits: Bool
}

/// A node count that could not be run, and why.
public struct SkippedPoint: Sendable, Equatable {
  public var nodeCount: Int
  public var reason: String
}

/// Step time against node count, strong or weak.
public struct ScalingStudy: Sendable {
  public var mode: ScalingMode
  public var points: [ScalingPoint]
  public var skipped: [SkippedPoint]
  /// Efficiency below which scaling counts as broken down.
  public static let threshold = 0.7

  /// The smallest node count whose efficiency lies below the threshold.
  public var breakdownNodeCount: Int? { points.first { $0.efficiency < Self.threshold }?.nodeCount }

  /// The largest node count before the breakdown that fits in memory.
  public var bestNodeCount: Int? {
    points.prefix { $0.efficiency >= Self.threshold }.last { $0.fits }?.nodeCount
  }

  /// Amdahl's serial fraction by least squares over the points; `nil` with fewer than two.
  public var serialFraction: Double? {
    guard let base = points.first, points.count > 1 else { return nil }
    return amdahlSerialFraction(
      points.map { (Double($0.rankCount) / Double(base.rankCount), $0.speedup) })
  }
}

/// The serial fraction f that best explains speed-ups by Amdahl's law.
///
///     1/S = f + (1 − f)/n   ⇒   1/S − 1/n = f · (1 − 1/n)
///
/// a line through the origin, fitted by least squares and held within 0…1.
///
/// - Parameter points: n, the growth in ranks, and S, the speed-up; both relative to the first point.
/// - Source: Amdahl 1967, doi:10.1145/1465482.1465560.
public func amdahlSerialFraction(_ points: [(growth: Double, speedup: Double)]) -> Double {
  var numerator = 0.0
  var denominator = 0.0
  for point in points where point.growth > 1 {
    let x = 1 - 1 / point.growth
    numerator += x * (1 / point.speedup - 1 / point.growth)
    denominator += x * x
  }
  return denominator == 0 ? 0 : min(1, max(0, numerator / denominator))
}

/// Simulates a job over node counts.
///
/// - Parameters:
///   - nodeCounts: ascending; the first is the base of speed-up and efficiency.
///   - mode: strong scaling divides the job's global batch, weak keeps its batch per rank.
/// - Throws: what the simulation of a point throws.
public func scalingStudy(
  _ job: TrainingJob, nodeCounts: [Int], mode: ScalingMode, threads: Int,
  progress: (@Sendable (Int) -> Void)? = nil
) -> ScalingStudy {
  let variants = nodeCounts.map { ($0, job.scaled(toNodes: $0, mode: mode)) }
  var skipped: [SkippedPoint] = []
  var runnable: [(nodeCount: Int, job: TrainingJob)] = []
  for (count, variant) in variants {
    switch variant {
    case .success(let variant): runnable.append((count, variant))
    case .failure(let problem): skipped.append(.init(nodeCount: count, reason: problem.reason))
    }
  }
  let results = parallelMap(runnable, threads: threads, progress: progress) { item in
    Result { try simulate(item.job) }
  }
  var points: [ScalingPoint] = []
  for (item, outcome) in zip(runnable, results) {
    switch outcome {
    case .success(let result):
      points.append(ScalingPoint(result, nodeCount: item.nodeCount, base: points.first))
    case .failure(let error): skipped.append(.init(nodeCount: item.nodeCount, reason: "\(error)"))
    }
  }
  return ScalingStudy(mode: mode, points: points, skipped: skipped.sorted { $0.nodeCount < $1.nodeCount })
}

extension ScalingPoint {
  init(_ result: TrainingResult, nodeCount: Int, base: ScalingPoint?) {
    self.nodeCount = nodeCount
    rankCount = result.job.plan.rankCount
    globalBatch = result.job.globalBatch
    stepSeconds = result.step.time
    samplesPerSecond = result.throughput.samplesPerSecond
    exposedCommunicationSeconds = result.step.exposedCommunication
    let gain = base.map { result.throughput.samplesPerSecond / $0.samplesPerSecond } ?? 1
    speedup = gain
    efficiency = gain * Double(base?.rankCount ?? rankCount) / Double(rankCount)
    fits = result.memory.fits
  }
}
