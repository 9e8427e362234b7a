import Catalogues
import Diagnostics
import Documents
import ModelGraphs
import Resolution
import Scenarios
import Training

/// What the simulator says of a scenario.
///
/// - Parameter memory: whether the allocator is played; without it memory is the plain sum of what is live.
/// - Throws: names that nothing bears, and what the simulator does not do, with places.
/// - Complexity: O(operators of a step).
public func predict(
  _ scenario: Scenario, catalogue: Catalogue = .bundled, memory: Bool = true
) throws -> Prediction {
  var job = try resolver(catalogue).job(for: scenario)
  job.playsAllocator = job.playsAllocator && memory
  return try Prediction(simulating: job)
}

/// What the simulator says of a scenario document.
///
/// - Throws: the first thing that is wrong with it or not simulated.
func predict(_ document: OutputValue, catalogue: Catalogue, memory: Bool) throws(SkipReason) -> Prediction {
  do {
    return try predict(
      try readScenario(text: document.yaml(), file: "scenario.yaml"), catalogue: catalogue, memory: memory)
  } catch let findings as Diagnostics {
    throw .refused(reason(findings))
  } catch {
    throw .refused("\(error)")
  }
}

/// The model of a scenario document at its sequence length, whatever else the document asks for.
///
/// - Throws: a model that cannot be built.
func model(of document: OutputValue, catalogue: Catalogue) throws(SkipReason) -> Model {
  let length = document["training"]?["sequence_length"].map { OutputValue.Field("sequence_length", $0) }
  let alone: OutputValue = [
    "model": document["model"] ?? .null, "training": .object(length.map { [$0] } ?? []),
  ]
  do {
    return try resolver(catalogue).model(try readScenario(text: alone.yaml(), file: "scenario.yaml"))
  } catch {
    throw .refused(reason(error))
  }
}

/// What is not simulated, which explains the other findings, else the first finding.
private func reason(_ findings: Diagnostics) -> String {
  let unsupported = findings.list.first { if case .unsupported = $0.problem { true } else { false } }
  return (unsupported ?? findings.list.first).map { "\($0.problem)" } ?? "it is refused"
}

private func resolver(_ catalogue: Catalogue) -> Resolver {
  Resolver(catalogue: catalogue) { path throws(Diagnostics) in
    throw Diagnostics(
      Diagnostic(.unsupported("a measured run reads no files"), at: SourceLocation(file: path)))
  }
}
