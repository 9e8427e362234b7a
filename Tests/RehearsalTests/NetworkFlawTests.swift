import Rehearsal
import TestSupport
import Testing

/// Eight nodes of one device. Gradients go in two buckets, the first of a mebibyte, the other the rest.
private let eightNodes = """
  name: eight
  model: {layers: 2, hidden: 256, heads: 4, context: 128, vocabulary: 1000}
  cluster:
    nodes: 8
    accelerators_per_node: 1
    fabric: {kind: full_mesh, nic: 100 Gb/s, nic_latency: 5 us}
    collectives: {all_reduce: ring}
  training: {sequence_length: 128, micro_batch: 2, steps: 1, bucket_size: 1 GB}
  """

@Suite("The network of a job") struct NetworkFlawTests {
  private func communication(_ overrides: [String]) throws -> Double {
    try simulated(eightNodes, overrides).step.communication
  }

  @Test func `a ring pays its latency 2(n − 1) times, whatever the bytes`() throws {
    // Two collectives of 14 hops, 495 µs more each.
    let more = try communication(["cluster.fabric.nic_latency=500 us"]) - communication([])
    #expect(agree(more, 2 * 14 * 495e-6, relative: 1e-7))
    // Sixteen nodes: 30 hops.
    let sixteen = ["cluster.nodes=16"]
    let far = try communication(sixteen + ["cluster.fabric.nic_latency=500 us"])
    #expect(agree(far - (try communication(sixteen)), 2 * 30 * 495e-6, relative: 1e-7))
  }

  @Test func `every bucket pays the latency of its own collective`() throws {
    let buckets = ["training.bucket_size=512 KiB"]
    let near = try simulated(eightNodes, buckets)
    let far = try simulated(eightNodes, buckets + ["cluster.fabric.nic_latency=500 us"])
    let count = near.collectives.reduce(0) { $0 + $1.count }
    #expect(count > 2)
    #expect(
      agree(far.step.communication - near.step.communication, Double(14 * count) * 495e-6, relative: 1e-7))
  }

  @Test func `switches and nodes in between add their latency`() throws {
    // Two collectives of 14 hops with one switch on each, 100 µs a switch.
    let flat = ["cluster.fabric.kind=switch"]
    let slow = flat + ["cluster.fabric.switch_latency=100 us"]
    #expect(agree(try communication(slow) - communication(flat), 2 * 14 * 100e-6, relative: 1e-7))
    // Neighbours of a full mesh have nothing in between, so there is nothing to add.
    #expect(try communication(["cluster.fabric.switch_latency=100 us"]) == communication([]))
  }

  @Test func `a ring of neighbours needs no more than a ring of wires`() throws {
    // Each rank sends to the next alone: one hop on either fabric.
    #expect(try communication(["cluster.fabric.kind=ring"]) == communication([]))
    // On a tree and a torus some neighbours in rank are several wires apart.
    #expect(try communication(["cluster.fabric.kind=tree"]) > communication([]))
    #expect(try communication(["cluster.fabric.kind=torus_2d"]) > communication([]))
  }

  @Test func `an algorithm that talks to all feels every topology`() throws {
    var times: [Double] = []
    for kind in ["full_mesh", "ring", "tree", "torus_2d", "mesh_2d"] {
      times.append(
        try communication([
          "cluster.fabric.kind=\(kind)", "cluster.collectives.all_reduce=reduce_scatter_all_gather",
        ]))
    }
    #expect(Set(times).count == times.count)
    // No wire less than the full mesh has makes it faster.
    #expect(times.dropFirst().allSatisfy { $0 > times[0] })
  }

  @Test func `ring, tree and reduce-scatter with all-gather are three algorithms`() throws {
    func seconds(_ algorithm: String) throws -> Double {
      try communication(["cluster.collectives.all_reduce=\(algorithm)"])
    }
    let (ring, tree, pairs) = (
      try seconds("ring"), try seconds("tree"), try seconds("reduce_scatter_all_gather")
    )
    // S bytes of gradients at 12.5 GB/s and 5 µs a hop. Ring and pairs move 2 · 7/8 · S through every port,
    // the ring with 14 latencies and the pairs with 2. A tree node passes all S on to two children.
    // Two buckets, so two of each.
    let bytes = 2 * Double(try simulated(eightNodes).job.plan.model.parameterCount)
    #expect(ring >= 2 * 14 * 5e-6 + 1.75 * bytes / 12.5e9)
    #expect(pairs >= 2 * 2 * 5e-6 + 1.75 * bytes / 12.5e9)
    #expect(tree >= 2 * 6 * 5e-6 + 2 * bytes / 12.5e9)
    #expect(agree(ring - pairs, 2 * 12 * 5e-6, relative: 1e-6))
    #expect(tree > ring)
  }

  @Test func `the devices of a node share its port`() throws {
    // The same gradients over 8 nodes of 1 and of 8: in a flat ring one device in eight leaves its node, but
    // pairs all leave at once, eight to a port.
    let pairs = ["cluster.collectives.all_reduce=reduce_scatter_all_gather"]
    let alone = try simulated(eightNodes, pairs)
    let crowded = try simulated(eightNodes, pairs + ["cluster.accelerators_per_node=8"])
    let bytes = 2 * Double(alone.job.plan.model.parameterCount)
    // Each of 8 devices sends S/64 to each of 56 outside its node, twice: 2 · 8 · 56/64 · S = 14 S.
    #expect(crowded.step.communication >= 14 * bytes / 12.5e9)
    #expect(agree(crowded.links[0].bytesPerStep, 14 * bytes))
    // Alone, 2 · 7/8 · S; the reduction's arithmetic is some per cent of it.
    #expect(agree(alone.links[0].bytesPerStep, 1.75 * bytes))
    #expect(alone.step.communication < 2 * bytes / 12.5e9)
  }

  @Test func `a slow network takes the step over, and the report says so`() throws {
    let report = try run(eightNodes, ["cluster.fabric.nic=1 Gb/s"])
    let resources = try #require(report.document["resources"])
    guard case .real(let compute) = resources["compute_utilization"] else {
      Issue.record("no utilisation")
      return
    }
    #expect(compute < 0.5)
    #expect(
      agree(compute, (report.result.step.compute + report.result.step.optimizer) / report.result.step.time))
    #expect(report.bottlenecks.first?.kind == .network)
    #expect(report.bottlenecks.first?.level == .severe)
    #expect(!report.bottlenecks.contains { $0.kind == .compute && $0.level == .severe })
    // The gain named is the gain had: double every link.
    let gain = try #require(report.bottlenecks.first?.gainIfDoubled)
    var job = report.result.job
    job.cluster = job.cluster.withSpeed(scaledBy: 2)
    #expect(agree(1 - (try simulate(job).step.time) / report.result.step.time, gain, relative: 1e-6))
  }

  @Test func `a fast network leaves the step to the device`() throws {
    let report = try run(
      eightNodes,
      [
        "model={layers: 4, hidden: 2048, heads: 16, context: 512}", "training.sequence_length=512",
        "training.micro_batch=16", "cluster.fabric.nic=3200 Gb/s", "training.bucket_size=25 MiB",
      ])
    #expect(report.bottlenecks.first?.kind == .compute)
    #expect(!report.bottlenecks.contains { $0.kind == .network })
  }

  @Test func `gradients travel while the backward pass goes on`() throws {
    // Communication that takes nothing from computation, so that both do the same work.
    let buckets = [
      "training.bucket_size=512 KiB", "training.micro_batch=64",
      "simulation.interference={inside_node: 0, between_nodes: 0}",
    ]
    let hidden = try simulated(eightNodes, buckets)
    let exposed = try simulated(eightNodes, buckets + ["training.overlap=false"])
    // The same messages, all of them waited for at the end.
    #expect(exposed.step.communication == hidden.step.communication)
    #expect(agree(exposed.step.exposedCommunication, exposed.step.communication))
    #expect(hidden.step.exposedCommunication < hidden.step.communication)
    #expect(
      agree(
        exposed.step.time - hidden.step.time,
        exposed.step.exposedCommunication - hidden.step.exposedCommunication, relative: 1e-6))
  }

  @Test func `links inside a node are not the links between nodes`() throws {
    let inside = ["cluster.nodes=1", "cluster.accelerators_per_node=8"]
    let one = try communication(inside)
    #expect(one < (try communication([])))
    #expect(try communication(inside + ["cluster.fabric.nic=1 Gb/s"]) == one)
    #expect(try communication(inside + ["cluster.fabric.intra_node.bandwidth=1 GB/s"]) > one)
  }

  @Test func `no link carries more than it can`() throws {
    for kind in ["full_mesh", "ring", "tree", "torus_2d"] {
      for algorithm in ["ring", "tree", "reduce_scatter_all_gather", "parameter_server"] {
        let result = try simulated(
          eightNodes, ["cluster.fabric.kind=\(kind)", "cluster.collectives.all_reduce=\(algorithm)"])
        #expect(!result.links.isEmpty)
        #expect(result.links.allSatisfy { $0.utilization <= 1 + 1e-9 }, "\(kind), \(algorithm)")
      }
    }
  }
}
