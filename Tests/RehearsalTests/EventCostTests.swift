import Rehearsal
import Testing

@Suite("What a run costs in events") struct EventCostTests {
  private func events(_ overrides: [String]) throws -> Int {
    try simulated(baseScenario, ["cluster.collectives.all_reduce=ring"] + overrides).execution.eventCount
  }

  @Test(arguments: ["auto", "ranks"])
  func `grows in proportion to the steps`(fold: String) throws {
    let one = try events(["simulation.fold=\(fold)", "training.steps=1"])
    for steps in [2, 5, 20] {
      #expect(try events(["simulation.fold=\(fold)", "training.steps=\(steps)"]) == steps * one)
    }
  }

  @Test func `grows in proportion to the ranks where each is simulated`() throws {
    func unfolded(_ nodes: Int) throws -> Int {
      // An operator that loses time to a collective ends in a second event.
      try events([
        "simulation.fold=ranks", "cluster.nodes=\(nodes)",
        "simulation.interference={inside_node: 0, between_nodes: 0}",
      ])
    }
    // events = ranks · operators, collectives among them, so equal differences.
    let (two, four, six) = (try unfolded(2), try unfolded(4), try unfolded(6))
    #expect(four - two == six - four)
    #expect(four > two)
    let result = try simulated(baseScenario, ["simulation.fold=ranks"])
    #expect(two == 2 * 4 * result.graph.operatorCount)
  }

  @Test func `does not grow with the ranks where equal ones are folded`() throws {
    let small = try simulated(baseScenario, ["cluster.collectives.all_reduce=ring"])
    for nodes in [4, 64, 512] {
      let large = try simulated(
        baseScenario, ["cluster.collectives.all_reduce=ring", "cluster.nodes=\(nodes)"])
      #expect(large.execution.eventCount == small.execution.eventCount)
      #expect(large.eventCount == small.eventCount, "\(nodes) nodes")
    }
  }

  @Test func `a collective sent message by message costs its messages, not their square`() throws {
    func messages(_ nodes: Int) throws -> Int {
      let overrides = ["cluster.collectives.all_reduce=ring", "training.steps=1", "cluster.nodes=\(nodes)"]
      let folded = try simulated(baseScenario, overrides + ["simulation.fold=ranks"])
      let unfolded = try simulated(baseScenario, overrides + ["simulation.fold=off"])
      return (unfolded.eventCount - unfolded.execution.eventCount) / folded.graph.calls.count
    }
    // 2 (n − 1) · n messages of n ranks, a few events each.
    for nodes in [2, 4, 8] {
      let ranks = 2 * nodes
      #expect(try messages(nodes) <= 3 * 2 * (ranks - 1) * ranks)
    }
  }
}
