/// A convolutional network or a plain chain of dense layers, as rows in the order they run.
public struct ConvolutionalArchitecture: Sendable, Equatable {
  public var inputChannels: Int
  /// Side of the square input image; 1 for a flat input.
  public var inputSize: Int
  public var rows: [Row]

  public init(inputChannels: Int, inputSize: Int, rows: [Row]) {
    self.inputChannels = inputChannels
    self.inputSize = inputSize
    self.rows = rows
  }

  /// One layer and what follows it at once.
  public struct Row: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
      case convolution, linear
      case maxPool = "max-pool"
      case averagePool = "average-pool"
    }

    /// `stage.block.layer`; rows that agree up to the last dot form one block.
    public var name: String
    public var kind: Kind
    public var inputs: Int
    public var outputs: Int
    public var kernel: Int
    public var stride: Int
    /// Side of the square output.
    public var outputSize: Int
    public var groups: Int
    public var hasBias: Bool
    public var hasBatchNorm: Bool
    public var hasReLU: Bool
    /// Reads the block's input beside the main path, as the projection of a shortcut does.
    public var isShortcut: Bool
    /// Adds the shortcut to the block's output here, before the ReLU.
    public var joinsShortcut: Bool

    public init(
      name: String, kind: Kind, inputs: Int, outputs: Int, kernel: Int = 1, stride: Int = 1,
      outputSize: Int = 1, groups: Int = 1, hasBias: Bool = false, hasBatchNorm: Bool = false,
      hasReLU: Bool = false, isShortcut: Bool = false, joinsShortcut: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.inputs = inputs
      self.outputs = outputs
      self.kernel = kernel
      self.stride = stride
      self.outputSize = outputSize
      self.groups = groups
      self.hasBias = hasBias
      self.hasBatchNorm = hasBatchNorm
      self.hasReLU = hasReLU
      self.isShortcut = isShortcut
      self.joinsShortcut = joinsShortcut
    }

    var outputElements: Int { outputs * outputSize * outputSize }
    var inputElements: Int { inputs * outputSize * stride * outputSize * stride }

    /// The part of the name that all rows of a block share.
    var blockName: String {
      guard let dot = name.lastIndex(of: ".") else { return name }
      return String(name[..<dot])
    }
  }

  public var parameterCount: Int64 { model().parameterCount }

  /// Whether the input is a flat vector and every row is dense.
  public var isDense: Bool { rows.allSatisfy { $0.kind == .linear } }
}
