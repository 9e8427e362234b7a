import MemoryModels
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
  /// Parameters of the rank outside experts and of experts, and how many of them are trained.
  var parameters = ParameterShare()
}

/// How many parameters of a rank are where, and which are trained.
struct ParameterShare: Hashable {
  var dense = 0.0
  var expert = 0.0
  var trainedDense = 0.0
  var trainedExpert = 0.0
  /// Bytes of all of them as they are stored.
  var denseBytes = 0.0
  var expertBytes = 0.0

  static func + (a: ParameterShare, b: ParameterShare) -> ParameterShare {
    ParameterShare(
      dense: a.dense + b.dense, expert: a.expert + b.expert, trainedDense: a.trainedDense + b.trainedDense,
      trainedExpert: a.trainedExpert + b.trainedExpert, denseBytes: a.denseBytes + b.denseBytes,
      expertBytes: a.expertBytes + b.expertBytes)
  }
}
