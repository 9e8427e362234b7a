import Diagnostics
import Quantities
import Resolution
import Scenarios
import Sweeps
import Training

/// A scenario, changed or not, with what it needs and how long its step takes.
public struct FitPoint: Sendable {
  /// The keys to set; empty for the scenario as it is.
  public var settings: [FitSetting]
  public var stepSeconds: Double
  /// Memory of the rank that comes nearest to its capacity.
  public var memory: MemoryReport
  public var fits: Bool { memory.fits }
  /// Whether it takes more machines than the scenario has.
  public var asksForNodes: Bool { settings.contains { $0.key == "cluster.nodes" } }
}

/// Whether a scenario fits in memory, and what to change or how far it can grow.
public struct FitStudy: Sendable {
  public var name: String
  public var base: FitPoint
  /// Changes that make it fit, the fastest step first, those with more nodes last; empty where it fits as it is.
  public var mends: [FitPoint]
  /// What comes nearest where nothing fits.
  public var nearest: FitPoint?
  /// Changes that were simulated.
  public var triedCount: Int
  /// How far it can grow; nil where it does not fit.
  public var room: FitRoom?
}

/// Simulates a step of a scenario and says whether it fits; if not, searches for changes that make it.
///
/// Single changes first (`fitChanges`), all of them. While fewer than three fit, pairs and then triples of different
/// families follow: those of the changes that save anything whose savings and costs, taken as factors, promise to
/// fit soonest. Every candidate is simulated with the global batch kept; what contradicts itself, the model or the
/// cluster is skipped.
///
/// Steps are simulated one at a time and without jitter.
///
/// - Throws: as the resolver and the simulation do for the scenario itself.
/// - Complexity: at most some 30 single changes and `FitSearch.widest` of each larger number.
public func fitStudy(
  _ scenario: Scenario, resolver: Resolver, threads: Int = 1, progress: (@Sendable (Int) -> Void)? = nil
) throws -> FitStudy {
  var plain = scenario
  plain.training.steps = 1
  plain.simulation.jitter = 0
  plain.output = OutputSettings()
  let result = try simulate(try resolver.job(for: plain))
  let base = FitPoint(settings: [], stepSeconds: result.step.time, memory: result.memory)
  if base.fits {
    let room = FitRoom(plain, base: result, resolver: resolver, threads: threads)
    return FitStudy(name: scenario.name, base: base, mends: [], nearest: nil, triedCount: 0, room: room)
  }
  var search = FitSearch(plain, base: base, resolver: resolver, threads: threads)
  search.run(progress)
  let fitting = search.points.filter(\.fits).sorted {
    ($0.asksForNodes ? 1 : 0, $0.stepSeconds) < ($1.asksForNodes ? 1 : 0, $1.stepSeconds)
  }
  return FitStudy(
    name: scenario.name, base: base, mends: fitting,
    nearest: fitting.isEmpty
      ? search.points.min { $0.memory.neededShare < $1.memory.neededShare } : nil,
    triedCount: search.points.count, room: nil)
}

/// Simulates changes, ever more of them at once.
struct FitSearch {
  /// Combinations of a size that are simulated at most.
  static let widest = 48
  /// Fitting changes after which no larger combinations are tried.
  static let enough = 3
  /// Promised need over capacity up to which a combination is worth simulating.
  static let hope = 1.15

  private struct Candidate: Sendable {
    var changes: [FitChange]
    var point: FitPoint?
    var promisedShare = 1.0
    var promisedSeconds = 0.0
  }

  private let scenario: Scenario
  private let base: FitPoint
  private let resolver: Resolver
  private let threads: Int
  /// What was simulated, in order.
  private(set) var points: [FitPoint] = []

  init(_ scenario: Scenario, base: FitPoint, resolver: Resolver, threads: Int) {
    self.scenario = scenario
    self.base = base
    self.resolver = resolver
    self.threads = threads
  }

  mutating func run(_ progress: (@Sendable (Int) -> Void)?) {
    let singles = simulated(fitChanges(of: scenario).map { Candidate(changes: [$0]) }, progress)
    let saving = singles.filter { $0.point!.memory.needed < base.memory.needed }
    var level = saving
    for _ in 0..<2 {
      if points.count(where: \.fits) >= Self.enough { return }
      level = simulated(combinations(level, saving), progress)
    }
  }

  /// What was tried before together with one more change, the most promising.
  private func combinations(_ tried: [Candidate], _ singles: [Candidate]) -> [Candidate] {
    var found: [Candidate] = []
    for first in tried where !first.point!.fits {
      for second in singles where first.changes.last!.family < second.changes[0].family {
        let (a, b) = (first.point!, second.point!)
        found.append(
          Candidate(
            changes: first.changes + second.changes,
            promisedShare: a.memory.neededShare * b.memory.neededShare / base.memory.neededShare,
            promisedSeconds: a.stepSeconds * b.stepSeconds / base.stepSeconds))
      }
    }
    let hopeful = found.filter { $0.promisedShare <= Self.hope }.sorted {
      $0.promisedSeconds < $1.promisedSeconds
    }
    let chosen = hopeful.isEmpty ? found.sorted { $0.promisedShare < $1.promisedShare } : hopeful
    return Array(chosen.prefix(Self.widest))
  }

  /// Those that can be run.
  private mutating func simulated(
    _ candidates: [Candidate], _ progress: (@Sendable (Int) -> Void)?
  ) -> [Candidate] {
    let before = points.count
    let (scenario, resolver) = (scenario, resolver)
    let answers = parallelMap(candidates, threads: threads, progress: { progress?(before + $0) }) { item in
      var item = item
      item.point = scenario.changed(by: item.changes).flatMap { changed in
        guard let job = try? resolver.job(for: changed.scenario), let result = try? simulate(job) else {
          return nil
        }
        return FitPoint(settings: changed.settings, stepSeconds: result.step.time, memory: result.memory)
      }
      return item
    }
    let run = answers.filter { $0.point != nil }
    points += run.map { $0.point! }
    return run
  }
}
