import Rehearsal
import Testing

@Suite("Faults of a document") struct ErrorReportTests {
  private func complaints(_ text: String, _ overrides: [String] = []) -> String {
    do {
      let scenario = try readScenario(
        text: text, file: "job.yaml", overrides: overrides, catalogue: .bundled)
      _ = try rehearse(scenario, resolver: resolver)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func `an unknown key, a wrong unit and an unknown model are told together`() {
    let text = """
      name: three faults
      model: gpt2-smal
      cluster:
        accelerator: A100
        nodes: 2
        fabric: {kind: ring, nic: 100 GiBps}
      training:
        micro_bach: 4
      """
    #expect(
      complaints(text) == """
        job.yaml:2:8: model: no model is named 'gpt2-smal'
          mend: did you mean 'GPT-2 small'?
        job.yaml:6:29: cluster.fabric.nic: unknown unit 'GiBps'
          mend: use one of b/s, kb/s, Mb/s, Gb/s, Tb/s, B/s, kB/s, MB/s, MiB/s, GB/s, GiB/s, TB/s
        job.yaml:8:3: training.micro_bach: unknown key 'micro_bach'
          mend: did you mean 'micro_batch'?
        """)
  }

  @Test func `so they are in the flat dialect`() {
    let text = """
      hardware:
        gpu_model: A10O
        memory_gb: many
      model:
        model_type: gpt2-smal
      training:
        num_iteration: 4
      """
    #expect(
      complaints(text) == """
        job.yaml:2:14: hardware.gpu_model: no accelerator is named 'A10O'
          mend: did you mean 'A100'?
        job.yaml:3:14: hardware.memory_gb: expected a number, found the text 'many'
        job.yaml:5:15: model.model_type: no model is named 'gpt2-smal'
          mend: did you mean 'GPT-2 small'?
        job.yaml:7:3: training.num_iteration: unknown key 'num_iteration'
          mend: did you mean 'num_iterations'?
        """)
  }

  @Test func `unknown names alone are told together too`() {
    #expect(
      complaints("model: resnet-5O\ncluster: {accelerator: H10O, node: DGX-H10O}") == """
        job.yaml:1:8: model: no model is named 'resnet-5O'
          mend: did you mean 'resnet-50'?
        job.yaml:2:24: cluster.accelerator: no accelerator is named 'H10O'
          mend: did you mean 'H100'?
        job.yaml:2:36: cluster.node: no node is named 'DGX-H10O'
          mend: did you mean 'DGX-H100'?
        """)
  }

  @Test func `a name that is missing or broken is not looked up`() {
    #expect(
      complaints("cluster: {accelerator: 7}") == """
        job.yaml:1:1: model: required key 'model' is missing
          mend: write it like 'model: gpt2-small'
        job.yaml:1:24: cluster.accelerator: expected a name, found the number 7
        """)
  }

  @Test func `what cannot be done is refused by name and place, with the mend`() {
    let refusals = [
      ("plan.pipeline=4", "plan.pipeline: 4 stages are more than the 2 blocks of transformer"),
      (
        "cluster.collectives.gather=direct",
        "cluster.collectives.gather: training calls no gather"
      ),
      ("cluster.fabric.rows=2", "cluster.fabric.rows: a switch fabric has no rows"),
      ("training.precision=int8", "training.precision: no precision is named 'int8'"),
    ]
    for (override, complaint) in refusals {
      let text = complaints(baseScenario, [override])
      #expect(text.contains(complaint), "\(text)")
      #expect(text.contains("\n  mend: "), "\(text)")
      #expect(text.hasPrefix("--set:1:"), "\(text)")
    }
  }

  @Test func `measured times of another group or beside an algorithm are refused at their key`() {
    let text = """
      model: gpt2-small
      cluster:
        nodes: 1
        accelerators_per_node: 4
        collectives: {calibration: four-ranks.yaml}
      """
    #expect(
      complaints(text) == """
        job.yaml:5:30: cluster.collectives.calibration: the calibration holds times on 2 nodes, not 1
          mend: measure an all_reduce among 4 ranks on as many nodes as the job has
        """)
    #expect(
      complaints(text, ["cluster.accelerators_per_node=8"]) == """
        job.yaml:5:30: cluster.collectives.calibration: the calibration holds times of 4 ranks, not 8
          mend: measure an all_reduce among 8 ranks on as many nodes as the job has
        """)
    let two = ["cluster.nodes=2", "cluster.accelerators_per_node=2"]
    #expect(complaints(text, two) == "none")
    #expect(
      complaints(text, two + ["cluster.collectives.all_reduce=ring"]) == """
        job.yaml:5:30: cluster.collectives.calibration: a calibration says the times, so that all_reduce: ring would do nothing
          mend: leave out one of the two
        """)
  }
}
