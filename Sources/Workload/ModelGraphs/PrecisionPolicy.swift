import Hardware

/// Which number format each kind of tensor takes in a training step.
public struct PrecisionPolicy: Sendable, Hashable {
  public var name: String
  /// Format of matrix arithmetic.
  public var compute: DataType
  /// Format in which activations are stored.
  public var activation: DataType
  /// Format of the weights that the forward and backward pass read.
  public var weight: DataType
  /// Format in which gradients are kept and reduced.
  public var gradient: DataType
  /// Format of a separate master copy of the weights, where one is kept.
  public var master: DataType?

  public init(
    name: String, compute: DataType, activation: DataType, weight: DataType, gradient: DataType,
    master: DataType?
  ) {
    self.name = name
    self.compute = compute
    self.activation = activation
    self.weight = weight
    self.gradient = gradient
    self.master = master
  }

  public static let fp32 = PrecisionPolicy(
    name: "fp32", compute: .fp32, activation: .fp32, weight: .fp32, gradient: .fp32, master: nil)
  /// fp32 storage, matrix products on tf32 tensor cores.
  public static let tf32 = PrecisionPolicy(
    name: "tf32", compute: .tf32, activation: .fp32, weight: .fp32, gradient: .fp32, master: nil)
  /// Mixed precision: fp16 weights, activations and gradients, fp32 master weights.
  public static let fp16 = PrecisionPolicy(
    name: "fp16", compute: .fp16, activation: .fp16, weight: .fp16, gradient: .fp16, master: .fp32)
  /// Mixed precision: bf16 weights, activations and gradients, fp32 master weights.
  public static let bf16 = PrecisionPolicy(
    name: "bf16", compute: .bf16, activation: .bf16, weight: .bf16, gradient: .bf16, master: .fp32)

  /// The policies a scenario can name.
  public static let named: [PrecisionPolicy] = [.fp32, .tf32, .fp16, .bf16]
}
