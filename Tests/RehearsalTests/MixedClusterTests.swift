import Rehearsal
import TestSupport
import Testing

/// Four nodes of four devices, of one kind or of two.
private func mixed(_ groups: String) -> String {
  """
  name: mixed
  model:
    {layers: 8, hidden: 1024, heads: 8, kv_heads: 4, gated: true, position: rope, vocabulary: 4096, context: 512}
  cluster: {groups: [\(groups)], accelerators_per_node: 4}
  training: {sequence_length: 512, micro_batch: 1, gradient_accumulation: 8, steps: 1}
  """
}

private let both = "{accelerator: H100-SXM-80GB, nodes: 2}, {accelerator: A100-SXM-40GB, nodes: 2}"

@Suite("Clusters of several kinds of accelerators") struct MixedClusterTests {
  @Test func `of one kind are as if they had no groups`() throws {
    let plain = mixed("").replacing("groups: []", with: "accelerator: H100-SXM-80GB, nodes: 4")
    let whole = try simulated(plain).step.time
    for groups in [
      "{accelerator: H100-SXM-80GB, nodes: 4}",
      "{accelerator: H100-SXM-80GB, nodes: 1}, {accelerator: H100-SXM-80GB, nodes: 3}",
    ] {
      #expect(agree(try simulated(mixed(groups)).step.time, whole))
    }
  }

  @Test(arguments: ["plan.tensor=1", "plan.zero=3", "plan.tensor=4", "plan.pipeline=2"])
  func `go at the pace of the slowest, whose capacity its ranks have`(plan: String) throws {
    let slow = try simulated(mixed("{accelerator: A100-SXM-40GB, nodes: 4}"), [plan]).step.time
    let fast = try simulated(mixed("{accelerator: H100-SXM-80GB, nodes: 4}"), [plan]).step.time
    let result = try simulated(mixed(both), [plan])
    #expect(result.step.time > fast && result.step.time <= slow * (1 + 1e-9))
    #expect(Set(result.memoryByClass.map { Int($0.capacity.gibibytes.rounded()) }) == [80, 40])
    #expect(
      result.throughput.mfu
        < (try simulated(mixed(both.replacing("H100-SXM-80GB", with: "A100-SXM-40GB")), [plan]).throughput.mfu)
    )
  }

  @Test func `balance stages of more blocks on the faster devices`() throws {
    let plan = ["plan.pipeline=2", "plan.data=8"]
    let even = try simulated(mixed(both), plan).step.time
    let balanced = try simulated(mixed(both), plan + ["plan.stage_blocks=[5, 3]"]).step.time
    let reversed = try simulated(mixed(both), plan + ["plan.stage_blocks=[3, 5]"]).step.time
    #expect(balanced < even && even < reversed)
  }

  @Test(arguments: [
    (
      ["cluster.nodes=3"], "cluster.nodes: the groups have 4 nodes, not 3",
      "leave it out, or change the groups"
    ),
    (
      ["cluster.accelerator=V100"], "cluster.accelerator: the groups say which accelerators there are",
      "leave it out, or the groups"
    ),
    (
      ["cluster.node=DGX-H100"],
      "cluster.node: a catalogue node is of one kind, and the groups are of several",
      "leave it out, or the groups"
    ),
    (
      ["training.precision=fp8"], "training.precision: A100-SXM-40GB has no fp8 arithmetic",
      "use fp32 or tf32"
    ),
  ])
  func `are refused where they contradict`(overrides: [String], message: String, mend: String) {
    #expect("\(overrides) is accepted") {
      _ = try simulated(mixed(both), overrides)
    } throws: { error in
      "\(error)".contains(message) && "\(error)".contains("mend: \(mend)")
    }
  }

  @Test func `have no library that speaks to one vendor alone`() throws {
    let vendors = "{accelerator: H100-SXM-80GB}, {accelerator: MI300X}"
    #expect(try simulated(mixed(vendors)).collectives.allSatisfy { $0.library == nil })
    #expect("nccl is accepted") {
      _ = try simulated(mixed(vendors), ["cluster.collectives.tuner=nccl"])
    } throws: { error in
      "\(error)".contains("NCCL serves one vendor's devices, and the groups have several")
    }
  }

  @Test func `are not scaled to other node counts`() throws {
    let job = try resolver.job(for: try scenario(mixed(both)))
    guard case .failure(let problem) = job.scaled(toNodes: 8, mode: .strong) else {
      Issue.record("it is scaled")
      return
    }
    #expect(problem.reason == "the cluster's groups have 4 nodes")
    #expect("it is scaled") {
      _ = try scenario(mixed(both)).scaled(toNodes: 8, .weak)
    } throws: { error in
      "\(error)".contains("a cluster of 4 nodes in groups cannot be scaled to 8")
    }
  }
}
