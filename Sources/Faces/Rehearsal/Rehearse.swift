import Documents
import Analysis
import Diagnostics
import RandomStreams
import Reporting
import Resolution
import Scenarios
import Training

/// Simulates a scenario and says what holds it back.
///
/// - Parameters:
///   - resolver: the catalogue, and how files that the scenario names are read.
///   - threads: for the re-runs of the analysis; changes nothing but the time taken.
///   - clock: seconds of a running clock, for `engine.wall_seconds`; libraries may leave it out.
///   - progress: told the finished share.
/// - Throws: `Diagnostics` for what is wrong with the scenario, `FabricError` for unconnected ranks.
public func rehearse(
  _ scenario: Scenario, resolver: Resolver, threads: Int = 1, clock: () -> Double = { 0 },
  progress: (@Sendable (Double) -> Void)? = nil
) throws -> RunReport {
  let start = clock()
  let job = try resolver.job(for: scenario)
  let result = try simulate(job, progress: progress)
  let gains = elasticity(of: result, threads: threads)
  return RunReport(
    scenario: scenario.document(), scenarioHash: scenarioHash(scenario), result: result,
    bottlenecks: bottlenecks(of: result, elasticity: gains), isDetailed: scenario.output.detailedStats,
    wallSeconds: clock() - start, threads: threads)
}

/// Hash of what a scenario asks for: everything but where output goes and on how many threads it runs.
public func scenarioHash(_ scenario: Scenario) -> String {
  var asked = scenario
  asked.output = OutputSettings()
  asked.simulation.threads = nil
  return hexadecimal(stableHash(asked.document().json(indented: false)))
}
