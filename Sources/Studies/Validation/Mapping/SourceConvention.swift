/// What a source does in all its runs of a kind and therefore leaves out of its tables.
///
/// A convention belongs to a source and its documents or data, never to a row.
struct SourceConvention {
  /// How the `source` column begins.
  var source: String
  var task: String?
  /// Part of the `hardware` column; empty for all.
  var hardware = ""
  /// Whether it holds for 16-bit runs only, for others only, or for both.
  var isMixed: Bool?
  /// Length as printed; empty for all.
  var printedLength: Int?
  var microBatch: Int?
  var sequenceLength: Int?
  /// Where the convention can be read.
  var evidence: String
}

extension SourceConvention {
  static let all: [SourceConvention] = [
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", isMixed: true, microBatch: 256,
      evidence: "ConvNets/configs.yml: models.resnet50, AMP, batch_size"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", hardware: "A100", isMixed: false,
      microBatch: 256, evidence: "ConvNets/configs.yml: models.resnet50.DGXA100.TF32.batch_size"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/Classification", hardware: "V100", isMixed: false,
      microBatch: 112, evidence: "ConvNets/configs.yml: models.resnet50.DGX1V.FP32.batch_size"),
    SourceConvention(
      source: "NVIDIA DeepLearningExamples", task: "finetune", sequenceLength: 384,
      evidence: "run_squad.py: max_seq_length, default 384, questions padded to it"),
    // Sequences are binned by length, 64 tokens a bin, and a batch is padded to its longest sequence
    // only. Half of the tokens of the data at length 512 are padding, so 256 remain on average, and half
    // a bin of padding on top.
    SourceConvention(
      source: "NVIDIA DeepLearningExamples PyTorch/LanguageModeling/BERT", task: "pretrain",
      printedLength: 512, sequenceLength: 288,
      evidence: "Tools/lddl: --target-seq-length 512 --bin-size 64; Krell et al. 2021, arXiv:2107.02027"),
  ]

  /// Whether the convention speaks of a measurement.
  func holds(for measurement: Measurement, isMixed: Bool) -> Bool {
    measurement.source.hasPrefix(source) && (task == nil || task == measurement.task)
      && (hardware.isEmpty || measurement.hardware.contains(hardware))
      && (self.isMixed == nil || self.isMixed == isMixed)
      && (printedLength == nil || printedLength == measurement.sequenceLength)
  }
}
