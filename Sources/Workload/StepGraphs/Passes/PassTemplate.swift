import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

/// The operators of one pass through one layer, written once and repeated for every micro-batch.
struct PassTemplate {
  var operators: [StepGraph.Operator] = []
  /// For each operator, a stretch of `waits`.
  var waitBounds: [Int32] = [0]
  /// Positions of operators that are waited for; -1 is the last computation before the pass.
  var waits: [Int32] = []
  /// Exchanges that the next computation after the pass waits for.
  var exits: [Int32] = []
  /// After which operators gradients are complete: positions, and which of the layer's operators owns them.
  var completions: [(position: Int32, operatorIndex: Int)] = []

  var isEmpty: Bool { operators.isEmpty }
}

/// All passes through one layer of one class of ranks.
struct LayerTemplate {
  var forward = PassTemplate()
  /// The forward pass run again in the backward pass; empty where nothing is.
  var recomputation = PassTemplate()
  /// Gradients of inputs and weights, by whether there are gradients of earlier micro-batches to add to.
  var backward: [PassTemplate] = []
  /// Gradients of inputs alone, and of weights alone; only for schedules that split them.
  var inputGradient = PassTemplate()
  var weightGradient: [PassTemplate] = []
  /// Bytes kept from the forward to the backward pass.
  var savedBytes = 0.0
  /// Bytes of the layer's input: all that recomputation keeps.
  var inputBytes = 0.0
  /// Bytes of outputs that recomputation keeps besides, until it runs.
  var keptOutputBytes = 0.0
  var parameters = RankParameters()
  /// Bytes of all gradients of one micro-batch.
  var gradientBytes = 0.0
}

/// The parameters that a rank holds, outside experts or of experts.
struct ParameterShare {
  /// Parameters that have gradients.
  var trained = 0.0
  /// Bytes of all of them as they are stored, copies in narrow formats included.
  var bytes = 0.0
  /// How many there are that could have gradients: all but quantised ones.
  var differentiable = 0.0
  /// Bytes of all of them as they are gathered for a pass.
  var gatheredBytes = 0.0
  /// Bytes of those that have gradients as they are sent after an update.
  var updatedBytes = 0.0
  /// Bytes moved to cast updated weights to narrow formats.
  var castBytes = 0.0
  /// What the optimizer updates.
  var tensors: [ParameterTensor] = []

  static func + (a: ParameterShare, b: ParameterShare) -> ParameterShare {
    ParameterShare(
      trained: a.trained + b.trained, bytes: a.bytes + b.bytes,
      differentiable: a.differentiable + b.differentiable,
      gatheredBytes: a.gatheredBytes + b.gatheredBytes, updatedBytes: a.updatedBytes + b.updatedBytes,
      castBytes: a.castBytes + b.castBytes, tensors: a.tensors + b.tensors)
  }
}

/// The parameters of a rank.
struct RankParameters {
  var dense = ParameterShare()
  var expert = ParameterShare()

  static func + (a: RankParameters, b: RankParameters) -> RankParameters {
    RankParameters(dense: a.dense + b.dense, expert: a.expert + b.expert)
  }

  init(dense: ParameterShare = ParameterShare(), expert: ParameterShare = ParameterShare()) {
    self.dense = dense
    self.expert = expert
  }

  init(_ part: ShardedLayer, _ precision: PrecisionPolicy) {
    for sharded in part.operators {
      let item = sharded.item
      let count = Double(item.parameterCount)
      let share = ParameterShare(
        trained: item.isTrainable ? count : 0,
        bytes: item.weightBytes(precision) + item.weightCopyBytes(precision),
        differentiable: item.storedBytesPerParameter == nil ? count : 0,
        gatheredBytes: item.gatheredWeightBytes(precision),
        updatedBytes: item.isTrainable ? item.updatedWeightBytes(precision) : 0,
        castBytes: item.isTrainable ? item.weightCastBytes(precision) : 0,
        tensors: item.parameterTensors(in: part.kind))
      if sharded.isExpert { expert = expert + share } else { dense = dense + share }
    }
  }
}
