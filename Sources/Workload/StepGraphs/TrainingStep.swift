import Collectives
import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

/// Writes the execution graph of a training step.
///
/// Each class of ranks does the actions of its place in the pipeline, in the schedule's order: passes of a
/// micro-batch through the layers of a chunk, kernel by kernel, with the exchanges between ranks that divide a
/// layer. When a chunk makes weight gradients for the last time, they are reduced bucket by bucket. The optimizer
/// runs after the last reduction, and after all stages have agreed on the gradients' norm.
///
/// - Parameters:
///   - classes: who does the same; see `rankClasses`.
///   - leastCount: micro-batches to write at least where those that only repeat what others do are left to
///     `StepGraph.cycle`; nil to write all.
/// - Throws: `PipelineScheduleError` for micro-batches that the schedule cannot take.
/// - Complexity: O(operators of a stage × micro-batches × classes), those left to the cycle aside.
public func trainingStep(
  _ plan: TrainingPlan, classes: RankPartition, foldsFrom leastCount: Int? = nil
) throws(PipelineScheduleError) -> TrainingStep {
  let whole = try plan.schedule()
  let cycle = leastCount.flatMap { ScheduleCycle(of: whole, leastCount: $0) }
  let schedule = cycle?.schedule ?? whole
  let stages = plan.stageLayers()
  var builder = StepGraphBuilder(layout: plan.layout)
  let links = StageLinks(
    bytes: plan.boundaryBytes(stages), stageCount: schedule.stageCount,
    microBatchCount: schedule.microBatchCount)
  var places: [[Int32]] = Array(
    repeating: Array(repeating: -1, count: schedule.deviceCount > 1 ? links.messageCount : 0),
    count: schedule.deviceCount)
  var awaited: [(sender: Int, message: Int, wait: Int)] = []
  var shares: [RankParameters] = []
  var resident: [[Int64]] = []
  var stretches: [WrittenStretch] = []
  for (number, item) in classes.classes.enumerated() {
    let device = plan.fleet.devices[item.device]
    var templates = LayerTemplates(plan, device: device, slowdown: item.slowdown)
    let chunks = (0..<schedule.chunksPerDevice).map { chunk in
      plan.chunk(chunk, on: item.stage, schedule, stages, &templates, &builder)
    }
    var writer = StageWriter(
      plan, device: device, slowdown: item.slowdown, schedule: schedule, stage: item.stage, chunks: chunks,
      links: links)
    stretches.append(writer.write(into: &builder, noting: cycle?.actions[item.stage]))
    for sent in writer.sendPlaces { places[item.stage][sent.message] = Int32(sent.place) }
    awaited += writer.messages
    shares.append(chunks.reduce(RankParameters()) { $0 + $1.parameters })
    var held = plan.residentBytes(shares[number], on: device, stage: item.stage)
    let laidOut = plan.laidOutBytes(
      chunks, schedule.actions[item.stage], stage: item.stage,
      weights: held[MemoryKind.weights.rawValue])
    held[MemoryKind.buffers.rawValue] += ByteCount(rounding: laidOut).bytes
    resident.append(held)
    builder.finishClass(named: classes.name(of: number), stage: item.stage, ranks: item.ranks)
  }
  for item in awaited { builder.settle(item.wait, count: Int(places[item.sender][item.message])) }
  var graph = builder.build()
  if let cycle {
    graph.cycle = StepGraph.Cycle(of: graph, omitted: cycle.omitted, stretches: stretches)
    if graph.cycle == nil {
      return try trainingStep(plan, classes: classes, foldsFrom: schedule.microBatchCount + 1)
    }
  }
  let tensors = zip(shares, resident).map { plan.residentTensors($0, resident: $1) }
  return TrainingStep(
    graph: graph, resident: resident, tensors: tensors, microBatchCount: schedule.microBatchCount)
}

/// A step's graph, and what ranks hold all the time.
public struct TrainingStep: Sendable {
  public var graph: StepGraph
  /// Per class, the bytes by `MemoryKind.rawValue` that are there from the start.
  public var resident: [[Int64]]
  /// Per class, the pieces in which what stays on the device is taken, context and libraries aside.
  public var tensors: [[ResidentTensor]]
  /// Micro-batches that the graph has; its cycle stands for any others.
  public var microBatchCount: Int
}

extension TrainingPlan {
  /// The order of passes on the devices of the plan's pipeline.
  public func schedule() throws(PipelineScheduleError) -> PipelineSchedule {
    if degrees.pipeline == 1 {
      // Alone, a rank runs micro-batch by micro-batch.
      return try pipelineSchedule(.oneForwardOneBackward, devices: 1, chunks: 1, microBatches: accumulation)
    }
    return try pipelineSchedule(
      pipeline.schedule, devices: degrees.pipeline, chunks: pipeline.virtualStages,
      microBatches: accumulation)
  }

  fileprivate func chunk(
    _ chunk: Int, on place: Int, _ schedule: PipelineSchedule, _ stages: [Range<Int>],
    _ templates: inout LayerTemplates, _ builder: inout StepGraphBuilder
  ) -> ChunkPlan {
    let stage = schedule.stage(ofChunk: chunk, onDevice: place)
    let layers = Array(model.withOwnTables(in: stages[stage]))
    let names = layers.map { builder.name($0.name) }
    let passed = (0..<schedule.microBatchCount).count {
      schedule.holder(ofStage: stage, microBatch: $0) == (place, chunk)
    }
    return ChunkPlan(
      stage: stage, microBatchCount: passed, layers: layers, names: names,
      templates: layers.map { templates.template(of: $0, in: &builder) },
      segmentStarts: segmentStarts(of: layers),
      buckets: GradientReductions(layers.map { ShardedLayer($0, under: shardingRules) }, plan: self))
  }

  /// Segments of layers that lie behind each other and are recomputed; the last of a run may be shorter.
  private func segmentStarts(of layers: [ModelLayer]) -> [Int?] {
    guard recompute.recomputesLayers, let length = recompute.segmentLength(layerCount: layers.count) else {
      return layers.map { _ in nil }
    }
    var run = 0
    return layers.indices.map { index in
      guard layers[index].isRecomputable else {
        run = index + 1
        return nil
      }
      return run + (index - run) / length * length
    }
  }

  /// Bytes that a stage sends to the next for one micro-batch, of one rank.
  fileprivate func boundaryBytes(_ stages: [Range<Int>]) -> ByteCount {
    guard stages.count > 1, let first = model.layers[stages[1]].first else { return .zero }
    let elements = first.inputElements(under: shardingRules)
    return ByteCount(rounding: Double(elements * microBatch) * precision.activation.byteWidth)
  }
}

extension Model {
  /// Layers of a stage; a head tied to a token table that lies on another stage owns a copy of it.
  fileprivate func withOwnTables(in range: Range<Int>) -> ArraySlice<ModelLayer> {
    guard range.upperBound == layers.count, range.lowerBound > 0, tiedTableParameters > 0 else {
      return layers[range]
    }
    var part = layers[range]
    let last = part.indices.upperBound - 1
    for index in part[last].operators.indices where part[last].operators[index].split == .vocabulary {
      if case .linear = part[last].operators[index].shape {
        part[last].operators[index].parameterCount += tiedTableParameters
      }
    }
    return part
  }

  /// Parameters of the token table where the head has none of its own; 0 where it has.
  var tiedTableParameters: Int64 {
    guard let head = layers.last, head.kind == .head, let first = layers.first, first.kind == .embedding
    else { return 0 }
    for item in head.operators where item.split == .vocabulary {
      if case .linear(_, let inputs, let outputs) = item.shape {
        return item.parameterCount < Int64(inputs) * Int64(outputs) ? Int64(inputs) * Int64(outputs) : 0
      }
    }
    return 0
  }
}

extension StageWriter {
  /// Bytes of a tied table's gradient that this rank sums with the other end of the pipeline.
  var tiedTableBytes: ByteCount? {
    let table = plan.model.tiedTableParameters
    let holders = [0, schedule.stageCount - 1].map { schedule.holder(ofStage: $0, microBatch: 0).device }
    guard table > 0, holders[0] != holders[1], holders.contains(stage) else { return nil }
    let share = Double(table) / Double(plan.degrees.tensor)
    return ByteCount(rounding: share * plan.precision.gradient.byteWidth)
  }
}
