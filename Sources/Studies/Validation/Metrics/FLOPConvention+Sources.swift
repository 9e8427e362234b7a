extension FLOPConvention {
  /// The convention by which a measurement's source counts.
  ///
  /// A source is known by what it divides to: printed FLOP/s over its own token rate equals the convention's FLOPs
  /// of a token, within 2 % for most rows and 4.5 % for all but three kinds: fms-fsdp's models with grouped heads are
  /// printed 6 % lower, GPT-OSS 11 to 17 % and Llama 4 Maverick 10 % lower, by what their windows and chunks save.
  static func of(_ measurement: Measurement) -> FLOPConvention? {
    let source = measurement.source
    if source.hasPrefix("MosaicML") || source.hasPrefix("Hagemann") { return .palm }
    if source.hasPrefix("IBM/PyTorch fms-fsdp") { return measurement.metric == "mfu" ? .palm : nil }
    if source.hasPrefix("Narayanan") || source.hasPrefix("BigScience") { return .megatron(passes: 4) }
    if source.hasPrefix("InternEvo") {
      return .megatron(passes: measurement.recompute == "full" ? 4 : 3)
    }
    if source.hasPrefix("Korthikanti") {
      return measurement.metric == "hfu" ? .megatronSelective : .megatron(passes: 3)
    }
    if source.hasPrefix("NVIDIA Megatron-Bridge") || source.hasPrefix("stas00") {
      return .products(attention: .half)
    }
    if source.hasPrefix("NVIDIA NeMo 24.07") || source.hasPrefix("NVIDIA dgxc-benchmarking") {
      return nemo(measurement)
    }
    return nil
  }

  /// NeMo's formulas differ by family and task.
  private static func nemo(_ measurement: Measurement) -> FLOPConvention {
    let model = measurement.model.lowercased()
    if measurement.task == "sft" { return .weights(passes: 3) }
    if measurement.task == "lora" { return .weights(passes: 2) }
    // The recipes of 2025-02 and 2025-05, on H100, take GPT's formula for Nemotron and so ignore its grouped heads.
    let isOldRecipe = measurement.source.contains("dgxc") && !measurement.hardware.contains("GB200")
    if model.hasPrefix("gpt3") || (model.hasPrefix("nemotron4") && isOldRecipe) {
      return .megatron(passes: 3)
    }
    let isHalf = model.hasPrefix("grok") || model.hasPrefix("deepseek")
    return .products(attention: isHalf ? .half : .full)
  }
}
