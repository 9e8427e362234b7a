/// A constant of kernels that run alone. Steps take tiles, waves and prologues of products from these (`matrixRate`); what
/// share of peak and bandwidth a kernel reaches in training is apart (`DeviceCalibration`): the power limit, other kernels
/// and a warm chip change it.
public enum KernelConstant: String, Sendable, CaseIterable {
  // Products.
  /// Share of the dense peak that full tiles of 128 × 256 reach.
  case matrixShare
  /// Share of the memory bandwidth that products and layers reach.
  case memoryShare
  /// µs from one product's start to the next beyond its own work.
  case launch
  /// µs to fill a tile's pipeline and to write its results.
  case tilePrologue
  /// µs for 1024 of the summed dimension, however small the tile.
  case depthLatency
  /// Operand intensity, rows · columns / (rows + columns), of a tile that runs at half rate.
  case tileHalf
  /// 0: the last wave lasts as long as a full one; 1: tiles are cut so that it does not.
  case streamShare
  /// Tiles per multiprocessor from which on the memory is busy.
  case fillingTiles
  /// Rate of the cache beside that of the memory.
  case cacheRate
  /// µs for adding up the parts of a summed dimension that was split.
  case splitCost
  /// Share that very long products lose to the power limit; those of 1 ms lose half as much.
  case sustainedLoss
  /// What very long products keep of their rate on a board with half the power for its peak (`powerHalvings`).
  case halvedPowerShare
  /// µs to start a kernel that quantises an operand.
  case quantizationLaunch
  /// Passes over the 16-bit operand that quantising it takes.
  case quantizationPasses
  /// Time of a library's kernels beside the model's.
  case libraryPace
  /// Rate of the best of many shapes beside that of full tiles.
  case searchGain
  // Attention over many queries.
  /// Share of the memory bandwidth that it reaches.
  case prefillMemoryShare
  /// Share of the dense peak that its products reach.
  case prefillMatrixShare
  /// µs to start one of its kernels.
  case prefillLaunch
  /// Instructions of the softmax beside the counted ones.
  case softmaxCost
  /// Part of the longest tile for which others wait at the end.
  case lastTile
  /// Passes over queries, keys and values before attention, beside one in and one out.
  case preparation
  /// µs to fill and drain one tile.
  case prefillPrologue
  /// As `sustainedLoss`.
  case prefillSustainedLoss
  /// As `libraryPace`.
  case prefillPace
  // Attention of one query.
  /// Share of the memory bandwidth that it reaches.
  case decodeMemoryShare
  /// µs to start one of its kernels.
  case decodeLaunch
  /// As `cacheRate`.
  case decodeCacheRate
  /// Share of the cache in which keys and values of one call are found by the next.
  case nearCacheShare
  /// Part of what the last wave leaves idle that is lost.
  case decodeTail
  /// Time of 16 rows of products and softmax beside that of the bytes they read.
  case tileCost
  /// Bytes, in 10⁸, up to which all are read from memory where heads share keys that are read twice.
  case groupedPool
  /// Share of the bytes beyond that.
  case groupedShare
  // Layers without products.
  case layerLaunch
  /// Thousand clocks for 1024 elements of a row on a multiprocessor.
  case rowCost

  /// The value before any measurement, by physics or a round number; `docs/explanation/kernels.md` says which.
  public var start: Double {
    switch self {
    case .matrixShare, .prefillMatrixShare: 0.8
    case .memoryShare: 0.82
    case .launch: 3
    case .tilePrologue: 1.2
    case .depthLatency: 1.5
    case .tileHalf: 8
    case .streamShare, .lastTile, .nearCacheShare, .groupedShare, .decodeTail, .tileCost: 0.5
    case .fillingTiles: 0.4
    case .cacheRate: 3
    case .splitCost, .prefillPrologue, .layerLaunch: 2
    case .sustainedLoss: 0.1
    case .halvedPowerShare: 0.56
    case .quantizationLaunch: 4
    case .quantizationPasses, .decodeCacheRate: 2.5
    case .prefillLaunch, .decodeLaunch: 5
    case .prefillSustainedLoss: 0.05
    case .prefillMemoryShare, .decodeMemoryShare: 0.88
    case .libraryPace, .prefillPace, .searchGain, .softmaxCost, .preparation, .groupedPool, .rowCost: 1
    }
  }

  /// Whether the constant is a share of what a device has, which nothing exceeds.
  var isShare: Bool {
    switch self {
    case .matrixShare, .prefillMatrixShare, .memoryShare, .streamShare, .prefillMemoryShare,
      .decodeMemoryShare,
      .groupedShare:
      true
    default: false
    }
  }
}

/// A value for every constant.
public struct KernelConstants: Sendable, Equatable {
  private var values: [Double]

  /// Every constant before any measurement.
  public init() { values = KernelConstant.allCases.map(\.start) }

  /// Shares are held to one.
  public subscript(constant: KernelConstant) -> Double {
    get { values[constant.index] }
    set { values[constant.index] = constant.isShare ? min(1, newValue) : newValue }
  }
}

extension KernelConstant {
  private static let positions = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  /// Place among all constants.
  var index: Int { KernelConstant.positions[self]! }
}
