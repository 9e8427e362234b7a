import Rehearsal
import TestSupport

/// Small jobs of at most sixteen ranks over everything that may be combined, from a seed.
///
/// - Returns: overrides of the base scenario; the same for the same seed.
func familyMember(_ seed: Int) -> [String] {
  var generator = SeededGenerator(seed: seed)
  func pick<Choice>(_ choices: [Choice]) -> Choice { choices.randomElement(using: &generator)! }
  let (nodes, devices) = (pick([1, 2, 3, 4, 5]), pick([1, 2, 3]))
  let isPowerOfTwo = (nodes * devices).nonzeroBitCount == 1
  let algorithms =
    ["auto", "ring", "tree", "reduce_scatter_all_gather", "parameter_server"]
    + (isPowerOfTwo ? ["recursive_doubling", "rabenseifner"] : [])
  let heads = pick([2, 4, 8])
  return [
    "model={layers: \(pick([1, 2, 3])), hidden: \(64 * pick([1, 2, 4, 8])), heads: \(heads), "
      + "context: 256, vocabulary: \(pick([100, 1000, 8000]))}",
    "cluster.accelerator=\(pick(["A100", "H100", "V100"]))",
    "cluster.nodes=\(nodes)", "cluster.accelerators_per_node=\(devices)",
    "cluster.fabric.kind=\(pick(["full_mesh", "ring", "tree", "torus_2d", "mesh_2d", "switch"]))",
    "cluster.fabric.nic=\(pick([10, 25, 100, 400])) Gb/s",
    "cluster.fabric.nic_latency=\(pick([1, 5, 50])) us",
    "cluster.fabric.switch_latency=\(pick([0, 300])) ns",
    "cluster.fabric.intra_node.bandwidth=\(pick([20, 300])) GB/s",
    "cluster.collectives.all_reduce=\(pick(algorithms))",
    "training.sequence_length=\(pick([64, 128, 256]))", "training.micro_batch=\(pick([1, 2, 5]))",
    "training.gradient_accumulation=\(pick([1, 2, 3]))",
    "training.precision=\(pick(["fp16", "fp32"]))",
    "training.optimizer=\(pick(["adamw", "sgd", "momentum"]))",
    "training.recompute=\(pick(["none", "full", "sqrt"]))",
    "training.bucket_size=\(pick(["300 KiB", "2 MiB", "25 MiB"]))",
    "training.overlap=\(pick(["true", "false"]))",
    "training.offload.optimizer=\(pick(["none", "none", "none", "host"]))",
    "training.offload.activations=\(pick(["none", "none", "none", "host"]))",
    "training.steps=\(pick([1, 3]))",
  ]
}
