import Documents
import Quantities
import Scenarios
import Testing

@testable import Validation

@Suite("From a data-parallel row to a scenario") struct DataParallelMappingTests {
  static let columns =
    "id,source,hardware,accel_memory_gib,gpus_per_node,num_gpus,intra_link,inter_link,model,layers,hidden,heads,"
    + "seq_len,micro_batch,grad_accum,global_batch,dtype,task,framework,metric,value,tp"

  private func document(_ row: String) throws -> OutputValue {
    try ScenarioMapping().scenario(try readMeasurements("\(Self.columns)\n\(row)\n", file: "m.csv")[0])
  }

  private func scenario(_ row: String) throws -> Scenario {
    try readScenario(text: try document(row).yaml(), file: "scenario.yaml")
  }

  private func reason(_ row: String) -> String {
    do {
      _ = try document(row)
      return ""
    } catch { return "\(error)" }
  }

  @Test func `a row on sixteen nodes`() throws {
    let scenario = try scenario(
      "r,X,NVIDIA A100 SXM 80GB,80,8,128,\"NVLink3 600 GB/s bidir per GPU, NVSwitch\","
        + "8x200 Gb/s InfiniBand HDR per node,bert-large,24,1024,16,128,256,2,65536,mixed (fp16 AMP),pretrain,PyTorch,"
        + "samples_per_s,70555,1")
    #expect(scenario.cluster.nodes == 16)
    #expect(scenario.cluster.acceleratorsPerNode == 8)
    // Eight ports of 200 Gb/s.
    #expect(scenario.cluster.fabric.nic == .gigabitsPerSecond(1600))
    #expect(scenario.training.microBatch == 256)
    #expect(scenario.training.gradientAccumulation == 2)
    #expect(scenario.training.globalBatch == 65536)
    #expect(scenario.training.sequenceLength == 128)
    #expect(scenario.training.precision == .fp16)
  }

  @Test func `passes count where the global batch is rounded`() throws {
    // 65,536 is not a multiple of 8 × 126.
    let scenario = try scenario(
      "r,X,V100-SXM2-32GB,32,8,8,,,bert-large,24,1024,16,128,126,64,65536,fp16,pretrain,PyTorch,samples_per_s,1,1"
    )
    #expect(scenario.training.gradientAccumulation == 64)
    #expect(scenario.training.globalBatch == 8 * 126 * 64)
  }

  @Test func `conventions of a source fill what its tables leave out`() throws {
    let images = try scenario(
      "r,NVIDIA DeepLearningExamples PyTorch/Classification/ConvNets/resnet50v1.5,NVIDIA V100 SXM2 16GB "
        + "(DGX-1),16,8,1,NVLink2,,resnet50-v1.5,,,,,,,,mixed (fp16 AMP),train,PyTorch,samples_per_s,1200,1")
    #expect(images.training.microBatch == 256)
    #expect(images.training.optimizer == .momentum)
    #expect(images.training.sequenceLength == nil)
    let questions = try scenario(
      "r,NVIDIA DeepLearningExamples TensorFlow2/LanguageModeling/BERT,NVIDIA V100 SXM2 32GB,32,8,4,NVLink2,,"
        + "bert-large,24,1024,16,,8,,32,fp32,finetune,TensorFlow2,samples_per_s,42.84,1")
    #expect(questions.training.sequenceLength == 384)
    #expect(questions.training.stage == .sft)
    #expect(questions.training.precision == .fp32)
    #expect(questions.training.gradientAccumulation == 1)
  }

  @Test func `fp32 means tf32 where the framework and the device have it`() throws {
    let scenario = try scenario(
      "r,X,A100-SXM-80GB,80,8,1,NVLink3,,bert-large,,,,128,8,1,8,fp32,pretrain,TensorFlow2,samples_per_s,1,1")
    #expect(scenario.training.precision == .tf32)
  }

  @Test func `both utilisations of a run tell how much it computes again`() throws {
    func row(_ metric: String, _ value: String) -> String {
      "r-\(metric),one,IBM/PyTorch fms-fsdp,A100,8,8,toy,decoder,12,256,4,1000,128,2,16,bf16,selective,"
        + "every k-th block,pretrain,\(metric),\(value)\n"
    }
    let columns =
      "id,config_id,source,hardware,gpus_per_node,num_gpus,model,arch,layers,hidden,heads,vocab,seq_len,micro_batch,"
      + "global_batch,dtype,recompute,notes,task,metric,value\n"
    // 0.50 / 0.45 − 1 is a ninth: a third of the forward pass, 4 of 12 blocks.
    let both = try readMeasurements(columns + row("mfu", "0.45") + row("hfu", "0.50"), file: "m.csv")
    let document = try ScenarioMapping().scenario(both[0])
    #expect(document["training"]?["recompute"] == ["first": 4])
    let one = try readMeasurements(columns + row("mfu", "0.45"), file: "m.csv")
    #expect(throws: SkipReason.recomputation("every k-th block, k not stated")) {
      try ScenarioMapping().scenario(one[0])
    }
  }

  @Test func `two stages more than blocks hold the embedding and the head alone`() throws {
    let columns =
      "id,source,hardware,gpus_per_node,num_gpus,model,arch,layers,hidden,heads,vocab,seq_len,micro_batch,"
      + "global_batch,dtype,tp,pp,vpp,task,metric,value\n"
    let row = "r,X,H100,8,8,toy,decoder,6,256,4,1000,128,1,8,bf16,1,4,2,pretrain,step_time_s,1\n"
    let document = try ScenarioMapping().scenario(try readMeasurements(columns + row, file: "m.csv")[0])
    #expect(document["plan"]?["stage_blocks"] == [0, 1, 1, 1, 1, 1, 1, 0])
  }

  @Test(arguments: [
    (
      "r,X,Abacus,80,8,1,,,bert-large,,,,128,8,1,8,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "no accelerator of the catalogue is named 'Abacus'"
    ),
    (
      "r,X,A100,80,8,1,,,bert-huge,,,,128,8,1,8,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "no model of the catalogue is named 'bert-huge'"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,,,,128,,1,,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "the samples per device are not stated"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,,,,,8,1,8,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "the sequence length is not stated"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,,,,128,8,1,8,slide rule,pretrain,PyTorch,samples_per_s,1,1",
      "the number format 'slide rule' is not known"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,,,,128,8,1,8,,pretrain,PyTorch,samples_per_s,1,1",
      "the number format is not stated"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,,,,128,8,1,8,fp32,reading,PyTorch,samples_per_s,1,1",
      "the task 'reading' is not mapped"
    ),
  ])
  func `what cannot be predicted is skipped with its reason`(row: String, expected: String) {
    #expect(reason(row) == expected)
  }
}
