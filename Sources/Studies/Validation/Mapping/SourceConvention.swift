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
  /// Context-parallel degree that it is for; `nil`: all.
  var context: Int?
  /// Number format, in the words that a row would have.
  var dataType: String?
  /// Model chunks of a pipeline rank.
  var virtualStages: Int?
  /// Adapters of LoRA, where the source's are not on every product at rank 16.
  var adapter: AdapterConvention?
  /// Whether gated activations keep their inputs in 8 bits.
  var keepsInputsInFP8 = false
  /// Texts that are packed into sequences, where sequences are not whole texts.
  var texts: TextConvention?
  /// Rates below are speed-ups, which stand in a column of the same table.
  var ratiosBelow: Double?
  /// Where the convention can be read.
  var evidence: String
}

/// Adapters that a source puts beside the products of a model.
struct AdapterConvention {
  var targets: [String]
  var rank: Int
  var dropout = 0.0
}

/// Lengths of a data set's texts, in tokens: a median and the standard deviation of the logarithm.
struct TextConvention {
  var median: Int
  var spread: Double

  /// Questions of SQuAD 1.1 with their paragraphs and answers: 120 words and 11 words on average, 1.3 tokens a word,
  /// ten tokens of template and answer, 50 words of standard deviation.
  ///
  /// - Source: Rajpurkar et al. 2016, arXiv:1606.05250; the data set's 87,599 training examples.
  static let squad = TextConvention(median: 169, spread: 0.35)
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
    // NeMo's recipes for speed adapt the fused product of attention alone; MLPerf's rules name two products.
    SourceConvention(
      source: "NVIDIA NeMo 24.07", task: "lora", adapter: AdapterConvention(targets: ["qkv"], rank: 32),
      texts: .squad,
      evidence: """
        NeMo 1.0 megatron_gpt_finetuning_config.yaml: lora_tuning.target_modules [attention_qkv], adapter_dim 32; the \
        page's own words: SQuAD packed to 4,096
        """),
    SourceConvention(
      source: "NVIDIA NeMo 24.07", task: "sft", texts: .squad, evidence: "the page's own words, as above"),
    SourceConvention(
      source: "NVIDIA dgxc-benchmarking", task: "lora", adapter: AdapterConvention(targets: ["qkv"], rank: 8),
      texts: .squad,
      evidence: """
        llama3/finetuning/llama3_finetune.py: finetune_recipe with performance_mode, whose LoRA has dim 8 and \
        target_modules [linear_qkv]; SquadDataModule; its FLOPs of a sample have no attention
        """),
    SourceConvention(
      source: "NVIDIA dgxc-benchmarking", task: "sft", texts: .squad,
      evidence: "the same program's SquadDataModule"),
    SourceConvention(
      source: "MLPerf Training", task: "lora",
      adapter: AdapterConvention(targets: ["qkv", "o_proj"], rank: 16, dropout: 0.1),
      evidence: """
        mlcommons/training llama2_70b_lora/run_llama_70B_scrolls_r16.sh: --lora_r 16, --lora_dropout 0.1, \
        --lora_target_modules qkv_proj,o_proj
        """),
    SourceConvention(
      source: "MLPerf Training v5.0", task: "lora", hardware: "Blackwell", context: 1, keepsInputsInFP8: true,
      evidence: """
        training_results_v5.0, llama2_70b_lora: config_DGXB200_1x8x1xtp1pp1cp1.sh and config_GB200_2x4x1xtp1pp1cp1.sh set \
        FP8_ACT=1, activation_func_fp8_input_store; those of context degrees 2 and 8 do not
        """),
    SourceConvention(
      source: "LitGPT", task: "lora", adapter: AdapterConvention(targets: ["qkv"], rank: 8, dropout: 0.05),
      evidence: """
        finetune/lora.py: lora_r 8, lora_dropout 0.05, queries and values, whose adapters are one over the fused \
        product; tutorials/resource-tables.md prints its trainable parameters
        """),
    SourceConvention(
      source: "NVIDIA dgxc-benchmarking", model: "nemotron4-340b", hardware: "H100", virtualStages: 12,
      evidence: "nemotron/nemotron4_340b: virtual_pipeline_model_parallel_size 12; the README's column is NA"),
  ]

  /// The conventions that speak of a measurement.
  static func of(_ measurement: Measurement) -> [SourceConvention] {
    all.filter { $0.holds(for: measurement) }
  }

  private func holds(for measurement: Measurement) -> Bool {
    measurement.source.hasPrefix(source) && measurement.model.hasPrefix(model)
      && (task == nil || task == measurement.task)
      && (hardware.isEmpty || measurement.hardware.contains(hardware))
      && (context == nil || context == measurement.layout.context)
      && (isMixed == nil || isMixed == measurement.dataType.contains("16"))
      && (printedLength == nil || printedLength == measurement.sequenceLength)
  }
}
