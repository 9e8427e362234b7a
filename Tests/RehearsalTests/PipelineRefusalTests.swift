import Rehearsal
import Testing

private let split = ["plan.pipeline=2", "plan.schedule=zb-h1"]

/// What a pipeline is asked for, the key that is wrong about it, why, and the mend.
private let refusals: [(overrides: [String], key: String, reason: String, mend: String)] = [
  (["plan.schedule=1f1b"], "schedule", "without a pipeline there is nothing to schedule", "leave it out"),
  (["plan.virtual_stages=2"], "virtual_stages", "without a pipeline there is nothing to interleave", "use 1"),
  (["plan.stage_blocks=[8]"], "stage_blocks", "without a pipeline there are no stages", "leave it out"),
  (
    ["plan.overlap.pipeline=false"], "overlap.pipeline", "without a pipeline there is nothing to send",
    "leave it out"
  ),
  (
    ["model.layers=7", "plan.pipeline=8"], "pipeline",
    "8 stages are more than the 7 blocks of transformer", "use at most 7 stages, virtual ones counted"
  ),
  (
    ["plan.pipeline=4", "plan.virtual_stages=3"], "pipeline",
    "12 stages are more than the 8 blocks of transformer", "use at most 8 stages, virtual ones counted"
  ),
  (
    ["plan.pipeline=2", "plan.stage_blocks=[3, 3, 2]"], "stage_blocks",
    "3 stages of 8 blocks are not 2 stages of 8", "list 2 numbers that add up to 8"
  ),
  (
    ["plan.pipeline=2", "plan.stage_blocks=[3, 4]"], "stage_blocks",
    "2 stages of 7 blocks are not 2 stages of 8", "list 2 numbers that add up to 8"
  ),
  (
    ["plan.pipeline=2", "plan.schedule=interleaved", "plan.virtual_stages=1"], "virtual_stages",
    "interleaved needs at least 2 chunks on a device, not 1", "with 1 chunk use 1f1b"
  ),
  (
    ["plan.pipeline=2", "plan.schedule=1f1b", "plan.virtual_stages=2"], "virtual_stages",
    "1f1b has 1 chunk on a device, not 2", "for more chunks use interleaved"
  ),
  (
    ["plan.pipeline=2", "plan.schedule=zb-v", "plan.virtual_stages=3"], "virtual_stages",
    "zb-v has 2 chunks on a device, not 3", "use another schedule"
  ),
  (
    [
      "plan.pipeline=4", "plan.virtual_stages=2", "plan.schedule=interleaved",
      "training.gradient_accumulation=9",
    ], "schedule",
    "interleaved cannot cut 9 micro-batches into 2 equal rounds of at least 4, one for each device",
    "use 8 or 10"
  ),
  (
    ["cluster.accelerators_per_node=6", "plan.pipeline=3", "plan.schedule=dualpipe"], "schedule",
    "dualpipe needs an even number of devices, not 3", "use 2 or 4"
  ),
  (
    ["plan.pipeline=4", "plan.schedule=dualpipe", "training.gradient_accumulation=6"], "schedule",
    "dualpipe needs an even number of micro-batches, at least 2 for each of 4 devices, not 6", "use 8"
  ),
  (
    ["plan.pipeline=4", "plan.schedule=dualpipe", "training.gradient_accumulation=9"], "schedule",
    "dualpipe needs an even number of micro-batches, at least 2 for each of 4 devices, not 9", "use 8 or 10"
  ),
  (
    split + ["plan.zero=2"], "zero",
    "zb-h1 keeps weight gradients for later, so that zero 2 cannot share them out pass by pass",
    "use zero 0 or 1, or another schedule"
  ),
  (
    split + ["training.recompute=full"], "schedule",
    "zb-h1 splits the backward pass, which full recomputation would do twice",
    "use recompute: none or selective, or another schedule"
  ),
  (
    split + ["training.offload.activations=host"], "schedule",
    "zb-h1 does not wait for activations that are offloaded",
    "keep activations on the device, or use another schedule"
  ),
]

@Suite("Pipelines that cannot be") struct PipelineRefusalTests {
  @Test(arguments: refusals)
  func `are refused at their key, with the nearest that can`(
    overrides: [String], key: String, reason: String, mend: String
  ) {
    let path = "plan.\(key)"
    let error = #expect(throws: Diagnostics.self) {
      _ = try resolver.job(for: try scenario(planScenario, overrides))
    }
    #expect(
      error?.description
        == "--set:1:\(path.count + 2): \(path): \(reason)\n  mend: \(mend)")
  }
}
