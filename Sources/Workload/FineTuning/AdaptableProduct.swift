import ModelGraphs

/// A product that adapters can stand beside, and the projections it fuses.
struct AdaptableProduct {
  /// One projection: what the field calls it and how many of the product's outputs are its own.
  struct Part: Equatable {
    var name: String
    var outputs: Int
  }

  /// Matrices of a mixture of experts, and how many of them a row visits.
  struct Experts: Equatable {
    var count: Int
    var active: Int
  }

  var operatorName: String
  var rows: Int
  var inputs: Int
  var outputs: Int
  var experts: Experts?
  var split: TensorSplit
  var parts: [Part]

  /// The product at `index` of a layer; `nil` where the operator is none.
  init?(at index: Int, of layer: ModelLayer) {
    guard layer.kind != .embedding, layer.kind != .head else { return nil }
    let item = layer.operators[index]
    switch item.shape {
    case .linear(let rows, let inputs, let outputs):
      (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
    case .expertLinear(let rows, let inputs, let outputs, let count, let active):
      (self.rows, self.inputs, self.outputs) = (rows, inputs, outputs)
      experts = Experts(count: count, active: active)
    default: return nil
    }
    operatorName = item.name
    split = item.split
    parts = []
    parts = projections(in: layer, from: index)
  }

  /// Weights without biases.
  var weightCount: Int64 { Int64(experts?.count ?? 1) * Int64(inputs) * Int64(outputs) }

  /// The projections by Hugging Face's names, in the order in which they are laid out.
  private func projections(in layer: ModelLayer, from index: Int) -> [Part] {
    switch operatorName {
    case "qkv", "cross_kv":
      let widths = attentionWidths(in: layer, from: index)
      let keysAndValues = [
        Part(name: "k_proj", outputs: widths.keys), Part(name: "v_proj", outputs: widths.values),
      ]
      if operatorName == "cross_kv" { return keysAndValues }
      return [Part(name: "q_proj", outputs: outputs - widths.keys - widths.values)] + keysAndValues
    case "mlp_in", "shared_in", "experts_in":
      guard isGated(in: layer) else { return [Part(name: "up_proj", outputs: outputs)] }
      return [Part(name: "gate_proj", outputs: outputs / 2), Part(name: "up_proj", outputs: outputs / 2)]
    default: return [Part(name: Self.fieldNames[operatorName] ?? operatorName, outputs: outputs)]
    }
  }

  private func attentionWidths(in layer: ModelLayer, from index: Int) -> (keys: Int, values: Int) {
    for item in layer.operators[index...] {
      if case .attention(let shape) = item.shape {
        return (shape.keyValueHeads * shape.headWidth, shape.keyValueHeads * shape.valueWidth)
      }
    }
    preconditionFailure("\(layer.name) has \(operatorName) and no attention")
  }

  /// Whether two projections feed the activation: the product behind it reads half as many channels.
  private func isGated(in layer: ModelLayer) -> Bool {
    let name = operatorName.replacing("_in", with: "_out")
    return layer.operators.contains { item in
      guard item.name == name else { return false }
      switch item.shape {
      case .linear(_, let inputs, _), .expertLinear(_, let inputs, _, _, _): return 2 * inputs == outputs
      default: return false
      }
    }
  }

  /// Names of the model graph and those that published checkpoints use for the same matrix.
  private static let fieldNames = [
    "projection": "o_proj", "cross_q": "q_proj", "cross_projection": "o_proj", "q": "q_proj",
    "q_down": "q_a_proj", "q_up": "q_b_proj", "kv_down": "kv_a_proj_with_mqa", "kv_up": "kv_b_proj",
    "mlp_out": "down_proj", "shared_out": "down_proj", "experts_out": "down_proj", "router": "gate",
    "shared_gate": "shared_expert_gate", "in_projection": "in_proj", "x_projection": "x_proj",
    "dt_projection": "dt_proj", "out_projection": "out_proj",
  ]
}
