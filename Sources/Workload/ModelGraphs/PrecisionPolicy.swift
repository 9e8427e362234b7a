import Hardware

/// Products told apart by how well they bear narrow number formats.
public struct ProductKinds: OptionSet, Sendable, Hashable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Linear layers, but for those an operator marks as `keepsWide`.
  public static let linear = ProductKinds(rawValue: 1)
  /// Routed experts.
  public static let experts = ProductKinds(rawValue: 2)
  /// Scores and weighted values; operands are quantised inside the kernel.
  public static let attention = ProductKinds(rawValue: 4)
  /// Convolutions; operands are quantised inside the kernel.
  public static let convolution = ProductKinds(rawValue: 8)
  public static let all: ProductKinds = [.linear, .experts, .attention, .convolution]
}

/// Which number format each kind of tensor and of product takes in a training step.
public struct PrecisionPolicy: Sendable, Hashable {
  public var name: String
  /// Format of the arithmetic of `narrow` products.
  public var compute: DataType
  /// Format in which activations are stored.
  public var activation: DataType
  /// Format of the weights that the forward and backward pass read.
  public var weight: DataType
  /// Format in which gradients are kept and reduced.
  public var gradient: DataType
  /// Format of a separate master copy of the weights, where one is kept.
  public var master: DataType?
  /// The products that run in `compute`.
  public var narrow: ProductKinds
  /// Format of the arithmetic of all other products.
  public var wide: DataType
  /// Bytes of block scales that come with each element of an operand cast to `compute`.
  public var scaleBytes: Double
  /// Passes over a tensor to cast it: 2 where its largest element has to be found first.
  public var castReads: Int
  /// Copies of a tensor cast to `compute`: one for each way in which it is multiplied, or one for all.
  public var castCopies = 2
  /// Whether the weights of narrow products exist in the narrow format alone, written from the master copy.
  public var hasNarrowPrimaryWeights = false

  /// - Parameter wide: `nil`: as `compute`, so all products run in one format.
  public init(
    name: String, compute: DataType, activation: DataType, weight: DataType, gradient: DataType,
    master: DataType?, narrow: ProductKinds = .all, wide: DataType? = nil, scaleBytes: Double = 0,
    castReads: Int = 1
  ) {
    self.name = name
    self.compute = compute
    self.activation = activation
    self.weight = weight
    self.gradient = gradient
    self.master = master
    self.narrow = narrow
    self.wide = wide ?? compute
    self.scaleBytes = scaleBytes
    self.castReads = castReads
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
  public static let named: [PrecisionPolicy] = [
    .fp32, .tf32, .fp16, .bf16, .fp8, .fp8Current, .mxfp8, .nvfp4, .mxfp4,
  ]
}
