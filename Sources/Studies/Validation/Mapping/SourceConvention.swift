/// What a source does in all its runs of a kind and therefore leaves out of its tables.
///
/// A convention belongs to a source and its documents or data, never to a row.
struct SourceConvention {
  /// How the `source` column begins.
  var source: String
  var task: String?
  /// How the `model` column begins; empty for all.
  var model = ""
  /// Part of the `hardware` column; empty for all.
  var hardware = ""
  /// Whether it holds for 16-bit runs only, for others only, or for both.
  var isMixed: Bool?
  /// Length as printed; empty for all.
  var printedLength: Int?
  var microBatch: Int?
  var sequenceLength: Int?
  /// Number format, in the words that a row would have.
  var dataType: String?
  /// Rates below are speed-ups, which stand in a column of the same table.
  var ratiosBelow: Double?
  /// Where the convention can be read.
  var evidence: String
}

extension SourceConvention {
  static let all: [SourceConvention] = [
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "resnet50", isMixed: true,
      microBatch: 256,
      evidence: "ConvNets/configs.yml: models.resnet50, AMP, batch_size"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "resnet50", hardware: "A100",
      isMixed: false,
      microBatch: 256, evidence: "ConvNets/configs.yml: models.resnet50.DGXA100.TF32.batch_size"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "resnet50", hardware: "V100",
      isMixed: false,
      microBatch: 112, evidence: "ConvNets/configs.yml: models.resnet50.DGX1V.FP32.batch_size"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "resnext101", hardware: "V100",
      isMixed: false, microBatch: 64, evidence: "ConvNets/configs.yml: models.resnext101-32x4d.DGX1V.FP32"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "resnext101", microBatch: 128,
      evidence: "ConvNets/configs.yml: models.resnext101-32x4d, AMP and TF32"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "se-resnext101", hardware: "V100",
      isMixed: true, microBatch: 112, evidence: "ConvNets/configs.yml: models.se-resnext101-32x4d.DGX1V.AMP"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "se-resnext101", hardware: "V100",
      isMixed: false, microBatch: 64, evidence: "ConvNets/configs.yml: models.se-resnext101-32x4d.DGX1V.FP32"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", model: "se-resnext101", microBatch: 128,
      evidence: "ConvNets/configs.yml: models.se-resnext101-32x4d, DGXA100"),
    SourceConvention(
      source: "MLPerf Training v5.0", hardware: "AMD Instinct", dataType: "fp8",
      evidence: "training_results_v5.0, AMD/benchmarks/llama2_70b_lora: FP8=True, by Transformer Engine"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/LanguageModeling/BART", ratiosBelow: 10,
      evidence: "README: the multi-node table's column of speed-ups by mixed precision, 1.58 to 1.77"),
    SourceConvention(
      source: "Pollux/Sia", dataType: "fp16 AMP",
      evidence: "AdaptDL benchmark/models/imagenet/main.py: amp.initialize, whose default level is O1"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples", task: "finetune", model: "bert", sequenceLength: 384,
      evidence: "run_squad.py: max_seq_length, default 384, questions padded to it"),
    // Sequences are binned by length, 64 tokens a bin, and a batch is padded to its longest sequence
    // only. Half of the tokens of the data at length 512 are padding, so 256 remain on average, and half
    // a bin of padding on top.
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/LanguageModeling/BERT", task: "pretrain",
      printedLength: 512, sequenceLength: 288,
      evidence: "Tools/lddl: --target-seq-length 512 --bin-size 64; Krell et al. 2021, arXiv:2107.02027"),
    // Padding is taken out before the blocks, so that the half of the tokens that are real is all that is computed.
    SourceConvention(
      source: "MLPerf Training", model: "bert", printedLength: 512, sequenceLength: 256,
      evidence: "NVIDIA's BERT implementation, --unpad; Krell et al. 2021, arXiv:2107.02027: half is padding"),
    SourceConvention(
      source: "MLPerf Training", model: "bert", hardware: "H100", dataType: "fp8",
      evidence: "training_results_v3.1, NVIDIA/benchmarks/bert: --use_transformer_engine2 enables FP8 layers"),
    SourceConvention(
      source: "MLPerf Training", model: "bert", hardware: "H200", dataType: "fp8", evidence: "as on H100"),
    SourceConvention(
      source: "MLPerf Training", model: "bert", hardware: "Blackwell", dataType: "fp8",
      evidence: "as on H100"),
    SourceConvention(
      source: "MLPerf Training", model: "bert", dataType: "fp16",
      evidence: "NVIDIA's BERT implementation: --fp16, whole model, where fp8 is not chosen"),
    SourceConvention(
      source: "MLPerf Training", model: "resnet50", dataType: "fp16 AMP",
      evidence: "NVIDIA's ResNet-50 implementation in MXNet: --dtype float16, fp32 master weights"),
  ]

  /// The conventions that speak of a measurement.
  static func of(_ measurement: Measurement) -> [SourceConvention] {
    all.filter { $0.holds(for: measurement) }
  }

  private func holds(for measurement: Measurement) -> Bool {
    measurement.source.hasPrefix(source) && measurement.model.hasPrefix(model)
      && (task == nil || task == measurement.task)
      && (hardware.isEmpty || measurement.hardware.contains(hardware))
      && (isMixed == nil || isMixed == measurement.dataType.contains("16"))
      && (printedLength == nil || printedLength == measurement.sequenceLength)
  }
}
