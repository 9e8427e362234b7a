import MemoryModels
import ModelGraphs
import Parallelism
import StepGraphs

/// Which part of memory the operators of a step's graph fill.
struct OperatorParts {
  /// For each name of the graph, that of the operator whose activations it works on: a product's weight gradient
  /// and attention run again belong to the forward operator.
  let baseName: [Int32]
  /// Whether a layer's gradients of one micro-batch are freed in another.
  let gradientsAddUp: Bool
  /// By layer and operator name.
  private let kept: [UInt64: MemoryPart]
  /// Names of layers that keep their inputs alone from the forward to the backward pass.
  private let layersKeepingInputs: Set<Int32>
  /// By layer and operator name: the tensors that it keeps, works with forward and works with backward.
  private var tensors: [UInt64: (kept: [Double], forward: [Double], backward: [Double])] = [:]

  init(_ graph: StepGraph, plan: TrainingPlan) {
    gradientsAddUp = plan.reducesOnce
    var numbers: [Substring: Int32] = [:]
    for (index, name) in graph.names.enumerated() { numbers[name[...]] = Int32(index) }
    baseName = graph.names.enumerated().map { index, name in
      for suffix in [" weights", " again"] where name.hasSuffix(suffix) {
        return numbers[name.dropLast(suffix.count)] ?? Int32(index)
      }
      return Int32(index)
    }
    var kept: [UInt64: MemoryPart] = [:]
    for layer in plan.model.layers {
      guard let layerNumber = numbers[layer.name[...]] else { continue }
      for item in layer.operators {
        guard let number = numbers[item.name[...]] else { continue }
        kept[Self.key(layerNumber, number)] = item.memoryPart(in: layer.kind)
      }
    }
    self.kept = kept
    var known: [[ModelOperator]: ShardedLayer] = [:]
    for layer in plan.model.layers {
      guard let layerNumber = numbers[layer.name[...]] else { continue }
      let part = known[layer.operators] ?? ShardedLayer(layer, under: plan.shardingRules)
      known[layer.operators] = part
      for item in part.operators.map(\.item) {
        guard let number = numbers[item.name[...]] else { continue }
        let saving = plan.recompute.recomputesAttention ? item.keepingInputsOfAttention : item
        tensors[Self.key(layerNumber, number)] = (
          saving.savedTensors(plan.precision), item.workspaceTensors(.forward, precision: plan.precision),
          item.workspaceTensors(.inputGradient, precision: plan.precision)
        )
      }
    }
    layersKeepingInputs =
      plan.recompute.recomputesLayers
      ? Set(plan.model.layers.filter(\.isRecomputable).compactMap { numbers[$0.name[...]] }) : []
  }

  private static func key(_ layer: Int32, _ name: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: layer)) << 32 | UInt64(UInt32(bitPattern: name))
  }

  /// The tensors, in bytes, that an operator asks for when it needs bytes of a kind.
  ///
  /// - Returns: they add up to `bytes`.
  func requests(_ bytes: Int64, of kind: MemoryKind, _ item: StepGraph.Operator) -> [Int64] {
    guard kind == .activations || kind == .workspace,
      !(kind == .activations && isLayerInput(item)),
      let own = tensors[Self.key(item.layerName, baseName[Int(item.partName)])]
    else { return [bytes] }
    let shares = kind == .activations ? own.kept : item.phase == .backward ? own.backward : own.forward
    let whole = shares.reduce(0, +)
    guard shares.count > 1, whole > 0 else { return [bytes] }
    var rest = bytes
    return shares.indices.map { index in
      let piece =
        index == shares.count - 1 ? rest : Int64((Double(bytes) * shares[index] / whole).rounded(.down))
      rest -= piece
      return piece
    }
  }

  private func isLayerInput(_ item: StepGraph.Operator) -> Bool {
    item.phase == .forward && layersKeepingInputs.contains(item.layerName)
  }

  /// The part that bytes of a kind count to when an operator allocates them.
  func part(of kind: MemoryKind, _ item: StepGraph.Operator) -> MemoryPart {
    switch kind {
    case .weights: return .weights
    case .gradients: return .gradients
    case .optimizer: return .optimizerStates
    case .workspace: return .workspace
    case .buffers: return .buffers
    case .overhead, .hostOffload, .diskOffload: return .context
    case .activations:
      if isLayerInput(item) { return .layerInputs }
      return kept[Self.key(item.layerName, baseName[Int(item.partName)])] ?? .otherActivations
    }
  }
}
