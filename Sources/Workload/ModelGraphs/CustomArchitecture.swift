/// A model given layer by layer through totals that its author measured or estimated.
///
/// All figures are for ONE sample; a micro-batch of b samples costs b times the operations and the
/// activations.
public struct CustomArchitecture: Sendable, Equatable {
  public var layers: [Layer]

  public init(layers: [Layer]) { self.layers = layers }

  public struct Layer: Sendable, Equatable {
    public var name: String
    /// A label such as `conv2d`, `linear` or `attention`; it decides nothing but reports.
    public var type: String
    public var inputShape: [Int]
    public var outputShape: [Int]
    public var parameterCount: Int64
    public var forwardFLOPs: Double
    public var backwardFLOPs: Double
    /// Activation elements kept for the backward pass.
    public var activationElements: Double

    public init(
      name: String, type: String, inputShape: [Int] = [], outputShape: [Int] = [], parameterCount: Int64,
      forwardFLOPs: Double, backwardFLOPs: Double, activationElements: Double
    ) {
      self.name = name
      self.type = type
      self.inputShape = inputShape
      self.outputShape = outputShape
      self.parameterCount = parameterCount
      self.forwardFLOPs = forwardFLOPs
      self.backwardFLOPs = backwardFLOPs
      self.activationElements = activationElements
    }
  }

  /// A model known by its parameters and activations alone.
  ///
  /// - Parameters:
  ///   - parameters: trainable parameters.
  ///   - activations: elements kept for the backward pass of one sample.
  ///   - forwardFLOPs: operations of one forward pass; by default 2 · parameters, one multiply-add
  ///     for each. The backward pass takes twice as many.
  public init(parameters: Int64, activations: Double, forwardFLOPs: Double? = nil) {
    let flops = forwardFLOPs ?? 2 * Double(parameters)
    layers = [
      Layer(
        name: "model", type: "whole", parameterCount: parameters, forwardFLOPs: flops,
        backwardFLOPs: 2 * flops, activationElements: activations)
    ]
  }

  public var parameterCount: Int64 { layers.reduce(0) { $0 + $1.parameterCount } }

  /// One aggregate operator per layer; its backward pass does the FLOPs stated, in the first layer too.
  public func model(name: String = "custom") -> Model {
    let rows = layers.map { layer in
      ModelLayer(
        name: layer.name, kind: .custom,
        operators: [
          ModelOperator(
            layer.type,
            .aggregate(
              AggregateShape(
                forwardFLOPs: layer.forwardFLOPs, backwardFLOPs: layer.backwardFLOPs,
                activationElements: layer.activationElements, inputElements: elements(layer.inputShape),
                outputElements: elements(layer.outputShape))),
            parameters: layer.parameterCount)
        ])
    }
    return Model(name: name, layers: rows, sampleName: "sample")
  }

  /// The product of a shape; `nil` where none is given.
  private func elements(_ shape: [Int]) -> Int? { shape.isEmpty ? nil : shape.reduce(1, *) }
}
