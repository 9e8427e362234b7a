import Scenarios
import Testing

@Suite("Complaints about scenarios") struct ComplaintTests {
  @Test(arguments: [
    (
      "cluster: {nodes: 2}",
      "s.yaml:1:1: model: required key 'model' is missing\n  mend: write it like 'model: gpt2-small'"
    ),
    ("", "s.yaml:1:1: model: required key 'model' is missing\n  mend: write it like 'model: gpt2-small'"),
    ("[1]", "s.yaml:1:1: expected a mapping of keys, found a list\n  mend: begin like 'model: gpt2-small'"),
    (
      "model: m\ncluster: {nodse: 2}",
      "s.yaml:2:11: cluster.nodse: unknown key 'nodse'\n  mend: did you mean 'nodes'?"
    ),
    ("model: m\nsteps: 2", "s.yaml:2:1: steps: unknown key 'steps'\n  mend: it belongs at 'training.steps'"),
    (
      "model: m\nqqqqqqqqqq: 2",
      "s.yaml:2:1: qqqqqqqqqq: unknown key 'qqqqqqqqqq'\n  mend: keys here: name, description, model, cluster, "
        + "training, plan, simulation, output"
    ),
    (
      "model: m\ncluster: {nodes: four}",
      "s.yaml:2:18: cluster.nodes: expected a whole number, found the text 'four'"
    ),
    ("model: m\ncluster: {nodes: 0}", "s.yaml:2:18: cluster.nodes: 0 is out of range: 1 to 1000000"),
    (
      "model: m\ncluster: {nodes: 1.5}",
      "s.yaml:2:18: cluster.nodes: expected a whole number, found the number 1.5"
    ),
    ("model: m\ncluster: 5", "s.yaml:2:10: cluster: expected a mapping of keys, found the number 5"),
    (
      "model: m\ncluster: {fabric: {nic: 400}}",
      "s.yaml:2:25: cluster.fabric.nic: '400' has no unit\n  mend: write it like 400 Gb/s; units: b/s, kb/s, Mb/s, "
        + "Gb/s, Tb/s, B/s, kB/s, MB/s, MiB/s, GB/s, GiB/s, TB/s"
    ),
    (
      "model: m\ncluster: {host_memory: 1 TB/s}",
      "s.yaml:2:24: cluster.host_memory: unknown unit 'TB/s'\n  mend: use one of B, kB, KB, KiB, MB, MiB, GB, GiB, TB, "
        + "TiB, PB, PiB"
    ),
    (
      "model: m\ncluster: {host_memory: 1e300 TB}",
      "s.yaml:2:24: cluster.host_memory: 1e300 TB is out of range: 1 B to 1000 PB"
    ),
    (
      "model: m\ncluster: {fabric: {nic_latency: 2 h}}",
      "s.yaml:2:33: cluster.fabric.nic_latency: 2 h is out of range: 0 s to 1 h"
    ),
    (
      "model: m\ntraining: {precision: bf8}",
      "s.yaml:2:23: training.precision: no precision is named 'bf8'\n  mend: allowed: fp32, tf32, "
        + "bf16, fp16, fp8, fp8_current, mxfp8, nvfp4, mxfp4"
    ),
    (
      "model: m\ntraining: {overlap: yes}",
      "s.yaml:2:21: training.overlap: expected true or false, found the text 'yes'\n  mend: write true or false, "
        + "without quotes"
    ),
    (
      "model: m\ntraining: {stage: dop}",
      "s.yaml:2:19: training.stage: no stage is named 'dop'\n  mend: did you mean 'dpo'? allowed: pretrain, sft, rm, "
        + "dpo, ipo, kto, orpo, simpo, ppo, grpo"
    ),
    (
      "model: m\ntraining: {adapter: {targets: q_proj}}",
      "s.yaml:2:31: training.adapter.targets: expected all-linear or a list of names, found the text 'q_proj'\n"
        + "  mend: write it like [q_proj, v_proj]"
    ),
    (
      "model: m\nplan: {tensor: 16}",
      "s.yaml:2:16: plan.tensor: tensor 16 × context 1 × pipeline 1 does not divide the 1 nodes × 8 accelerators = "
        + "8 ranks\n  mend: use degrees whose product divides 8"
    ),
    (
      "model: m\nplan: {zero: 4}",
      "s.yaml:2:14: plan.zero: 4 is out of range: 0 to 3"
    ),
    (
      "model: m\nplan: {data: 4}",
      "s.yaml:2:14: plan.data: 4 data-parallel ranks are not the 1 nodes × 8 accelerators = 8 ranks\n  mend: write "
        + "auto or 8"
    ),
    (
      "model: m\ncluster: {nodes: 6, fabric: {kind: torus_2d, rows: 4}}",
      "s.yaml:2:52: cluster.fabric.rows: 4 rows × 1 columns = 4 places, not 6 nodes\n  mend: use divisors of 6, or "
        + "leave rows and columns out"
    ),
    (
      "model: m\ncluster: {fabric: {kind: ring, rows: 4}}",
      "s.yaml:2:38: cluster.fabric.rows: a ring fabric has no rows\n  mend: leave it out, or use torus_2d or mesh_2d"
    ),
    (
      "model: m\ncluster: {nodes: 2, fabric: {kind: custom}}",
      "s.yaml:1:1: cluster.fabric.links: required key 'cluster.fabric.links' is missing\n  mend: list the links of the "
        + "custom fabric, like [{from: 0, to: 1, bandwidth: 100 Gb/s}]"
    ),
    (
      "model: m\ncluster: {accelerator: {memory: 1 GB, memory_bandwidth: 1 GB/s}}",
      "s.yaml:2:24: cluster.accelerator: required key 'peak' is missing\n  mend: give it, or name a catalogue device "
        + "as 'base'"
    ),
    (
      "model: m\ncluster: {accelerator: {base: A100, peak: {bf15: 1 TFLOP/s}}}",
      "s.yaml:2:44: cluster.accelerator.peak.bf15: no number format is named 'bf15'\n  mend: did you mean 'bf16'?"
    ),
    (
      "model: {layers: 2, hidden: 770, heads: 12}",
      "s.yaml:1:40: model.heads: 12 heads do not divide the hidden size 770\n  mend: use 11 or 14, or give the head width"
    ),
    (
      "model: {layers: 2, hidden: 768, heads: 12, kv_heads: 5}",
      "s.yaml:1:54: model.kv_heads: 5 key and value heads do not divide 12 heads\n  mend: use 4 or 6"
    ),
    (
      "model: {layers: 2, hidden: 768, heads: 12, experts: 4, experts_per_token: 8}",
      "s.yaml:1:75: model.experts_per_token: a token cannot visit 8 of 4 experts\n  mend: use at most 4"
    ),
    (
      "model: {hidden: 768, heads: 12}",
      "s.yaml:1:8: model.layers: required key 'layers' is missing\n  mend: write it like 'layers: 12'"
    ),
    (
      "model: m\nname: a/b",
      "s.yaml:2:7: name: the name is out of range: 1 to 200 letters, no '/' and no control characters\n  mend: write it like first-run"
    ),
    (
      "model: m\ncluster: {collectives: {gather: ring}}",
      "s.yaml:2:33: cluster.collectives.gather: the gather algorithm 'ring' is not simulated\n  mend: use auto, binomial or direct"
    ),
  ])
  func `are said word for word`(text: String, complaint: String) {
    #expect(complaints(text) == complaint)
  }

  @Test func `come all at once, in the order of the document, overrides last`() {
    let text = """
      training:
        steps: 0
        precison: bf16
      cluster:
        nodes: many
        fabric: {nic: 25 GBps}
      """
    #expect(
      complaints(text, "plan.tensor=0", "cluster.fabric.kind=rings") == """
        s.yaml:1:1: model: required key 'model' is missing
          mend: write it like 'model: gpt2-small'
        s.yaml:2:10: training.steps: 0 is out of range: 1 to 10000000
        s.yaml:3:3: training.precison: unknown key 'precison'
          mend: did you mean 'precision'?
        s.yaml:5:10: cluster.nodes: expected a whole number, found the text 'many'
        s.yaml:6:17: cluster.fabric.nic: unknown unit 'GBps'
          mend: use one of b/s, kb/s, Mb/s, Gb/s, Tb/s, B/s, kB/s, MB/s, MiB/s, GB/s, GiB/s, TB/s
        --set:1:13: plan.tensor: 0 is out of range: 1 to 10000000
        --set:1:21: cluster.fabric.kind: no fabric is named 'rings'
          mend: did you mean 'ring'? allowed: full_mesh, ring, tree, torus_2d, mesh_2d, switch, custom, fat_tree, \
        leaf_spine, rail_optimized, dragonfly, hypercube, torus, mesh, hierarchical, file
        """)
  }

  @Test func `a long text is cut short`() {
    let text = String(repeating: "x", count: 1000)
    #expect(
      complaints("model: m\ncluster: {nodes: \(text)}")
        == "s.yaml:2:18: cluster.nodes: expected a whole number, found the text '\(text.prefix(60))…'")
  }

  @Test func `overrides replace, add and nest`() throws {
    let scenario = try read(
      "model: m\ntraining: {steps: 5}", "training.steps=7", "training.recompute={every: 2}",
      "cluster.fabric.nic=200 Gb/s", "model={parameters: 5, activations: 6}", "name=again", "name=last")
    #expect(scenario.training.steps == 7 && scenario.training.recompute == .every(2))
    #expect(scenario.cluster.fabric.nic == .gigabitsPerSecond(200))
    #expect(scenario.name == "last")
    #expect(scenario.places["training.steps"].description == "--set:1:16")
    #expect(scenario.places["cluster.nodes"].description == "s.yaml:1:1")
  }

  @Test(arguments: [
    (
      "training.steps",
      "--set:1:1: 'training.steps' is not of the form key=value\n  mend: write it like training.steps=20"
    ),
    ("=5", "--set:1:1: '=5' is not of the form key=value\n  mend: write it like training.steps=20"),
    ("training.stepz=5", "--set:1:1: training.stepz: unknown key 'stepz'\n  mend: did you mean 'steps'?"),
    ("training.steps=x", "--set:1:16: training.steps: expected a whole number, found the text 'x'"),
    (
      "training.steps=", "--set:1:16: training.steps: expected a whole number, found nothing"
    ),
    (
      "model.layers=5",
      "--set:1:1: model.layers: 'model' is the text 'm' in the document, not a mapping of keys\n  mend: set the whole of 'model'"
    ),
    (
      "name=[a",
      "--set:2:1: name: did not find expected ',' or ']' while parsing a flow sequence that starts in line 1"
    ),
  ])
  func `a bad override is located in its text`(text: String, complaint: String) {
    #expect(complaints("model: m", text) == complaint)
  }
}
