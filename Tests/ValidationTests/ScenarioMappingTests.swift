import Diagnostics
import Documents
import Scenarios
import TestSupport
import Testing

@testable import Validation

@Suite("From a row to a scenario") struct ScenarioMappingTests {
  static let columns =
    "id,config_id,source,hardware,gpus_per_node,num_gpus,inter_link,model,arch,layers,hidden,heads,vocab,"
    + "seq_len,micro_batch,global_batch,dtype,tp,pp,vpp,ep,dp,zero_stage,recompute,task,metric,value"

  private func scenario(_ row: String) throws -> OutputValue {
    try ScenarioMapping().scenario(try readMeasurements("\(Self.columns)\n\(row)\n", file: "m.csv")[0])
  }

  private func reason(_ row: String) -> String {
    do {
      _ = try scenario(row)
      return ""
    } catch { return "\(error)" }
  }

  /// One run of every source: the scenarios are read, not computed, in review.
  @Test func `one run of each source is the recorded scenario`() throws {
    var text = ""
    for file in ["throughput", "memory"] {
      let path = packageRoot(#filePath) + "/Validation/training/\(file).csv"
      let rows = try readMeasurements(try #require(textOfFile(path)), file: path)
      var seen: Set<String> = []
      for row in rows {
        guard let scenario = try? ScenarioMapping().scenario(row),
          seen.insert(row.source.split(separator: " results (").first.map(String.init) ?? "").inserted
        else { continue }
        text += "# \(row.source)\n---\n" + scenario.yaml()
      }
    }
    #expect(
      fileHolds(text, packageRoot(#filePath) + "/Tests/Golden/measured-runs.yaml"),
      "record it again with REHEARSE_RECORD=1")
  }

  @Test func `a rack is one node, and larger jobs take equal parts of racks`() throws {
    func cluster(_ devices: Int) throws -> OutputValue? {
      try scenario(
        "r,,NVIDIA dgxc-benchmarking,NVIDIA GB200 NVL72,4,\(devices),,llama3.1-8b,decoder,,,,,8192,1,\(devices),bf16,"
          + "1,1,1,,\(devices),1,none,pretrain,step_time_s,1")["cluster"]
    }
    #expect(try cluster(64)?["nodes"] == 1)
    // 128 = 2 × 64 and 144 = 2 × 72; each device has a port of 400 Gb/s.
    #expect(
      try cluster(128) == [
        "accelerator": "GB200-186GB", "nodes": 2, "accelerators_per_node": 64, "fabric": ["nic": "3.2 TB/s"],
      ])
    #expect(try cluster(144)?["accelerators_per_node"] == 72)
  }

  /// Two releases of one recipe, and one recipe on two devices.
  @Test func `a convention can be one document's, one device's or one framework's`() throws {
    func plan(_ document: String, _ hardware: String, _ framework: String, tensor: Int) throws -> OutputValue
    {
      let table =
        "\(Self.columns),source_locator,framework\n"
        + "r,,NVIDIA dgxc-benchmarking,\(hardware),8,8,,grok1-314b,moe-decoder,,,,,8192,1,8,fp8,"
        + "\(tensor),1,1,8,\(8 / tensor),1,none,pretrain,step_time_s,1,\(document),\(framework)\n"
      return try ScenarioMapping().scenario(try readMeasurements(table, file: "m.csv")[0])
    }
    let early = try plan("grok1/README_314b.md@1", "NVIDIA H100 SXM 80GB", "NeMo", tensor: 4)
    let late = try plan("grok1/README.md@2", "NVIDIA H100 SXM 80GB", "NeMo", tensor: 4)
    #expect(early["plan"]?["expert_tensor"] == nil)
    #expect(early["training"]?["framework"] == "nemo-24.09-flash-attention-2")
    #expect(late["plan"]?["expert_tensor"] == 1)
    #expect(late["training"]?["framework"] == nil)
    #expect(
      try plan("llama4/README.md", "NVIDIA H100 SXM 80GB", "NeMo", tensor: 4)["plan"]?["expert_tensor"] == nil
    )
    #expect(
      try plan("llama4/README.md", "NVIDIA GB200 NVL72", "NeMo", tensor: 4)["plan"]?["expert_tensor"] == 1)
  }

  @Test(
    arguments: [
      ("NVIDIA dgxc-benchmarking", ["rank": 8, "targets": ["qkv"]], true),
      ("NVIDIA NeMo 24.07", ["rank": 32, "targets": ["qkv"]], true),
      (
        "MLPerf Training v5.0 results (X)",
        ["rank": 16, "targets": ["qkv", "o_proj"], "dropout": .real(0.1)],
        false
      ),
      ("elsewhere", nil, false),
    ] as [(String, OutputValue?, Bool)])
  func `adapters and packed texts are those of the source`(
    source: String, adapter: OutputValue?, isPacked: Bool
  ) throws {
    let training = try scenario(
      "r,,\(source),H100,8,8,,llama2-70b,decoder,,,,,4096,1,8,bf16,1,1,1,,8,1,none,lora,step_time_s,1"
    )["training"]
    #expect(training?["method"] == "lora")
    #expect(training?["adapter"] == adapter)
    let texts: OutputValue = ["median": 169, "spread": .real(0.35), "packing": "pack"]
    #expect(training?["lengths"] == (isPacked ? texts : nil))
  }

  @Test func `a scenario of data parallelism alone reads back and has the measured ranks`() throws {
    let document = try scenario(
      "r,dp,X,NVIDIA A100 SXM 80GB,8,16,8x200 Gb/s InfiniBand HDR,toy,decoder,2,256,4,1000,128,2,64,bf16,"
        + "1,1,1,1,16,0,full,pretrain,step_time_s,1")
    let scenario = try readScenario(text: document.yaml(), file: "scenario.yaml")
    #expect(scenario.worldSize == 16)
    #expect(scenario.training.gradientAccumulation == 2)
    #expect(scenario.training.recompute == .full)
    #expect(scenario.cluster.fabric.nic == .gigabitsPerSecond(1600))
    let prediction = try predict(scenario)
    #expect(prediction.fits)
    #expect(agree(prediction.samplesPerSecond * prediction.stepSeconds, 64))
  }

  @Test(arguments: [
    ("llama3.1-8b,decoder,,,,,2048,1,12,bf16,1,1,1,,8,0,none", "the batch does not divide among the ranks"),
    ("llama3.1-8b,decoder,,,,,2048,1,8,bf16,1,1,1,,8,0,some", "the recomputation 'some' is not simulated"),
    ("toy,decoder,2,256,,1000,128,1,8,bf16,1,1,1,,8,0,none", "the model's heads are not stated"),
    (
      "toy,hybrid-mamba,2,256,4,1000,128,1,8,bf16,1,1,1,,8,0,none",
      "a model of the kind 'hybrid-mamba' is not in the catalogue"
    ),
    (
      "deepseek-v3,moe-decoder-mla,4,7168,128,,4096,1,8,bf16,1,1,1,,8,0,none",
      "the model differs from the catalogue's 'deepseek-v3'"
    ),
    (
      "llama3.1-8b,decoder,,,,,2048,1,8,bf16-true + bnb.nf4,1,1,1,,8,0,none",
      "the number format 'bf16-true + bnb.nf4' is not known"
    ),
  ])
  func `what cannot be mapped is skipped with its reason`(middle: String, expected: String) {
    #expect(reason("r,,X,H100,8,8,,\(middle),pretrain,step_time_s,1") == expected)
  }

  @Test func `two nodes need a network`() {
    let rest = ",llama3.1-8b,decoder,,,,,2048,1,16,bf16,1,1,1,,16,0,none,pretrain,step_time_s,1"
    #expect(reason("r,,X,H100,8,16,\(rest)") == "the network between the nodes is not stated")
    #expect(reason("r,,X,H100,8,16,string\(rest)") == "no link of the catalogue is meant by 'string'")
  }
}
