import Hardware

/// What a measured constant may be shared by.
public enum KernelLevel: Sendable, Equatable {
  /// All kernels of all devices.
  case all
  case generation
  /// A generation in one format.
  case generationFormat
  /// A device in one format.
  case deviceFormat
  case format
  case kernel
  case method
}

/// Where a kernel stands: what it shares constants with.
public struct KernelScope: Sendable, Equatable {
  /// Name of the generation, of the vendor where the generation is not told apart.
  public var generation: String
  /// Canonical name of the device.
  public var device: String
  public var format: String
  /// Name of the kernel, for layers.
  public var kernel: String
  /// How it was measured; empty where that adds nothing.
  public var method: String

  public init(_ device: Accelerator, format: DataType, kernel: String, method: String = "") {
    let generation = KernelGeneration(of: device)
    self.generation = generation == .other ? device.vendor : generation.rawValue
    self.device = device.name
    // Both 16-bit formats run through the same units at the same rate.
    self.format = format == .fp16 || format == .bf16 ? "16-bit" : format.rawValue
    self.kernel = kernel
    self.method = method
  }

  /// The name under which constants of a level are kept.
  public func key(of level: KernelLevel) -> String {
    switch level {
    case .all: "all"
    case .generation: generation
    case .generationFormat: "\(generation), \(format)"
    case .deviceFormat: "\(device), \(format)"
    case .format: format
    case .kernel: kernel
    case .method: method
    }
  }
}

extension KernelConstant {
  /// The levels on which a constant is fitted, widest first, and how far it is expected to lie from what the level
  /// above says: standard deviations of its logarithm.
  ///
  /// A device without measurements of its own so has its generation's constants, and a generation without any
  /// those of all.
  public var levels: [(level: KernelLevel, spread: Double)] {
    switch self {
    case .matrixShare: [(.all, 0.2), (.generationFormat, 0.1), (.deviceFormat, 0.07)]
    case .memoryShare: [(.all, 0.1), (.generation, 0.1), (.deviceFormat, 0.1)]
    case .launch: [(.all, 0.12), (.generation, 0.2), (.method, 0.3)]
    case .tilePrologue: [(.all, 0.12), (.generation, 0.3)]
    case .depthLatency: [(.all, 0.2), (.generationFormat, 0.5)]
    case .tileHalf: [(.all, 0.2)]
    case .streamShare: [(.all, 0.12), (.generation, 0.5)]
    case .fillingTiles, .cacheRate, .splitCost: [(.all, 0.12)]
    case .preparation, .nearCacheShare: [(.all, 0.3)]
    case .sustainedLoss: [(.all, 0.2), (.deviceFormat, 1)]
    case .halvedPowerShare: [(.all, 0.1)]
    case .quantizationLaunch, .quantizationPasses: [(.format, 0.3)]
    case .libraryPace, .prefillPace: [(.method, 0.1)]
    case .searchGain: [(.all, 0.03)]
    case .prefillMemoryShare, .decodeMemoryShare: [(.all, 0.1), (.generation, 0.1)]
    case .prefillMatrixShare: [(.all, 0.2), (.generation, 0.1)]
    case .prefillLaunch, .lastTile, .prefillPrologue, .decodeLaunch: [(.all, 0.2), (.generation, 0.5)]
    case .softmaxCost: [(.all, 0.3), (.generation, 0.5)]
    case .prefillSustainedLoss: [(.all, 1)]
    case .decodeCacheRate: [(.all, 0.12), (.generation, 0.2)]
    case .decodeTail, .tileCost, .groupedPool: [(.all, 0.5)]
    case .groupedShare: [(.all, 0.1)]
    case .layerLaunch: [(.kernel, 0.3)]
    case .rowCost: [(.kernel, 0.5)]
    }
  }
}

/// What measurements multiply constants by, on every level.
public struct KernelFactors: Sendable, Equatable {
  public var factors: [KernelConstant: [String: Double]]

  public init(_ factors: [KernelConstant: [String: Double]] = [:]) { self.factors = factors }

  /// The constants of a kernel: each one's start times the factors of the levels that it stands on.
  public func constants(for scope: KernelScope) -> KernelConstants {
    var constants = KernelConstants()
    for (constant, byKey) in factors {
      let product = constant.levels.reduce(1) { $0 * (byKey[scope.key(of: $1.level)] ?? 1) }
      constants[constant] = constant.start * product
    }
    return constants
  }
}
