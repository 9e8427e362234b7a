import Documents
import Rehearsal
import Testing

/// The base scenario on A100 or another device with some overrides.
private func result(_ overrides: [String]) throws -> TrainingResult { try simulated(baseScenario, overrides) }

private func tuner(_ name: String) -> String { "cluster.collectives.tuner=\(name)" }

@Suite("Training with a library's choices") struct TunedStepTests {
  @Test func `every bucket takes the time of NCCL's model`() throws {
    let job = try resolver.job(for: try scenario(baseScenario, [tuner("nccl")]))
    let result = try simulate(job)
    let system = try #require(NCCLSystem.derived(from: job.cluster, device: job.plan.device))
    #expect(!result.collectives.isEmpty)
    for collective in result.collectives {
      let choice = try #require(ncclChoice(.allReduce, bytes: collective.bytes, on: system))
      let library = try #require(collective.library)
      #expect(collective.duration == choice.time)
      #expect(library.tuner == .nccl && library.saysTime)
      #expect(library.name == choice.algorithm?.rawValue)
      #expect(library.channelProtocol == choice.channelProtocol)
    }
  }

  @Test func `auto is the vendor's library where it suits, else the least schedule`() throws {
    func step(_ overrides: [String]) throws -> Double { try result(overrides).step.time }
    #expect(try step([]) == step([tuner("nccl")]))
    let ring = ["cluster.nodes=4", "cluster.fabric.kind=ring"]
    #expect(try step(ring) == step(ring + [tuner("least")]))
    let tpu = ["cluster.accelerator=TPU-v4"]
    #expect(try step(tpu) == step(tpu + [tuner("least")]))
    let amd = ["cluster.accelerator=MI300X"]
    #expect(try step(amd) == step(amd + [tuner("rccl")]))
    let own = ["cluster.fabric.intra_node.latency=9 us"]
    #expect(try step(own) == step(own + [tuner("least")]))
  }

  @Test func `a named algorithm and a calibration leave auto nothing to choose`() throws {
    for override in [
      "cluster.collectives.all_reduce=tree", "cluster.collectives.calibration=four-ranks.yaml",
    ] {
      #expect(try result([override]).collectives.allSatisfy { $0.library == nil })
    }
  }

  @Test(arguments: ["nccl", "open_mpi", "mpich", "least"])
  func `folded and single ranks and messages agree`(name: String) throws {
    let folded = try result([tuner(name)])
    for fold in ["ranks", "off"] {
      let single = try result([tuner(name), "simulation.fold=\(fold)"])
      #expect((single.step.time / folded.step.time - 1).magnitude < 0.02, "\(name) \(fold)")
      #expect(single.collectives.map(\.library) == folded.collectives.map(\.library))
      #expect(single.links.count == folded.links.count)
      for (one, other) in zip(single.links, folded.links) {
        #expect((one.bytesPerStep - other.bytesPerStep).magnitude <= 1e-6 * other.bytesPerStep)
      }
    }
  }

  @Test(arguments: ["nccl", "mpich"])
  func `the network's model moves no time that a library says`(name: String) throws {
    let flow = try result([tuner(name)])
    let analytic = try result([tuner(name), "simulation.network=analytic"])
    if name == "nccl" { #expect(flow.step.time == analytic.step.time) }
    #expect(flow.links.map(\.bytesPerStep) == analytic.links.map(\.bytesPerStep))
  }

  @Test(arguments: [
    [tuner("nccl")], [tuner("mpich")], [tuner("least"), "simulation.network=analytic"],
    [tuner("nccl"), "cluster.nodes=4", "cluster.accelerators_per_node=4", "cluster.accelerator=H100"],
    [
      tuner("nccl"), "cluster.nodes=4", "cluster.accelerator=H100",
      "cluster.fabric={kind: fat_tree, nic: 100 Gb/s}",
    ],
    [tuner("nccl"), "cluster.nodes=1", "cluster.accelerators_per_node=8", "cluster.accelerator=H100"],
  ])
  func `links carry at least what an all-reduce has to move`(overrides: [String]) throws {
    let result = try result(overrides)
    let (nodes, perNode) = (result.job.cluster.nodeCount, result.job.cluster.devicesPerNode)
    // A reduction in the switch moves S through a port each way; all others 2 (n − 1)/n S.
    let bytes = result.collectives.reduce(0.0) { $0 + Double($1.bytes.bytes) * Double($1.count) }
    #expect(!result.links.isEmpty)
    let total = result.links.reduce(0.0) { $0 + $1.bytesPerStep }
    #expect(total >= bytes * Double(nodes * perNode) * 0.99)
    #expect(result.links.allSatisfy { $0.utilization <= 1 })
    #expect(zip(result.links, result.links.dropFirst()).allSatisfy { $0.utilization >= $1.utilization })
  }

  @Test(arguments: [
    (
      ["cluster.accelerator=MI300X"], "nccl", "nccl: its model knows NVIDIA devices, not MI300X",
      "use auto, least, open_mpi or mpich"
    ),
    (
      [], "rccl", "rccl: its tables are of AMD's MI300 and MI350 devices, not A100-SXM-80GB",
      "use auto, least, open_mpi or mpich"
    ),
    (
      ["cluster.collectives.all_reduce=ring"], "mpich",
      "all_reduce: ring leaves tuner: mpich nothing to choose",
      "leave out one of the two"
    ),
    (
      ["cluster.collectives.calibration=four-ranks.yaml"], "nccl",
      "a calibration leaves tuner: nccl nothing to choose", "leave out one of the two"
    ),
    (
      ["cluster.fabric.intra_node.latency=9 us"], "nccl",
      "NCCL has latencies of its own inside a node, so that intra_node.latency would do nothing",
      "leave out one of the two, or use auto, least, open_mpi or mpich"
    ),
  ])
  func `is refused by name where it cannot be`(
    overrides: [String], name: String, reason: String, mend: String
  ) {
    #expect {
      _ = try result(overrides + [tuner(name)])
    } throws: { error in
      let text = "\(error)"
      return text.contains(reason) && text.contains("mend: \(mend)")
    }
  }

  @Test func `the result says who chose what`() throws {
    func library(_ overrides: [String]) throws -> OutputValue? {
      let report = try run(baseScenario, overrides)
      guard case .list(let items)? = report.document["communication"]?["collectives"] else { return nil }
      return items.first?["library"]
    }
    #expect(try library([tuner("mpich")])?["algorithm"] == .string("reduce_scatter_allgather"))
    #expect(try library([tuner("mpich")])?["says_time"] == .bool(false))
    #expect(try library([tuner("nccl")])?["tuner"] == .string("nccl"))
    #expect(try library([tuner("least")]) == .null)
    func provenance(_ overrides: [String]) throws -> OutputValue? {
      try run(baseScenario, overrides).document["provenance"]?["step.communication_seconds"]
    }
    #expect(try provenance([tuner("nccl")]) == .string("library"))
    #expect(try provenance(["cluster.collectives.calibration=four-ranks.yaml"]) == .string("measured"))
  }

  @Test func `a scaling study chooses anew at every size`() throws {
    let job = try resolver.job(for: try scenario(baseScenario, []))
    let study = scalingStudy(job, nodeCounts: [1, 2, 4], mode: .weak, threads: 1)
    #expect(study.points.map(\.nodeCount) == [1, 2, 4] && study.skipped.isEmpty)
  }

  @Test func `the summary names the hottest links of several nodes`() throws {
    let text = try run(baseScenario).summary()
    #expect(text.contains("Hottest links") && text.contains("node 0"))
    #expect(text.contains("(NCCL's "))
    let tree = try run(baseScenario, ["cluster.nodes=8", "cluster.fabric={kind: fat_tree, nic: 100 Gb/s}"])
    #expect(tree.summary().contains("Hottest links") && tree.summary().contains(" -> "))
    #expect(!(try run(baseScenario, ["cluster.nodes=1"]).summary().contains("Hottest links")))
    let measured = try run(baseScenario, ["cluster.collectives.calibration=four-ranks.yaml"]).summary()
    #expect(measured.contains("Hottest links\nnot known: a calibration says the times\n"))
  }
}
