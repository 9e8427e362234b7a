/// Equal matrices or vectors of parameters, as an optimizer sees them.
public struct ParameterTensor: Sendable, Hashable {
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Token and position tables, and what else makes vectors of raw input.
    case embedding
    /// The last product.
    case head
    /// Matrices between the two.
    case hidden
    /// Biases, norms, and parameters whose shape is not known.
    case vector
  }

  public var rows: Int
  public var columns: Int
  /// How many there are; a fraction where ranks share them.
  public var count: Double
  public var role: Role

  public init(rows: Int, columns: Int, count: Double = 1, role: Role = .hidden) {
    self.rows = rows
    self.columns = columns
    self.count = count
    self.role = role
  }

  public static func vector(_ elements: Int, count: Double = 1) -> ParameterTensor {
    ParameterTensor(rows: elements, columns: 1, count: count, role: .vector)
  }

  /// Elements of one of them.
  public var elements: Double { Double(rows) * Double(columns) }
  /// Elements of all of them.
  public var totalElements: Double { elements * count }
}

extension ModelOperator {
  /// The tensors that training updates, for an operator in a layer of some kind.
  ///
  /// `parameterCount` decides how many parameters there are: matrices as the shape says, where they fit
  /// into the count, and the rest as one vector. Convolutions are matrices of output channels by inputs and
  /// kernel. Products that a framework stores as one matrix, such as queries, keys and values, are one.
  public func parameterTensors(in kind: LayerKind) -> [ParameterTensor] {
    if parameterCount == 0 || !isTrainable { return [] }
    var role = ParameterTensor.Role.hidden
    if kind == .embedding { role = .embedding }
    if kind == .head { role = .head }
    let matrix: ParameterTensor? =
      switch shape {
      case .linear(_, let inputs, let outputs):
        ParameterTensor(rows: outputs, columns: inputs, role: role)
      case .expertLinear(_, let inputs, let outputs, let experts, _):
        ParameterTensor(rows: outputs, columns: inputs, count: Double(experts), role: role)
      case .embedding(_, let width, let vocabulary):
        ParameterTensor(rows: vocabulary, columns: width, role: .embedding)
      case .convolution(let shape):
        ParameterTensor(
          rows: shape.outputChannels, columns: shape.weightElements / shape.outputChannels, role: role)
      case .streaming, .attention, .crossEntropy, .aggregate: nil
      }
    guard let matrix, Int64(matrix.totalElements) <= parameterCount else {
      return [.vector(Int(parameterCount))]
    }
    let rest = Int(parameterCount - Int64(matrix.totalElements))
    return rest > 0 ? [matrix, .vector(rest)] : [matrix]
  }
}

extension ModelLayer {
  /// The tensors that training updates.
  public var parameterTensors: [ParameterTensor] { operators.flatMap { $0.parameterTensors(in: kind) } }
}

extension Model {
  /// The tensors that training updates.
  public var parameterTensors: [ParameterTensor] { layers.flatMap(\.parameterTensors) }
}
