import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

/// Writes the passes of layers for one class of ranks; equal layers are written once.
struct LayerTemplates {
  let plan: TrainingPlan
  let device: Accelerator
  let slowdown: Double
  private var known: [Known: LayerTemplate] = [:]

  /// What decides a layer's operators.
  private struct Known: Hashable {
    var operators: [ModelOperator]
    var isRecomputable: Bool
  }

  init(_ plan: TrainingPlan, device: Accelerator, slowdown: Double) {
    self.plan = plan
    self.device = device
    self.slowdown = slowdown
  }

  mutating func template(of layer: ModelLayer, in builder: inout StepGraphBuilder) -> LayerTemplate {
    let key = Known(operators: layer.operators, isRecomputable: layer.isRecomputable)
    if let template = known[key] { return template }
    let part = ShardedLayer(layer, under: plan.shardingRules)
    var template = LayerTemplate()
    template.parameters = RankParameters(part, plan.precision)
    template.gradientBytes = part.operators.reduce(0) {
      $0 + Double(ByteCount(rounding: $1.trainedParameters * plan.precision.gradient.byteWidth).bytes)
    }
    template.savedBytes = part.operators.reduce(0) { $0 + savedBytes($1.item) }
    template.inputBytes =
      Double(plan.microBatch) * Double(layer.inputElements(under: plan.shardingRules))
      * plan.precision.activation.byteWidth
    let recomputes = plan.recompute.recomputesLayers && layer.isRecomputable
    template.forward = forward(part, .forward, saves: !recomputes, &builder)
    if recomputes {
      let items = part.operators.map(\.item)
      let kept = plan.recompute == .products ? keptShares(of: items) : []
      template.keptOutputBytes = zip(items, kept).reduce(0) { $0 + $1.1 * outputBytes($1.0) }
      let shares = recomputedShares(
        of: items, under: plan.recompute, stopsEarly: plan.stopsRecomputationEarly)
      template.recomputation = recomputation(part, shares, template.keptOutputBytes, &builder)
    }
    if plan.pipeline.schedule.splitsBackward {
      template.inputGradient = inputGradients(part, &builder)
      template.weightGradient = [true, false].map { weightGradients(part, isFirst: $0, &builder) }
    }
    template.backward = [true, false].map { backward(part, isFirst: $0, &builder) }
    known[key] = template
    return template
  }

  /// What an operator keeps for its backward pass under the plan's recomputation.
  private func savedBytes(_ item: ModelOperator) -> Double {
    let item = plan.recompute.recomputesAttention ? item.keepingInputsOfAttention : item
    return item.savedBytes(batch: plan.microBatch, precision: plan.precision)
  }

  /// What an operator hands on, with the sums of rows that attention keeps for its backward pass.
  private func outputBytes(_ item: ModelOperator) -> Double {
    var sums = 0.0
    if case .attention(let shape) = item.shape { sums = 4 * Double(shape.queries * shape.heads) }
    return Double(plan.microBatch)
      * (Double(item.outputElements) * plan.precision.activation.byteWidth + sums)
  }

  private func writer(_ phase: StepGraph.Phase) -> PassWriter {
    PassWriter(plan, device: device, slowdown: slowdown, phase: phase)
  }

  private func forward(
    _ part: ShardedLayer, _ phase: StepGraph.Phase, saves: Bool, _ builder: inout StepGraphBuilder
  ) -> PassTemplate {
    var writer = writer(phase)
    for sharded in part.operators {
      let item = sharded.item
      var changes = workspace(.forward, of: sharded)
      if saves { changes.insert(contentsOf: change(.activations, savedBytes(item), atStart: true), at: 0) }
      writer.kernel(item.name, writer.work(item, [.forward]), changes, sharded.forward, in: &builder)
    }
    return writer.finish()
  }

  /// The shares of the forward pass that run again. Outputs that were kept become part of what the layer holds for its
  /// backward pass; sums over ranks of operators that do not run in full are not taken again.
  private func recomputation(
    _ part: ShardedLayer, _ shares: [Double], _ keptBytes: Double, _ builder: inout StepGraphBuilder
  ) -> PassTemplate {
    if shares.allSatisfy({ $0 == 1 }) { return forward(part, .recompute, saves: true, &builder) }
    var writer = writer(.recompute)
    var changes = change(.activations, -keptBytes, atStart: true)
    for (sharded, share) in zip(part.operators, shares) {
      let item = sharded.item
      changes += change(.activations, savedBytes(item), atStart: true)
      if share == 0 { continue }
      var work = writer.work(item, [.forward])
      work = (work.time.scaled(by: share), work.flops * share)
      writer.kernel(
        item.name, work, changes + workspace(.forward, of: sharded),
        sharded.forward.filter { $0.moment != .after || share == 1 }, in: &builder)
      changes = []
    }
    if !changes.isEmpty { writer.kernel("kept", (.zero, 0), changes, in: &builder) }
    return writer.finish()
  }

  /// Gradients of inputs and weights in reverse order, one operator where nothing is exchanged between them.
  private func backward(
    _ part: ShardedLayer, isFirst: Bool, _ builder: inout StepGraphBuilder
  ) -> PassTemplate {
    var writer = writer(.backward)
    for (index, sharded) in part.operators.enumerated().reversed() {
      let item = sharded.item
      var changes = gradientBirth(of: sharded, isFirst: isFirst)
      changes += change(.activations, -savedBytes(item), atStart: false)
      changes += workspace(.inputGradient, of: sharded)
      changes += recomputeAttention(item, &writer, &builder)
      if sharded.inputGradient.isEmpty, sharded.weightGradient.isEmpty {
        var work = writer.work(item, [.inputGradient, .weightGradient])
        work.time += accumulation(of: sharded, isFirst: isFirst)
        writer.kernel(item.name, work, changes, in: &builder)
      } else {
        let gathers = writer.start(sharded.weightGradient, of: item.name, in: &builder)
        writer.kernel(
          item.name, writer.work(item, [.inputGradient]), [], sharded.inputGradient, in: &builder)
        let sums = writer.setAside()
        var work = writer.work(item, [.weightGradient])
        work.time += accumulation(of: sharded, isFirst: isFirst)
        writer.kernel("\(item.name) weights", work, changes, early: gathers, in: &builder)
        writer.takeUp(sums)
      }
      if sharded.trainedParameters > 0 { writer.complete(index) }
    }
    return writer.finish()
  }

  private func inputGradients(_ part: ShardedLayer, _ builder: inout StepGraphBuilder) -> PassTemplate {
    var writer = writer(.backward)
    for sharded in part.operators.reversed() {
      let item = sharded.item
      // What a product needs for its weights' gradient, input and gradient of its output, stays until then.
      let kept = savedBytes(item)
      let added =
        item.weightPassExists
        ? Double(plan.microBatch) * Double(item.outputElements) * plan.precision.activation.byteWidth : -kept
      let changes =
        recomputeAttention(item, &writer, &builder) + change(.activations, added, atStart: false)
        + workspace(.inputGradient, of: sharded)
      writer.kernel(
        item.name, writer.work(item, [.inputGradient]), changes, sharded.inputGradient, in: &builder)
    }
    return writer.finish()
  }

  /// Gradients of weights in reverse order; those of norms and other row-wise work, made with the gradients of their
  /// inputs, count with the product after them.
  private func weightGradients(
    _ part: ShardedLayer, isFirst: Bool, _ builder: inout StepGraphBuilder
  ) -> PassTemplate {
    var writer = writer(.backward)
    var births: [StepGraph.MemoryDelta] = []
    var made: [Int] = []
    func write(
      _ name: String, _ work: (time: SimDuration, flops: Double), _ exchanges: [Exchange], _ held: Double
    ) {
      writer.kernel(
        name, work, births + change(.activations, -held, atStart: false), exchanges, in: &builder)
      for index in made { writer.complete(index) }
      (births, made) = ([], [])
    }
    for (index, sharded) in part.operators.enumerated().reversed() {
      let item = sharded.item
      births += gradientBirth(of: sharded, isFirst: isFirst)
      if sharded.trainedParameters > 0 { made.append(index) }
      guard item.weightPassExists else { continue }
      var work = writer.work(item, [.weightGradient])
      work.time += accumulation(of: sharded, isFirst: isFirst)
      let output = Double(plan.microBatch) * Double(item.outputElements) * plan.precision.activation.byteWidth
      write("\(item.name) weights", work, sharded.weightGradient, savedBytes(item) + output.rounded())
    }
    if !made.isEmpty { write("weights", (.zero, 0), [], 0) }
    return writer.finish()
  }

  /// Under selective recomputation attention runs forward again before its backward pass.
  ///
  /// - Returns: what the backward kernel frees because of it.
  private func recomputeAttention(
    _ item: ModelOperator, _ writer: inout PassWriter, _ builder: inout StepGraphBuilder
  ) -> [StepGraph.MemoryDelta] {
    guard plan.recompute.recomputesAttention, case .attention = item.shape else { return [] }
    let missing = item.savedBytes(batch: plan.microBatch, precision: plan.precision) - savedBytes(item)
    writer.kernel(
      "\(item.name) again", writer.work(item, [.forward]), change(.workspace, missing, atStart: true),
      as: .recompute, in: &builder)
    return change(.workspace, -missing, atStart: false)
  }

  private func gradientBirth(of sharded: ShardedOperator, isFirst: Bool) -> [StepGraph.MemoryDelta] {
    let isShared = plan.zero >= .gradients
    let bornNow = isFirst ? isShared || !plan.keepsGradientBuffer : isShared && !plan.reducesOnce
    if !bornNow { return [] }
    return change(
      .gradients, sharded.trainedParameters * plan.precision.gradient.byteWidth, atStart: true)
  }

  /// Adding to the gradients of the micro-batches before: read both, write one.
  private func accumulation(of sharded: ShardedOperator, isFirst: Bool) -> SimDuration {
    let count = sharded.trainedParameters
    if count == 0 || (isFirst && !plan.keepsGradientBuffer) { return .zero }
    let kernel = Kernel(
      shape: .streaming, flops: count, bytes: 3 * count * plan.precision.gradient.byteWidth,
      dataType: .fp32)
    let time = kernelTime(kernel, on: device).duration
    return slowdown == 1 ? time : time.scaled(by: slowdown)
  }

  private func workspace(_ pass: Pass, of sharded: ShardedOperator) -> [StepGraph.MemoryDelta] {
    let bytes = sharded.item.workspaceBytes(pass, batch: plan.microBatch, precision: plan.precision)
    // Logits that a loss gathers are its input, which its own tensors count.
    if case .crossEntropy = sharded.item.shape {
      return change(.workspace, bytes, atStart: true) + change(.workspace, -bytes, atStart: false)
    }
    let gathered = sharded.forward.reduce(0) {
      $0
        + ($1.kind == .allGather && $1.moment != .after
          ? $1.bytes(batch: plan.microBatch, precision: plan.precision) : 0)
    }
    return change(.workspace, bytes + gathered, atStart: true)
      + change(.workspace, -(bytes + gathered), atStart: false)
  }

  private func change(_ kind: MemoryKind, _ bytes: Double, atStart: Bool) -> [StepGraph.MemoryDelta] {
    let rounded = ByteCount(rounding: bytes).bytes
    return rounded == 0 ? [] : [.init(kind: kind, atStart: atStart, bytes: rounded)]
  }
}

extension ShardedOperator {
  /// Parameters of the rank's part that have gradients.
  var trainedParameters: Double { item.isTrainable ? Double(item.parameterCount) : 0 }
}

extension ModelOperator {
  /// Whether there is a product for its weights' gradient.
  var weightPassExists: Bool {
    switch shape {
    // A product with tied weights owns none and has their gradient all the same.
    case .linear, .expertLinear, .convolution, .embedding: isTrainable
    default: false
    }
  }
}
