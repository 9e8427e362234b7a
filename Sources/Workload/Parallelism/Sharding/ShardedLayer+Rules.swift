import Collectives
import ModelGraphs

extension ShardedLayer {
  /// A rank's part of a layer, and what it exchanges with the ranks that hold the rest.
  ///
  /// Products alternate between divided columns and divided rows, so that what lies between them needs no
  /// exchange. A group's input is gathered (under sequence parallelism) before the first and the partial sums are
  /// reduced after the second; backward the same the other way round, and the gathered input is gathered again for
  /// the weights' gradients rather than kept.
  ///
  /// - Complexity: O(operators).
  /// - Source: Shoeybi et al. 2019, arXiv:1909.08053; Korthikanti et al. 2022, arXiv:2205.05198, section 4.2.
  public init(_ layer: ModelLayer, under rules: ShardingRules) {
    var sharder = LayerSharder(layer, rules)
    self.init(
      name: layer.name, kind: layer.kind, operators: layer.operators.flatMap { sharder.parts(of: $0) })
  }
}

/// Walks through a layer's operators in order.
struct LayerSharder {
  let rules: ShardingRules
  let tensor: Int
  let context: Int
  /// Heads of the layer's attention, for key and value heads that cannot be divided as often as query heads.
  private let attention: AttentionShape?
  /// Whether the first product of the experts has passed.
  private var isInsideExperts = false

  init(_ layer: ModelLayer, _ rules: ShardingRules) {
    self.rules = rules
    tensor = rules.degrees.tensor
    context = rules.degrees.context
    attention =
      layer.operators.lazy.compactMap { item -> AttentionShape? in
        if case .attention(let shape) = item.shape { return shape }
        return nil
      }.first
  }

  mutating func parts(of item: ModelOperator) -> [ShardedOperator] {
    guard item.split == .experts, case .expertLinear = item.shape else { return [part(of: item)] }
    let isFirst = !isInsideExperts
    let product = part(of: item)
    let regrouping = regrouping(product.item, isFirst: isFirst)
    return isFirst ? regrouping + [product] : [product] + regrouping
  }

  private mutating func part(of item: ModelOperator) -> ShardedOperator {
    switch item.split {
    case .tokens: rowWise(item)
    case .columns: columns(item)
    case .rows: rows(item)
    case .channels: channels(item)
    case .vocabulary: vocabulary(item)
    case .gathered: gathered(item)
    case .experts: experts(item)
    }
  }

  /// Work on whole rows: tokens are divided by context ranks, and by tensor ranks under sequence parallelism.
  private func rowWise(_ item: ModelOperator) -> ShardedOperator {
    var part = item
    part.divideRows(by: context * rules.tokenShare)
    return ShardedOperator(part)
  }

  private func columns(_ item: ModelOperator) -> ShardedOperator {
    var part = item
    guard case .linear(let rows, let inputs, let outputs) = item.shape else { return rowWise(item) }
    let local = ceilingDivide(rows, context)
    let replicated = replicatedHeadWidth(among: outputs)
    part.shape = .linear(rows: local, inputs: inputs, outputs: ceilingDivide(outputs, tensor) + replicated)
    part.parameterCount = item.parameterCount / Int64(tensor) + Int64(replicated * inputs)
    part.savedInputElements = ceilingDivide(
      item.savedInputElements ?? (item.isTrainable ? rows * inputs : 0), context * rules.tokenShare)
    var sharded = ShardedOperator(part)
    // Input that another product has gathered already is not gathered again.
    if item.savedInputElements != 0 || !item.isTrainable {
      gatherInput(of: &sharded, elements: Double(local * inputs))
    }
    return sharded
  }

  /// Exchanges of an input that whole rows are needed of.
  private func gatherInput(of sharded: inout ShardedOperator, elements: Double) {
    if tensor == 1 { return }
    let moment: Exchange.Moment = rules.overlapsTensor ? .beside : .before
    if rules.sequenceParallel {
      sharded.forward = [Exchange(.allGather, .tensor, elements: elements, moment)]
      if sharded.item.isTrainable {
        // Under way while the input's gradient is computed.
        sharded.weightGradient = [Exchange(.allGather, .tensor, elements: elements, .before)]
      }
    }
    if sharded.item.needsInputGradient {
      sharded.inputGradient = [
        Exchange(rules.sequenceParallel ? .reduceScatter : .allReduce, .tensor, elements: elements, .after)
      ]
    }
  }

  private func rows(_ item: ModelOperator) -> ShardedOperator {
    var part = item
    guard case .linear(let rows, let inputs, let outputs) = item.shape else { return rowWise(item) }
    let local = ceilingDivide(rows, context)
    part.shape = .linear(rows: local, inputs: ceilingDivide(inputs, tensor), outputs: outputs)
    part.parameterCount = item.parameterCount / Int64(tensor)
    part.savedInputElements = item.savedInputElements.map { ceilingDivide($0, context * tensor) }
    var sharded = ShardedOperator(part)
    if tensor > 1 { sumOutput(of: &sharded, elements: Double(local * outputs)) }
    return sharded
  }

  /// Exchanges of an output of which every rank has a partial sum.
  private func sumOutput(of sharded: inout ShardedOperator, elements: Double) {
    let isSequence = rules.sequenceParallel
    sharded.forward = [
      Exchange(
        isSequence ? .reduceScatter : .allReduce, .tensor, elements: elements,
        rules.overlapsTensor ? .beside : .after)
    ]
    if isSequence {
      sharded.inputGradient = [
        Exchange(.allGather, .tensor, elements: elements, rules.overlapsTensor ? .beside : .before)
      ]
    }
  }

  private func vocabulary(_ item: ModelOperator) -> ShardedOperator {
    var part = item
    part.parameterCount = item.parameterCount / Int64(tensor)
    switch item.shape {
    case .embedding(let rows, let width, let vocabulary):
      let local = ceilingDivide(rows, context)
      part.shape = .embedding(rows: local, width: width, vocabulary: ceilingDivide(vocabulary, tensor))
      var sharded = ShardedOperator(part)
      if tensor > 1 {
        sumOutput(of: &sharded, elements: Double(local * width))
        sharded.weightGradient = sharded.inputGradient
        sharded.inputGradient = []
      }
      return sharded
    case .crossEntropy(let rows, let classes):
      let local = ceilingDivide(rows, context)
      part.shape = .crossEntropy(rows: local, classes: ceilingDivide(classes, tensor))
      var sharded = ShardedOperator(part)
      if tensor > 1 {
        // The largest logit, the logit of the target and the sum of exponentials of every row, in fp32.
        sharded.forward = Array(
          repeating: Exchange(.allReduce, .tensor, elements: Double(local), byteWidth: 4, .after), count: 3)
      }
      return sharded
    default: return columns(item)
    }
  }

  /// Every rank needs all classes of its rows; backward each takes its share of the gradient it has.
  private func gathered(_ item: ModelOperator) -> ShardedOperator {
    guard case .crossEntropy(let rows, let classes) = item.shape else { return rowWise(item) }
    let local = ceilingDivide(rows, context)
    var part = item
    part.shape = .crossEntropy(rows: local, classes: classes)
    var sharded = ShardedOperator(part)
    if tensor > 1 {
      sharded.forward = [Exchange(.allGather, .tensor, elements: Double(local * classes), .before)]
    }
    return sharded
  }

  /// What key and value heads add to a rank's outputs because there are fewer of them than tensor ranks.
  private func replicatedHeadWidth(among outputs: Int) -> Int {
    guard let attention, attention.keyValueHeads < tensor else { return 0 }
    let width = attention.headWidth + attention.valueWidth
    let (queries, keys) = (attention.heads * attention.headWidth, attention.keyValueHeads * width)
    guard outputs == keys || outputs == queries + keys else { return 0 }
    return width - ceilingDivide(keys, tensor)
  }
}

extension LayerSharder {
  private func channels(_ item: ModelOperator) -> ShardedOperator {
    var part = item
    part.parameterCount = item.parameterCount / Int64(tensor)
    if case .attention(let shape) = item.shape { return attention(part, shape) }
    part.divideRows(by: context * tensor)
    return ShardedOperator(part)
  }

  /// Heads are divided by tensor ranks; context ranks divide the queries, or exchange tokens for heads.
  private func attention(_ item: ModelOperator, _ whole: AttentionShape) -> ShardedOperator {
    var part = item
    var shape = whole
    shape.heads = ceilingDivide(whole.heads, tensor)
    shape.keyValueHeads = ceilingDivide(whole.keyValueHeads, tensor)
    let keyElements = Double(whole.keys * shape.keyValueHeads * (whole.headWidth + whole.valueWidth))
    if context == 1 {
      part.shape = .attention(shape)
      return ShardedOperator(part)
    }
    let queries = ceilingDivide(whole.queries, context)
    switch rules.contextMethod {
    case .ring:
      shape.queries = queries
      shape.heldKeys = ceilingDivide(whole.keys, context)
      part.shape = .attention(shape)
      var sharded = ShardedOperator(part)
      // Blocks of keys and values arrive while the ones before are attended to; backward their gradients travel
      // along.
      sharded.forward = [Exchange(.allGather, .context, elements: keyElements, .beside)]
      sharded.inputGradient = [
        Exchange(.allGather, .context, elements: keyElements, .beside),
        Exchange(.reduceScatter, .context, elements: keyElements, .beside),
      ]
      return sharded
    case .ulysses:
      let inputs =
        Double(queries * shape.heads * shape.headWidth) + keyElements / Double(context)
      let outputs = Double(queries * shape.heads * shape.valueWidth)
      shape.heads = ceilingDivide(shape.heads, context)
      shape.keyValueHeads = ceilingDivide(shape.keyValueHeads, context)
      part.shape = .attention(shape)
      var sharded = ShardedOperator(part)
      sharded.forward = [
        Exchange(.allToAll, .context, elements: inputs, .before),
        Exchange(.allToAll, .context, elements: outputs, .after),
      ]
      sharded.inputGradient = [
        Exchange(.allToAll, .context, elements: outputs, .before),
        Exchange(.allToAll, .context, elements: inputs, .after),
      ]
      return sharded
    }
  }

  /// Whole experts by expert ranks, their channels by expert-tensor ranks.
  private mutating func experts(_ item: ModelOperator) -> ShardedOperator {
    let (count, split) = (rules.degrees.expert, rules.degrees.expertTensor)
    var part = item
    part.parameterCount = item.parameterCount / Int64(count * split)
    // Ranks that divide an expert's matrices gather the tokens that each of them sent.
    let gathered = rules.sequenceParallel ? split : 1
    let share = context * rules.tokenShare
    func rows(_ whole: Int) -> Int {
      Int((Double(whole * gathered) * rules.experts.rowFactor / Double(share)).rounded(.up))
    }
    guard case .expertLinear(let tokens, let inputs, let outputs, let total, let active) = item.shape else {
      if case .streaming(var shape) = item.shape {
        let factor = Double(gathered) * rules.experts.rowFactor / Double(share * split)
        shape.scale(by: factor)
        part.shape = .streaming(shape)
      }
      return ShardedOperator(part, isExpert: true)
    }
    let isFirst = !isInsideExperts
    isInsideExperts.toggle()
    part.shape = .expertLinear(
      rows: rows(tokens), inputs: isFirst ? inputs : ceilingDivide(inputs, split),
      outputs: isFirst ? ceilingDivide(outputs, split) : outputs, experts: ceilingDivide(total, count),
      active: active)
    var sharded = ShardedOperator(part, isExpert: true)
    let width = isFirst ? inputs : outputs
    let sent = Double(ceilingDivide(tokens, share) * active * width) * max(1, rules.experts.imbalance)
    exchangeTokens(of: &sharded, isFirst: isFirst, sent: sent, gathered: Double(gathered))
    return sharded
  }

  /// A pass over the tokens of a rank's experts: they arrive rank by rank and are wanted expert by expert, and the other
  /// way round on their way back. None where a rank holds one expert, or all.
  ///
  /// - Source: Megatron Core, `MoEAlltoAllTokenDispatcher`: `sort_chunks_by_idxs` where there are several local experts.
  private func regrouping(_ product: ModelOperator, isFirst: Bool) -> [ShardedOperator] {
    guard rules.degrees.expert > 1,
      case .expertLinear(let rows, let inputs, let outputs, let experts, let active) = product.shape,
      experts > 1
    else { return [] }
    let item = ModelOperator(
      isFirst ? "experts_regroup_in" : "experts_regroup_out",
      .streaming(.pass(rows * active * (isFirst ? inputs : outputs))), split: .experts)
    return [ShardedOperator(item, isExpert: true)]
  }

  /// Tokens go to their experts before the first product and come back after the last; backward likewise.
  private func exchangeTokens(
    of sharded: inout ShardedOperator, isFirst: Bool, sent: Double, gathered: Double
  ) {
    let (count, split) = (rules.degrees.expert, rules.degrees.expertTensor)
    var forward: [Exchange] = []
    var backward: [Exchange] = []
    let width = rules.experts.dispatchWidth
    if count > 1 {
      if isFirst {
        forward.append(Exchange(.allToAll, .expert, elements: sent, byteWidth: width, .before))
        backward.append(Exchange(.allToAll, .expert, elements: sent, .after))
      } else {
        forward.append(Exchange(.allToAll, .expert, elements: sent, .after))
        backward.append(Exchange(.allToAll, .expert, elements: sent, byteWidth: width, .before))
      }
    }
    if split > 1 {
      let whole = sent * gathered
      let (gather, sum): (CollectiveKind, CollectiveKind) =
        gathered > 1 ? (.allGather, .reduceScatter) : (.barrier, .allReduce)
      let gathers = gather == .barrier ? [] : [Exchange(gather, .expertTensor, elements: whole, .before)]
      let sums = [Exchange(sum, .expertTensor, elements: whole, .after)]
      if isFirst {
        forward += gathers
        backward = sums + backward
      } else {
        forward = sums + forward
        backward += gathers
      }
    }
    sharded.forward = forward
    sharded.inputGradient = backward
  }
}

func ceilingDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
