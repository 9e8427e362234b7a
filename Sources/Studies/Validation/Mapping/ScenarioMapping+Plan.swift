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
    // A lone data rank has nobody to share out with, whatever its flags say.
    let sharers = measurement.deviceCount / max(1, layout.tensor * layout.pipeline)
    var zeroStage = sharers > 1 ? layout.zeroStage ?? convention.zeroStage : 0
    if layout.pipeline > 1, convention.keepsWholeInPipelines { zeroStage = min(1, zeroStage) }
    add("zero", zeroStage, unless: 0)
    if zeroStage > 0, let shard = layout.shardSize, shard < sharers { add("shard", shard) }
    if zeroStage > 1, convention.reducesOnce { fields.append(.init("reduce_once", true)) }
    if layout.tensor > 1 {
      fields.append(
        .init("sequence_parallel", .bool(layout.sequenceParallel ?? convention.splitsSequence)))
    }
    let overlap = overlap(layout, gathersUpdates: (1...2).contains(zeroStage), convention)
    if !overlap.isEmpty { fields.append(.init("overlap", .object(overlap))) }
    return fields
  }

  private func schedule(_ measurement: Measurement, _ convention: RunConvention) -> [OutputValue.Field] {
    let layout = measurement.layout
    if layout.pipeline < 2 { return [] }
    let ofModel = SourceConvention.of(measurement).compactMap(\.virtualStages).first
    let chunks = layout.virtualStages ?? ofModel ?? convention.virtualStages
    if chunks < 2 { return [.init("schedule", "1f1b")] }
    return [.init("virtual_stages", .count(chunks)), .init("schedule", "interleaved")]
      + stageBlocks(measurement, stages: chunks * layout.pipeline)
  }

  /// Pipelines of two stages more than blocks have the embedding and the head alone in theirs, as Megatron Core divides
  /// them with `account_for_embedding_in_pipeline_split` and `account_for_loss_in_pipeline_split`.
  private func stageBlocks(_ measurement: Measurement, stages: Int) -> [OutputValue.Field] {
    guard let blocks = measurement.shape.layers, stages == blocks + 2 else { return [] }
    let inner = [OutputValue](repeating: 1, count: blocks)
    return [.init("stage_blocks", .list([0] + inner + [0]))]
  }

  /// Whether each kind of message that the layout has runs beneath computation.
  private func overlap(
    _ layout: MeasuredLayout, gathersUpdates: Bool, _ convention: RunConvention
  ) -> [OutputValue.Field] {
    let kinds: [(RunOverlap, Bool)] = [
      (.tensor, layout.tensor > 1), (.parameters, gathersUpdates), (.pipeline, layout.pipeline > 1),
    ]
    return kinds.filter(\.1).map { kind, _ in
      .init(kind.rawValue, .bool(convention.overlap.contains(kind)))
    }
  }
}
