import Rehearsal
import TestSupport
import Testing

/// The whole document but for the two values that may differ between runs.
private func repeatable(_ report: RunReport) -> String {
  guard case .object(var fields) = report.document,
    let position = fields.firstIndex(where: { $0.key == "engine" }),
    case .object(let engine) = fields[position].value
  else { return "" }
  fields[position].value = .object(engine.filter { !["wall_seconds", "threads"].contains($0.key) })
  return OutputValue.object(fields).json()
}

private let variants: [[String]] = [
  [],
  ["simulation.jitter=0.1"],
  ["simulation.fold=off", "simulation.jitter=0.05"],
  ["cluster.fabric.kind=ring", "cluster.collectives.all_reduce=tree", "simulation.fold=off"],
  ["training.offload.optimizer=host", "training.recompute=full", "output.detailed_stats=true"],
  ["simulation.network=analytic", "training.gradient_accumulation=3"],
]

@Suite("The same question") struct DeterminismTests {
  @Test(arguments: variants)
  func `has the same bytes for an answer, on any number of threads`(overrides: [String]) throws {
    var time = 0.0
    func answer(threads: Int) throws -> RunReport {
      try rehearse(
        try scenario(baseScenario, overrides), resolver: resolver, threads: threads,
        clock: {
          time += 1.5
          return time
        })
    }
    let first = try answer(threads: 1)
    let again = try answer(threads: 1)
    let parallel = try answer(threads: 2)
    #expect(repeatable(first) == repeatable(again))
    #expect(repeatable(first) == repeatable(parallel))
    #expect(first.document["engine"]?["wall_seconds"] == .real(1.5))
    #expect(parallel.document["engine"]?["threads"] == .integer(2))
    #expect(first.summary() == again.summary())
  }

  @Test func `asked with another seed has another answer where chance plays a part, and there alone`() throws
  {
    let seeds = try (1...4).map { try run(baseScenario, ["simulation.jitter=0.1", "simulation.seed=\($0)"]) }
    #expect(Set(seeds.map(\.result.fingerprint)).count == 4)
    #expect(Set(seeds.map(\.result.step.time)).count == 4)
    let calm = try (1...4).map { try run(baseScenario, ["simulation.seed=\($0)"]) }
    #expect(Set(calm.map(\.result.fingerprint)).count == 1)
    #expect(Set(calm.map { answer($0) }).count == 1)
  }

  @Test func `draws for one rank leave the others' alone`() throws {
    // The same seed on twice the nodes: rank 0 takes the same time for the same operator.
    func firstSpans(_ nodes: Int) throws -> [SimDuration] {
      let result = try simulated(
        baseScenario, ["simulation.jitter=0.1", "cluster.nodes=\(nodes)", "training.steps=1"])
      return result.execution.spans.filter { span in
        span.rank == 0 && result.graph.operators[Int(span.operatorIndex)].phase == .forward
      }.map { $0.end - $0.start }
    }
    #expect(try firstSpans(2) == firstSpans(4))
  }

  @Test(
    arguments: scenarioPresets.map { ($0.name, $0.text, "training.num_iterations=1") } + [
      ("base", baseScenario, "simulation.jitter=0.1"), ("flat", flatScenario, "collect_detailed_stats=true"),
    ])
  func `is asked again by the resolved scenario`(name: String, text: String, override: String) throws {
    let asked = try scenario(text, [override])
    let yaml = asked.document().yaml()
    let resolved = try scenario(yaml)
    #expect(scenarioHash(resolved) == scenarioHash(asked))
    #expect(resolved.document().yaml() == yaml)
    let json = try readScenario(text: asked.document().json(), file: "test.json")
    #expect(scenarioHash(json) == scenarioHash(asked))
    let one = try simulate(try resolver.job(for: asked))
    let other = try simulate(try resolver.job(for: resolved))
    #expect(one.fingerprint == other.fingerprint)
    #expect(one.steps == other.steps)
  }

  @Test(arguments: [
    "1-basic.yaml", "2-custom.yaml", "5-config-file.yaml", "gpt2-ddp.yaml", "devices/tpu.yaml",
    "memory/4-offload-optimizer.yaml", "models/layers.yaml", "models/totals.yaml",
    "models/transformer.yaml", "scaling/slow-network.yaml",
  ])
  func `in an example is asked again by its resolved scenario`(file: String) throws {
    let asked = try loadScenario(packageRoot(#filePath) + "/Examples/" + file)
    let resolved = try scenario(asked.document().yaml())
    #expect(scenarioHash(resolved) == scenarioHash(asked))
    var (one, other) = (try resolver.job(for: asked), try resolver.job(for: resolved))
    one.steps = 1
    other.steps = 1
    #expect(try simulate(one).fingerprint == simulate(other).fingerprint)
  }

  @Test func `is a different question when anything that counts differs`() throws {
    let base = scenarioHash(try scenario())
    #expect(scenarioHash(try scenario(baseScenario, ["training.micro_batch=3"])) != base)
    #expect(scenarioHash(try scenario(baseScenario, ["simulation.seed=7"])) != base)
    #expect(scenarioHash(try scenario(baseScenario, ["output.directory=elsewhere"])) == base)
    #expect(scenarioHash(try scenario(baseScenario, ["simulation.threads=3"])) == base)
  }
}
