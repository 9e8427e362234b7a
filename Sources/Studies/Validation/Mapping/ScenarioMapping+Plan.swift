import Documents

extension ScenarioMapping {
  /// How the work is divided; empty where data parallelism is all.
  func plan(_ measurement: Measurement, _ convention: RunConvention) -> [OutputValue.Field] {
    let layout = measurement.layout
    var fields: [OutputValue.Field] = []
    func add(_ key: String, _ value: Int, unless usual: Int = 1) {
      if value != usual { fields.append(.init(key, .count(value))) }
    }
    add("tensor", layout.tensor)
    add("pipeline", layout.pipeline)
    add("context", layout.context)
    if layout.context > 1 { fields.append(.init("context_method", "ring")) }
    add("expert", layout.expert)
    if layout.expert > 1, let tensor = convention.expertTensor, tensor != layout.tensor {
      fields.append(.init("expert_tensor", .count(tensor)))
    }
    fields += schedule(measurement, convention)
    let zeroStage = layout.zeroStage ?? convention.zeroStage
    add("zero", zeroStage, unless: 0)
    let ranks = measurement.deviceCount / max(1, layout.tensor * layout.pipeline)
    if zeroStage > 0, let shard = layout.shardSize, shard < ranks { add("shard", shard) }
    if layout.tensor > 1, layout.sequenceParallel ?? convention.splitsSequence {
      fields.append(.init("sequence_parallel", true))
    }
    let overlap = overlap(layout, isSharded: zeroStage > 0, convention)
    if !overlap.isEmpty { fields.append(.init("overlap", .object(overlap))) }
    return fields
  }

  private func schedule(_ measurement: Measurement, _ convention: RunConvention) -> [OutputValue.Field] {
    let layout = measurement.layout
    if layout.pipeline < 2 { return [] }
    let chunks = layout.virtualStages ?? convention.virtualStages
    if chunks < 2 { return [.init("schedule", "1f1b")] }
    return [.init("virtual_stages", .count(chunks)), .init("schedule", "interleaved")]
  }

  /// Whether each kind of message that the layout has runs beneath computation.
  private func overlap(
    _ layout: MeasuredLayout, isSharded: Bool, _ convention: RunConvention
  ) -> [OutputValue.Field] {
    let kinds: [(RunOverlap, Bool)] = [
      (.tensor, layout.tensor > 1), (.parameters, isSharded), (.pipeline, layout.pipeline > 1),
    ]
    return kinds.filter(\.1).map { kind, _ in
      .init(kind.rawValue, .bool(convention.overlap.contains(kind)))
    }
  }
}
