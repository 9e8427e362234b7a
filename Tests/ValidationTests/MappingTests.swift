import Catalogues
import Fabrics
import Hardware
import ModelGraphs
import Quantities
import StepGraphs
import Testing
import Training

@testable import Validation

@Suite("From a row to a job") struct MappingTests {
  static let columns =
    "id,source,hardware,accel_memory_gib,gpus_per_node,num_gpus,intra_link,inter_link,model,seq_len,"
    + "micro_batch,grad_accum,global_batch,dtype,task,framework,metric,value,tp"

  private func job(_ row: String) throws -> TrainingJob {
    let measurement = try readMeasurements("\(Self.columns)\n\(row)\n", file: "m.csv")[0]
    return try MeasuredJobMapping(catalogue: .bundled).job(measurement)
  }

  private func reason(_ row: String) -> String {
    do {
      _ = try job(row)
      return ""
    } catch { return "\(error)" }
  }

  @Test func `a row on sixteen nodes`() throws {
    let job = try job(
      "r,X,NVIDIA A100 SXM 80GB,80,8,128,\"NVLink3 600 GB/s bidir per GPU, NVSwitch\","
        + "8x200 Gb/s InfiniBand HDR per node,bert-large,128,256,2,65536,mixed (fp16 AMP),pretrain,PyTorch,"
        + "samples_per_s,70555,1")
    #expect(job.plan.device.name == "A100-SXM-80GB")
    #expect(job.cluster.nodeCount == 16)
    #expect(job.cluster.devicesPerNode == 8)
    #expect(job.cluster.intraNode.bandwidth == .gigabytesPerSecond(300))
    // Eight ports of 200 Gb/s.
    #expect(job.cluster.interNode.bandwidth == .gigabitsPerSecond(1600))
    #expect(job.plan.microBatch == 256)
    #expect(job.plan.accumulation == 2)
    #expect(job.plan.model.tokensPerSample == 128)
    // Automatic mixed precision: 16-bit arithmetic, weights and gradients in fp32.
    #expect(job.plan.precision.compute == .fp16)
    #expect(job.plan.precision.weight == .fp32)
    #expect(job.plan.precision.gradient == .fp32)
    #expect(job.globalBatch == 65536)
  }

  @Test func `conventions of a source fill what its tables leave out`() throws {
    let images = try job(
      "r,NVIDIA DeepLearningExamples PyTorch/Classification/ConvNets/resnet50v1.5,NVIDIA V100 SXM2 16GB "
        + "(DGX-1),16,8,1,NVLink2,,resnet50-v1.5,,,,,mixed (fp16 AMP),train,PyTorch,samples_per_s,1200,1")
    #expect(images.plan.microBatch == 256)
    #expect(images.plan.optimizer == .momentum)
    let questions = try job(
      "r,NVIDIA DeepLearningExamples TensorFlow2/LanguageModeling/BERT,NVIDIA V100 SXM2 32GB,32,8,4,NVLink2,,"
        + "bert-large,,8,,32,fp32,finetune,TensorFlow2,samples_per_s,42.84,1")
    #expect(questions.plan.model.tokensPerSample == 384)
    #expect(questions.plan.precision == .fp32)
    #expect(questions.plan.accumulation == 1)
  }

  @Test func `fp32 means tf32 where the framework and the device have it`() throws {
    let job = try job(
      "r,X,A100-SXM-80GB,80,8,1,NVLink3,,bert-large,128,8,1,8,fp32,pretrain,TensorFlow2,samples_per_s,1,1")
    #expect(job.plan.precision == .tf32)
  }

  @Test func `a framework decides the kernels`() throws {
    let row = ",NVLink2,,resnet50-v1.5,,64,1,64,fp16 AMP,train,"
    let fused = try job("r,X,V100-SXM2-16GB,16,8,1" + row + "OneFlow,samples_per_s,1,1")
    let transposing = try job("r,X,V100-SXM2-16GB,16,8,1" + row + "NGC PyTorch,samples_per_s,1,1")
    let layouts = transposing.plan.model.layers.flatMap(\.operators).filter { $0.name.hasSuffix(".layout") }
    // ResNet-50 has 53 convolutions.
    #expect(layouts.count == 53)
    #expect(fused.plan.model.layers.flatMap(\.operators).allSatisfy { !$0.name.hasSuffix(".layout") })
    #expect(fused.plan.model.parameterCount == transposing.plan.model.parameterCount)
  }

  @Test(arguments: [
    (
      "r,X,Abacus,80,8,1,,,bert-large,128,8,1,8,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "no accelerator of the catalogue is named 'Abacus'"
    ),
    (
      "r,X,A100,80,8,1,,,bert-huge,128,8,1,8,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "no model of the catalogue is named 'bert-huge'"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,128,8,1,8,fp32,pretrain,PyTorch,tokens_per_s,1,1",
      "the metric 'tokens_per_s' is not a rate of samples"
    ),
    (
      "r,X,A100,80,8,8,NVLink3,,bert-large,128,8,1,64,fp32,pretrain,PyTorch,samples_per_s,1,8",
      "the model is split: tp = 8"
    ),
    (
      "r,X,A100,80,8,8,string,,bert-large,128,8,1,64,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "no link of the catalogue is meant by 'string'"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,128,,1,,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "the samples per device are not stated"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,,8,1,8,fp32,pretrain,PyTorch,samples_per_s,1,1",
      "the sequence length is not stated"
    ),
    (
      "r,X,A100,80,8,1,,,bert-large,128,8,1,8,slide rule,pretrain,PyTorch,samples_per_s,1,1",
      "the number format 'slide rule' is not known"
    ),
  ])
  func `what cannot be predicted is skipped with its reason`(row: String, expected: String) {
    #expect(reason(row) == expected)
  }

  @Test(arguments: [1, 2, 7, 40])
  func `folded accumulation equals the whole step`(accumulation: Int) throws {
    var job = try job(
      "r,X,V100-SXM2-16GB,16,8,8,NVLink2,,bert-large,128,4,1,32,fp32,pretrain,PyTorch,samples_per_s,1,1")
    job.plan.accumulation = accumulation
    var every = job
    every.folding = .ranks
    let whole = try simulate(every).step.time
    #expect((try Prediction(simulating: job).stepSeconds - whole).magnitude < 1e-12 * Double(accumulation))
  }
}
