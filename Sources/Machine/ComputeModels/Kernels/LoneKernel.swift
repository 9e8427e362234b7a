/// A kernel that has a device for itself, as benchmarks of kernels run it.
public enum LoneKernel: Sendable, Equatable {
  case product(MatrixKernel)
  /// The best of many shapes of which this is one.
  case bestProduct(MatrixKernel)
  case prefill(PrefillKernel)
  case decode(DecodeKernel)
  case layer(LayerKernel)

  /// Time in µs on a device with these constants.
  public func microseconds(on chip: KernelChip, by constants: KernelConstants) -> Double {
    switch self {
    case .product(let kernel): kernel.microseconds(on: chip, by: constants)
    case .bestProduct(let kernel): kernel.leastMicroseconds(on: chip, by: constants)
    case .prefill(let kernel): kernel.microseconds(on: chip, by: constants)
    case .decode(let kernel): kernel.microseconds(on: chip, by: constants)
    case .layer(let kernel): kernel.microseconds(on: chip, by: constants)
    }
  }

  /// The constants that bear on its time.
  public var constants: [KernelConstant] {
    switch self {
    case .product:
      [
        .matrixShare, .memoryShare, .launch, .tilePrologue, .depthLatency, .tileHalf, .streamShare,
        .fillingTiles, .cacheRate, .splitCost, .sustainedLoss, .halvedPowerShare, .quantizationLaunch,
        .quantizationPasses,
        .libraryPace,
      ]
    case .bestProduct: [.matrixShare, .searchGain]
    case .prefill:
      [
        .prefillMatrixShare, .prefillMemoryShare, .prefillLaunch, .softmaxCost, .lastTile, .preparation,
        .prefillPrologue, .prefillSustainedLoss, .prefillPace,
      ]
    case .decode:
      [
        .decodeLaunch, .decodeMemoryShare, .decodeCacheRate, .nearCacheShare, .decodeTail, .tileCost,
        .groupedPool, .groupedShare,
      ]
    case .layer: [.memoryShare, .cacheRate, .layerLaunch, .rowCost]
    }
  }
}
