import Collectives
import MemoryModels
import ModelGraphs
import Parallelism

/// Why a plan cannot be, at which key of a scenario, and the nearest that can.
public struct PlanProblem: Sendable, Equatable {
  public var key: String
  public var reason: String
  public var mend: String

  public init(key: String, reason: String, mend: String) {
    self.key = key
    self.reason = reason
    self.mend = mend
  }
}

extension TrainingPlan {
  /// Everything that keeps the work from being divided as planned; empty for a plan that can be.
  ///
  /// - Complexity: O(operators of the model).
  public var problems: [PlanProblem] {
    tensorProblems + contextProblems + expertProblems + pipelineProblems + offloadProblems
      + shardingProblems
  }

  private var attentions: [AttentionShape] {
    var shapes: [AttentionShape] = []
    for layer in model.layers {
      for item in layer.operators {
        if case .attention(let shape) = item.shape, !shapes.contains(shape) { shapes.append(shape) }
      }
    }
    return shapes
  }

  private var tensorProblems: [PlanProblem] {
    let count = degrees.tensor
    if count == 1 { return [] }
    let splits = model.layers.flatMap(\.operators).contains { $0.split == .columns }
    if !splits {
      return [
        PlanProblem(
          key: "plan.tensor", reason: "\(model.name) has no products that tensor ranks could divide",
          mend: "use 1")
      ]
    }
    for shape in attentions {
      if shape.heads % count != 0 {
        return [
          PlanProblem(
            key: "plan.tensor", reason: "\(count) does not divide \(shape.heads) attention heads",
            mend: "use \(alternatives(divisors(of: shape.heads)))")
        ]
      }
      if shape.keyValueHeads % count != 0, count % shape.keyValueHeads != 0 {
        return [
          PlanProblem(
            key: "plan.tensor",
            reason:
              "\(count) neither divides \(shape.keyValueHeads) key and value heads nor is a multiple of them",
            mend: "use \(alternatives(divisors(of: shape.keyValueHeads)))")
        ]
      }
    }
    return []
  }

  private var contextProblems: [PlanProblem] {
    let count = degrees.context
    if count == 1 { return [] }
    func problem(_ reason: String, _ mend: String) -> [PlanProblem] {
      [PlanProblem(key: "plan.context", reason: reason, mend: mend)]
    }
    let kinds = model.layers.map(\.kind)
    guard model.sampleName == "sequence", !kinds.contains(.mixerBlock) else {
      return problem("a sample of \(model.name) is no sequence that attention alone mixes", "use 1")
    }
    // A ring balances causal work by two pieces of the sequence on each rank.
    let pieces = contextMethod == .ring ? 2 * count : count
    for shape in attentions {
      if shape.queries % pieces != 0 {
        return problem(
          "a sequence of \(shape.queries) tokens does not divide into \(pieces) pieces",
          "use a sequence length that is a multiple of \(pieces)")
      }
      let heads = max(1, shape.keyValueHeads / degrees.tensor)
      if contextMethod == .ulysses, heads % count != 0 {
        return problem(
          "\(count) does not divide the \(heads) key and value heads of a rank, which ulysses exchanges",
          "use \(alternatives(divisors(of: heads))), or context_method: ring")
      }
    }
    return []
  }

  private var expertProblems: [PlanProblem] {
    let (count, split) = (degrees.expert, degrees.expertTensor)
    var experts: Int?
    for item in model.layers.lazy.flatMap(\.operators) {
      if case .expertLinear(_, _, _, let total, _) = item.shape { experts = total }
    }
    func problem(_ key: String, _ reason: String, _ mend: String) -> [PlanProblem] {
      [PlanProblem(key: key, reason: reason, mend: mend)]
    }
    guard let experts else {
      let isLoaded = self.experts.imbalance != 1 || self.experts.capacity != nil
      if isLoaded { return problem("plan.experts", "\(model.name) has no routed experts", "leave it out") }
      return count == 1 ? [] : problem("plan.expert", "\(model.name) has no routed experts", "use 1")
    }
    if experts % count != 0 {
      return problem(
        "plan.expert", "\(count) does not divide \(experts) experts",
        "use \(alternatives(divisors(of: experts)))")
    }
    let ranks = degrees.stageRankCount
    if ranks % (count * split) != 0 {
      let key = split == degrees.tensor ? "plan.expert" : "plan.expert_tensor"
      return problem(
        key,
        "\(count) expert × \(split) expert-tensor ranks do not divide the \(ranks) ranks of a stage",
        "use degrees whose product divides \(ranks)")
    }
    if degrees.tensor > 1, split != degrees.tensor || count > 1, !sequenceParallel {
      return problem(
        "plan.sequence_parallel", "tensor ranks that send tokens to experts need tokens of their own",
        "use sequence_parallel: true")
    }
    return []
  }

  private var pipelineProblems: [PlanProblem] {
    let stages = degrees.pipeline
    func problem(_ key: String, _ reason: String, _ mend: String) -> [PlanProblem] {
      [PlanProblem(key: "plan.\(key)", reason: reason, mend: mend)]
    }
    if stages == 1 {
      let isPlain = pipeline.virtualStages == (pipeline.schedule.fixedChunkCount ?? 1)
      return isPlain
        ? [] : problem("virtual_stages", "without a pipeline there is nothing to interleave", "use 1")
    }
    let blocks = model.layers.count {
      $0.kind != .embedding && $0.kind != .head
    }
    // Stages without a block make sense only where the plan says which: those of the embedding and of the head.
    if stageCount > blocks, pipeline.stageBlocks == nil {
      return problem(
        "pipeline", "\(stageCount) stages are more than the \(blocks) blocks of \(model.name)",
        "use at most \(blocks) stages, virtual ones counted")
    }
    if let shares = pipeline.stageBlocks, shares.count != stageCount || shares.reduce(0, +) != blocks {
      return problem(
        "stage_blocks",
        "\(shares.count) stages of \(shares.reduce(0, +)) blocks are not \(stageCount) stages of \(blocks)",
        "list \(stageCount) numbers that add up to \(blocks)")
    }
    do { _ = try schedule() } catch {
      // The error says the mend behind its reason.
      let parts = error.description.split(separator: ";", maxSplits: 1).map(String.init)
      let key = if case .chunks = error { "virtual_stages" } else { "schedule" }
      return problem(key, parts[0], parts.count > 1 ? String(parts[1].dropFirst()) : "use another schedule")
    }
    if zero >= .gradients, pipeline.schedule.splitsBackward {
      return problem(
        "zero",
        "\(pipeline.schedule.rawValue) keeps weight gradients for later, so that zero \(zero.rawValue) cannot "
          + "share them out pass by pass", "use zero 0 or 1, or another schedule")
    }
    if pipeline.schedule.splitsBackward, recompute.recomputesLayers {
      return problem(
        "schedule",
        "\(pipeline.schedule.rawValue) splits the backward pass, which full recomputation would do twice",
        "use recompute: none or selective, or another schedule")
    }
    if pipeline.schedule.splitsBackward, offload.activations != .none {
      return problem(
        "schedule", "\(pipeline.schedule.rawValue) does not wait for activations that are offloaded",
        "keep activations on the device, or use another schedule")
    }
    return []
  }

  /// What lies on the host must be updated there, and only what ranks share out is moved piece by piece.
  private var offloadProblems: [PlanProblem] {
    let cases: [(name: String, place: OffloadPolicy.Place, least: ZeroStage)] = [
      ("gradients", offload.gradients, .gradients), ("parameters", offload.parameters, .parameters),
    ]
    for (name, place, least) in cases where place != .none {
      let key = "training.offload.\(name)"
      if zero < least {
        return [
          PlanProblem(
            key: key,
            reason:
              "\(name) leave the device share by share, and zero \(zero.rawValue) does not share them out",
            mend: least == .parameters ? "use plan.zero: 3" : "use plan.zero: 2 or 3")
        ]
      }
      if offload.optimizer == .none {
        return [
          PlanProblem(
            key: key, reason: "the update on the device would need its \(name) there",
            mend: "set training.offload.optimizer to host or disk")
        ]
      }
    }
    return []
  }
}

package func divisors(of count: Int) -> [Int] {
  count < 1 ? [] : (1...min(count, 100_000)).filter { count % $0 == 0 }
}

package func alternatives(_ numbers: [Int]) -> String {
  guard let last = numbers.last, numbers.count > 1 else { return numbers.map(String.init).joined() }
  return numbers.dropLast().map(String.init).joined(separator: ", ") + " or \(last)"
}
