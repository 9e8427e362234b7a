import Diagnostics
import Rehearsal
import Testing

private func fabric(_ fields: String, nodes: Int = 8) -> [String] {
  ["cluster.nodes=\(nodes)", "cluster.fabric={\(fields)}"]
}

private func complaint(_ overrides: [String]) -> String {
  do {
    _ = try simulated(baseScenario, overrides)
    return "ran"
  } catch { return "\(error)" }
}

/// A resolver whose files all have one text.
private func resolver(reading text: String) -> Resolver { Resolver { _ throws(Diagnostics) in text } }

@Suite("Scenarios on networks") struct NetworkScenarioTests {
  @Test(arguments: [
    "kind: fat_tree", "kind: leaf_spine, leaf_radix: 8, oversubscription: 3", "kind: rail_optimized",
    "kind: rail_optimized, leaf_radix: 8", "kind: rail_optimized, nics: 1", "kind: dragonfly",
    "kind: dragonfly, groups: 3, routing: valiant", "kind: hypercube, routing: dimension_order",
    "kind: torus, dimensions: [2, 8]", "kind: mesh, routing: weighted",
    "kind: hierarchical, levels: [{kind: ring, size: 2, bandwidth: 20 GB/s}, {kind: switch, size: 4, bandwidth: 5 GB/s}]",
  ])
  func `every kind runs, folded near the events and a port never above what it can`(fields: String) throws {
    let folded = try simulated(baseScenario, fabric(fields))
    let events = try simulated(baseScenario, fabric(fields) + ["simulation.fold=off"])
    let ratio = folded.step.communication / events.step.communication
    #expect(ratio > 0.8 && ratio < 2, "\(fields)")
    #expect(!folded.links.isEmpty)
    for link in events.links { #expect(link.utilization <= 1 + 1e-9, "\(fields) \(link.name)") }
    #expect(try simulated(baseScenario, fabric(fields)).fingerprint == folded.fingerprint)
  }

  @Test func `kinds are read in any usual spelling`() throws {
    let expected = try scenario(baseScenario, fabric("kind: rail_optimized"))
    for word in ["rail-optimized", "rail_optimised", "Rail-Optimised", "rail optimized"] {
      #expect(try scenario(baseScenario, fabric("kind: \(word)")).cluster == expected.cluster)
    }
    #expect(
      try scenario(baseScenario, fabric("kind: fully-connected")).cluster
        == scenario(baseScenario, fabric("kind: full_mesh")).cluster)
  }

  @Test func `a fat tree's edge switch is the switch of a cluster`() throws {
    // Four nodes of one device with a port each: one switch either way.
    let alone = ["cluster.accelerators_per_node=1", "cluster.collectives.tuner=least"]
    let common = "nic: 100 Gb/s, nic_latency: 4 us, switch_latency: 1 us"
    let tree = try simulated(baseScenario, alone + fabric("kind: fat_tree, k: 8, \(common)", nodes: 4))
    let plain = try simulated(baseScenario, alone + fabric("kind: switch, \(common)", nodes: 4))
    #expect(tree.step.time == plain.step.time)
  }

  @Test func `an oversubscribed leaf slows what crosses it`() throws {
    func communication(_ ratio: Int) throws -> Double {
      // Direct exchange sends most bytes between leaves.
      try simulated(
        baseScenario,
        fabric("kind: leaf_spine, leaf_radix: 10, oversubscription: \(ratio), nic: 1 Gb/s") + [
          "cluster.collectives.all_reduce=reduce_scatter_all_gather"
        ]
      ).step.communication
    }
    #expect(try communication(4) > 1.5 * communication(1))
  }

  @Test func `the seed chooses among equal paths`() throws {
    let tree =
      fabric("kind: fat_tree, nic: 1 Gb/s") + ["cluster.collectives.all_reduce=reduce_scatter_all_gather"]
    let times = try (0..<4).map {
      try simulated(baseScenario, tree + ["simulation.seed=\($0)"]).step.communication
    }
    #expect(Set(times).count > 1)
  }

  @Test func `a file describes the network`() throws {
    let text = "{kind: rail_optimized, nodes: 2, rails: 2, nic: 100 Gb/s, latency: 2 us}"
    let declared = try scenario(baseScenario, ["cluster.fabric={kind: file, file: net.yaml}"])
    let result = try simulate(resolver(reading: text).job(for: declared))
    #expect(result.links.contains { $0.name == "host 0 -> rail 0" })
    #expect(throws: Diagnostics.self) { try resolver(reading: "{kind: rail}").job(for: declared) }
    func refusal(_ text: String) -> String {
      do {
        _ = try resolver(reading: text).job(for: declared)
        return "taken"
      } catch { return "\(error)" }
    }
    #expect(
      refusal("{kind: switch, hosts: 4, link: 1 GB/s}")
        == "--set:1:35: cluster.fabric.file: the network described has 4 nodes of 1 device, the cluster 2 of 2"
    )
    #expect(
      refusal("{kind: switch, hosts: 4, lnk: 1 GB/s}").contains(
        "net.yaml:1:1: required key 'link' is missing"))
  }

  @Test func `scaling sizes the network anew or says why not`() throws {
    for fields in [
      "kind: fat_tree, k: 4", "kind: torus, dimensions: [2, 4]", "kind: dragonfly, groups: 3",
      "kind: rail_optimized, leaf_radix: 8",
    ] {
      let job = try Resolver.unread.job(for: scenario(baseScenario, fabric(fields, nodes: 4)))
      let study = scalingStudy(job, nodeCounts: [1, 2, 4, 8], mode: .weak, threads: 1)
      #expect(study.points.map(\.nodeCount) == [1, 2, 4, 8], "\(fields) \(study.skipped)")
    }
    let levels = fabric("kind: hierarchical, levels: [{kind: ring, size: 4, bandwidth: 1 GB/s}]", nodes: 4)
    let declared = try scenario(baseScenario, levels)
    let job = try Resolver.unread.job(for: declared)
    let study = scalingStudy(job, nodeCounts: [4, 8], mode: .weak, threads: 1)
    #expect(study.points.map(\.nodeCount) == [4])
    #expect(study.skipped.map(\.reason) == ["levels of 4 make 4 nodes, not 8"])
    #expect(throws: Diagnostics.self) { try declared.scaled(toNodes: 8, .weak) }
    let torus = try scenario(baseScenario, fabric("kind: torus, dimensions: [2, 4]", nodes: 4))
    #expect(try torus.scaled(toNodes: 8, .weak).cluster.fabric.dimensions == [4, 4])
  }

  @Test func `what does not fit together is refused by name and place`() {
    #expect(
      complaint(fabric("kind: torus, k: 4"))
        == "--set:1:33: cluster.fabric.k: a torus fabric has no k\n  mend: leave it out, or use fat_tree")
    #expect(
      complaint(fabric("kind: torus, dimensions: [4, 2]"))
        == "--set:1:42: cluster.fabric.dimensions: a torus of 4 x 2 has 8 places for 16 network adapters")
    #expect(
      complaint(fabric("kind: fat_tree, routing: valiant"))
        == "--set:1:42: cluster.fabric.routing: valiant needs a dragonfly, not a fat tree")
    #expect(
      complaint(fabric("kind: switch, routing: shortest")).hasPrefix(
        "--set:1:40: cluster.fabric.routing: a switch fabric has no routing\n  mend: leave it out, or use fat_tree"
      ))
    #expect(
      complaint(fabric("kind: file, file: x, nic: 1 GB/s"))
        == "--set:1:43: cluster.fabric.nic: a file fabric says its own nic\n  mend: leave it out")
    #expect(
      complaint(fabric("kind: rail_optimized, nics: 3, leaf_radix: 4"))
        == "--set:1:60: cluster.fabric.leaf_radix: 12 leaves do not fit a spine of 4 ports: use a larger leaf_radix"
    )
  }
}

extension Resolver {
  /// A resolver for scenarios that name no files.
  fileprivate static var unread: Resolver {
    Resolver { path throws(Diagnostics) in
      throw Diagnostics(
        Diagnostic(.unreadable(path: path, reason: "no files in tests"), at: SourceLocation(file: path)))
    }
  }
}
