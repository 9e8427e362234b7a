import Rehearsal
import TestSupport
import Testing

@Suite("Pages about results") struct DocumentationTests {
  @Test func `the reference names every key of a result and no other`() throws {
    let page = try #require(textOfFile(root + "docs/reference/result-document.md"))
    var scenario = try loadScenario(root + "Examples/gpt2-ddp.yaml", overrides: ["training.steps=2"])
    scenario.output.detailedStats = true
    let report = try rehearse(scenario, resolver: Resolver())
    let keys = Set(paths(of: report.document, under: ""))
    let named = Set(
      page.split(separator: "`").map(String.init).filter { $0.contains(".") || $0.hasSuffix("[]") })
    for key in keys.sorted() { #expect(page.contains("`\(key)`"), "\(key) is not on the page") }
    let sections = [
      "step.", "throughput.", "memory.", "resources.", "communication.", "energy.", "bottlenecks[].",
      "engine.", "layers[].",
    ]
    let documented = named.filter { name in sections.contains { name.hasPrefix($0) } }
    for name in documented.sorted() {
      let isThere = keys.contains(name) || keys.contains { $0.hasPrefix("\(name).") }
      #expect(isThere, "\(name) is not in a result")
    }
  }

  @Test func `the reference names every key of a step that generates`() throws {
    let page = try #require(textOfFile(root + "docs/reference/result-document.md"))
    let scenario = try loadScenario(root + "Examples/grpo.yaml", overrides: ["training.steps=1"])
    let keys = paths(of: try rehearse(scenario, resolver: Resolver()).document, under: "")
    for key in keys where key.hasPrefix("post_training") { #expect(page.contains("`\(key)`"), "\(key)") }
  }

  @Test func `the calls of the library page`() throws {
    let scenario = try loadScenario(
      root + "Examples/gpt2-ddp.yaml", overrides: ["training.micro_batch=4", "training.steps=1"])
    let report = try rehearse(scenario, resolver: Resolver())
    #expect(report.summary().contains("gpt2-large"))
    #expect(runCharts(report.result).count == 5)
    var job = report.result.job
    let before = try simulate(job).memory.peak
    job.plan.microBatch = 2
    job.plan.recompute = .full
    #expect(try simulate(job).memory.peak < before)
  }

  /// Key paths of a document, `[]` for the elements of a list; the scenario, the steps (which have the keys of
  /// `step`) and the figures of `provenance` and `intervals` are not opened.
  private func paths(of value: OutputValue, under path: String) -> [String] {
    switch value {
    case .object(let fields) where !["scenario", "provenance", "intervals", "iterations[]"].contains(path):
      fields.flatMap { paths(of: $0.value, under: path.isEmpty ? $0.key : "\(path).\($0.key)") }
    case .list(let items):
      if case .object = items.first {
        items.flatMap { paths(of: $0, under: "\(path)[]") }
      } else {
        [path]
      }
    default: [path]
    }
  }
}
