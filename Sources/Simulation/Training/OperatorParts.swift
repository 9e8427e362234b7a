import MemoryModels
import ModelGraphs
import StepGraphs

/// Which part of memory the operators of a step's graph fill.
struct OperatorParts {
  /// For each name of the graph, that of the operator whose activations it works on: a product's weight gradient
  /// and attention run again belong to the forward operator.
  let baseName: [Int32]
  /// By layer and operator name.
  private let kept: [UInt64: MemoryPart]
  private let keepsLayerInputs: Bool

  init(_ graph: StepGraph, plan: TrainingPlan) {
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
    keepsLayerInputs = plan.recompute.recomputesLayers
  }

  private static func key(_ layer: Int32, _ name: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: layer)) << 32 | UInt64(UInt32(bitPattern: name))
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
      if keepsLayerInputs, item.phase == .forward { return .layerInputs }
      return kept[Self.key(item.layerName, baseName[Int(item.partName)])] ?? .otherActivations
    }
  }
}
