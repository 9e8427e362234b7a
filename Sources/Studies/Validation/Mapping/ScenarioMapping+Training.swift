import Catalogues
import Documents
import Hardware

extension ScenarioMapping {
  /// Batch, number formats, recomputation and what is trained.
  func training(
    _ measurement: Measurement, _ device: Accelerator, _ convention: RunConvention
  ) throws(SkipReason) -> OutputValue {
    let conventions = SourceConvention.of(measurement)
    let samples =
      measurement.microBatch ?? conventions.compactMap(\.microBatch).first ?? convention.microBatch
    guard let microBatch = samples else { throw .microBatch }
    var fields = try stage(measurement)
    if let architecture = catalogueArchitecture(measurement), !architecture.readsTokens {
      // Networks of images train with momentum.
      fields += [.init("micro_batch", .count(microBatch)), .init("optimizer", "momentum")]
    } else {
      let stated = conventions.compactMap(\.sequenceLength).first ?? measurement.sequenceLength
      guard let length = stated else { throw .sequenceLength }
      fields.append(.init("sequence_length", .count(length)))
      if let texts = conventions.compactMap(\.texts).first {
        fields.append(
          .init(
            "lengths", ["median": .count(texts.median), "spread": .real(texts.spread), "packing": "pack"]))
      }
      fields.append(.init("micro_batch", .count(microBatch)))
    }
    fields += try batch(measurement, microBatch: microBatch)
    let framework = try? catalogue.framework(named: convention.framework ?? measurement.framework)
    let format = try precision(measurement, device, framework)
    fields.append(.init("precision", .string(format)))
    if convention.hasNarrowPrimaryWeights, ["fp8", "fp8_current", "mxfp8"].contains(format) {
      fields.append(.init("primary_weights", "narrow"))
    }
    if conventions.contains(where: \.keepsInputsInFP8) { fields.append(.init("fp8_activation_inputs", true)) }
    if let gradient = convention.gradient { fields.append(.init("gradient_precision", .string(gradient))) }
    if let framework = unfused(framework, measurement) {
      fields.append(.init("framework", .string(framework)))
    }
    if let recompute = try recomputation(measurement, convention) {
      fields.append(.init("recompute", recompute))
    }
    if convention.evidence != "none", !convention.overlap.contains(.gradients) {
      fields.append(.init("overlap", false))
    }
    if convention.hasExpandableSegments {
      fields.append(.init("allocator", ["expandable_segments": true]))
    }
    if measurement.offload.hasPrefix("optimizer") {
      fields.append(.init("offload", ["optimizer": "host"]))
    }
    return .object(fields)
  }

  /// The global batch, or the passes of a step where the row states those alone.
  private func batch(_ measurement: Measurement, microBatch: Int) throws(SkipReason) -> [OutputValue.Field] {
    let layout = measurement.layout
    let ranks = measurement.deviceCount / max(1, layout.tensor * layout.pipeline * layout.context)
    if let global = measurement.globalBatch, ranks > 0, global % (microBatch * ranks) == 0 {
      return [.init("global_batch", .count(global))]
    }
    // Tables round their global batches; the passes are what ran.
    if let passes = measurement.accumulation { return [.init("gradient_accumulation", .count(passes))] }
    if measurement.globalBatch != nil { throw .batch }
    return []
  }

  /// The format of products: 8 bits where any are, else the 16-bit or 32-bit one that the words name.
  private func precision(
    _ measurement: Measurement, _ device: Accelerator, _ framework: FrameworkEntry?
  ) throws(SkipReason) -> String {
    let stated =
      measurement.dataType.isEmpty ? SourceConvention.of(measurement).compactMap(\.dataType).first : nil
    let words = (stated ?? measurement.dataType).lowercased()
    if words.contains("nf4"), measurement.task != "lora" { throw .dataType(measurement.dataType) }
    if words.contains("fp8-mx") { return "mxfp8" }
    if words.contains("fp8-cs") { return "fp8_current" }
    if words.contains("fp8") || words.contains("float8") { return "fp8" }
    guard let policy = precisionPolicy(words, framework: framework ?? .plain, device: device)
    else {
      throw .dataType(measurement.dataType)
    }
    return policy.compute.rawValue
  }

  /// The framework build; flash attention in the row's words overrides a build without it.
  private func unfused(_ framework: FrameworkEntry?, _ measurement: Measurement) -> String? {
    if let framework { return framework.name }
    return measurement.attention == "fused" ? "megatron-lm-2021" : nil
  }

  /// What is recomputed; a row that does not say recomputes nothing.
  private func recomputation(
    _ measurement: Measurement, _ convention: RunConvention
  ) throws(SkipReason) -> OutputValue? {
    switch measurement.recompute {
    // Whole blocks, but not all of them: as many as the utilisations tell.
    case "selective" where measurement.notes.contains("every k-th block"):
      guard let share = measurement.recomputedShare, let blocks = measurement.shape.layers else {
        throw .recomputation("every k-th block, k not stated")
      }
      let count = Int((share * Double(blocks)).rounded())
      return count == 0 ? nil : count == blocks ? "full" : ["first": .count(count)]
    case "selective": return .string(convention.selective)
    case "full": return "full"
    // XLA keeps products and attention under this policy and computes only pointwise work again.
    case "", "none", "minimal_flash policy": return nil
    default: throw .recomputation(measurement.recompute)
    }
  }

  private func stage(_ measurement: Measurement) throws(SkipReason) -> [OutputValue.Field] {
    switch measurement.task {
    case "", "pretrain", "train", "pretrain/sft": return []
    case "sft", "finetune": return [.init("stage", "sft")]
    // QLoRA is LoRA on weights in NF4, with its scales quantised too where the format ends in "dq".
    case "lora":
      let isQuantised = measurement.dataType.contains("nf4")
      let fields: [OutputValue.Field] = [
        .init("stage", "sft"), .init("method", isQuantised ? "qlora" : "lora"),
      ]
      let adapter = adapter(measurement, isQuantised: isQuantised)
      return adapter.isEmpty ? fields : fields + [.init("adapter", .object(adapter))]
    default: throw .task(measurement.task)
    }
  }

  private func adapter(_ measurement: Measurement, isQuantised: Bool) -> [OutputValue.Field] {
    var fields: [OutputValue.Field] = []
    if let stated = SourceConvention.of(measurement).compactMap(\.adapter).first {
      fields += [
        .init("rank", .count(stated.rank)), .init("targets", .list(stated.targets.map { .string($0) })),
      ]
      if stated.dropout > 0 { fields.append(.init("dropout", .real(stated.dropout))) }
    }
    if isQuantised {
      fields.append(.init("double_quantisation", .bool(measurement.dataType.hasSuffix("dq"))))
    }
    return fields
  }
}
