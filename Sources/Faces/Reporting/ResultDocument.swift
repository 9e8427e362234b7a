import Analysis
import Documents
import MemoryModels
import Quantities
import Training

/// A finished run with what was asked and what was concluded.
public struct RunReport: Sendable {
  /// The scenario with every default filled in.
  public var scenario: OutputValue
  /// Hash of the resolved scenario.
  public var scenarioHash: String
  public var result: TrainingResult
  public var bottlenecks: [Bottleneck]
  /// Every step, layer and link is listed, not only means and the busiest.
  public var isDetailed: Bool
  /// Time the simulation took on this machine; differs from run to run.
  public var wallSeconds: Double
  public var threads: Int

  public init(
    scenario: OutputValue, scenarioHash: String, result: TrainingResult, bottlenecks: [Bottleneck],
    isDetailed: Bool = false, wallSeconds: Double, threads: Int
  ) {
    self.scenario = scenario
    self.scenarioHash = scenarioHash
    self.result = result
    self.bottlenecks = bottlenecks
    self.isDetailed = isDetailed
    self.wallSeconds = wallSeconds
    self.threads = threads
  }

  /// The result document `rehearsal.result/1`.
  ///
  /// Everything but `engine.wall_seconds` and `engine.threads` is a function of scenario and seed.
  public var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("schema", .string(resultSchema)),
      .init("version", .string(rehearsalVersion)),
      .init("scenario", scenario),
      .init("step", result.step.document),
      .init("steps", .count(result.job.steps)),
      .init("total_seconds", .real(result.totalSeconds)),
      .init("post_training", result.postTraining?.document(waiting: result.step.rollout) ?? .null),
      .init("throughput", result.throughput.document),
      .init("mfu", .real(result.throughput.mfu)),
      .init("hfu", .real(result.throughput.hfu)),
      .init("memory", result.memory.document),
      .init("resources", result.resourceDocument),
      .init("communication", result.communicationDocument(listsAllLinks: isDetailed)),
      .init("energy", result.energyDocument),
      .init("bottlenecks", .list(bottlenecks.map(\.document))),
    ]
    if isDetailed {
      fields.append(.init("iterations", .list(result.steps.map(\.document))))
      fields.append(.init("layers", .list(result.layerDocuments)))
    }
    if let seconds = result.closedFormSeconds {
      fields.append(.init("closed_form", ["step_time_seconds": .real(seconds)]))
    }
    fields.append(.init("intervals", result.intervalsDocument))
    fields.append(.init("provenance", result.provenanceDocument))
    fields.append(.init("engine", engineDocument))
    return .object(fields)
  }

  private var engineDocument: OutputValue {
    [
      "events": .count(result.eventCount), "wall_seconds": .real(wallSeconds), "threads": .count(threads),
      "fidelity": .string(result.job.network.rawValue),
      "folded": .bool(!result.job.isUnfolded),
      "seed": .integer(Int64(bitPattern: result.job.seed)), "scenario_hash": .string(scenarioHash),
      "fingerprint": .string(hexadecimal(result.fingerprint)),
    ]
  }
}
