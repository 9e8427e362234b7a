import Catalogues
import Diagnostics
import Scenarios
import Training

/// Turns a scenario into a job: looks up its names and fills in what the catalogue knows.
public struct Resolver: Sendable {
  public var catalogue: Catalogue
  /// Gives the text of a file that the scenario names, such as a model's `config.json`.
  public var readFile: @Sendable (String) throws(Diagnostics) -> String

  public init(
    catalogue: Catalogue = .bundled, readFile: @escaping @Sendable (String) throws(Diagnostics) -> String
  ) {
    self.catalogue = catalogue
    self.readFile = readFile
  }

  /// The job that a scenario describes.
  ///
  /// - Throws: every name that nothing bears and every combination that cannot be, with places.
  public func job(for scenario: Scenario) throws(Diagnostics) -> TrainingJob {
    var findings = Diagnostics()
    func attempt<Value>(_ work: () throws(Diagnostics) -> Value) -> Value? {
      do throws(Diagnostics) {
        return try work()
      } catch {
        findings.list += error.list
        return nil
      }
    }
    let node = attempt { () throws(Diagnostics) in try self.node(scenario) } ?? nil
    let fleet = attempt { () throws(Diagnostics) in try self.fleet(scenario) }
    let device = fleet?.networkDevice
    let trained = attempt { () throws(Diagnostics) in try trainedModel(scenario) }
    let lengths =
      trained.flatMap { trained in
        attempt { () throws(Diagnostics) in try sequenceLengths(trained, scenario) }
      } ?? nil
    let algorithm = attempt { () throws(Diagnostics) in try allReduceAlgorithm(scenario) }
    let calibration = attempt { () throws(Diagnostics) in try self.calibration(scenario) } ?? nil
    let framework = attempt { () throws(Diagnostics) in try self.framework(scenario) } ?? nil
    let precision = fleet.flatMap { fleet in
      attempt { () throws(Diagnostics) in try self.precision(scenario, on: fleet, framework) }
    }
    let allocator = attempt { () throws(Diagnostics) in try allocatorKind(scenario, framework) }
    let cluster = device.flatMap { device in
      attempt { () throws(Diagnostics) in try clusterShape(scenario, node: node, device: device) }
    }
    let tuner = cluster.flatMap { cluster in
      fleet.flatMap { fleet in
        attempt { () throws(Diagnostics) in try self.tuner(scenario, cluster: cluster, fleet: fleet) }
      }
    }
    // The place of no key is the document itself.
    try findings.inOrder(of: scenario.places[""].file).throwIfAny()
    guard let fleet, let trained, let precision, let algorithm, let cluster, let tuner else {
      throw findings
    }
    let isPacked = lengths?.packing == .pack
    let model = lengths.map { isPacked ? trained.model.packed($0) : trained.model } ?? trained.model
    var job = job(
      scenario, node: node, fleet: fleet,
      model: model, precision: precision,
      algorithm: algorithm,
      cluster: cluster)
    job.plan.lengths = lengths
    try check(job.plan, of: scenario)
    job.stage = try stage(scenario, trained, job)
    job.plan.microBatch *= job.sequencesPerSample
    job.playsAllocator = allocator == .caching
    job.calibration = calibration
    job.tuner = tuner
    if let framework {
      job.plan.model = job.plan.model.run(on: framework, precision)
      for index in job.stage?.companions.indices ?? 0..<0 {
        let companion = job.stage?.companions[index].model
        job.stage?.companions[index].model = (companion ?? job.plan.model).run(on: framework, precision)
      }
      job.plan.updateTraffic = framework.updateTraffic
      job.plan.updateMethod = framework.updateMethod
      job.plan.pipelineSlots = framework.pipelineSlots
      job.plan.repeatsWeights = framework.repeatsWeights
      job.plan.hasFrozenGradients = framework.hasFrozenGradients
      job.plan.stopsRecomputationEarly = framework.stopsRecomputationEarly
    }
    return job
  }
}
