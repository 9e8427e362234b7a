import Hardware
import Quantities

extension Accelerator {
  /// Operand bytes that a format's units ask for per second, relative to the device's hungriest format.
  ///
  /// Vector units take an eighth of the operands of the tensor units, so fp32 products lose little by
  /// small tiles.
  func operandPressure(of dataType: DataType) -> Double {
    func demand(_ type: DataType) -> Double { (densePeak[type]?.perSecond ?? 0) * type.byteWidth }
    let hungriest = DataType.allCases.reduce(0) { max($0, demand($1)) }
    guard hungriest > 0, let type = effectiveType(for: dataType) else { return 1 }
    return demand(type) / hungriest
  }

  /// Share of the dense peak that a large matrix product reaches in a format.
  func matrixEfficiency(for dataType: DataType) -> Double {
    let type = effectiveType(for: dataType) ?? dataType
    return calibration.matrixEfficiency[type] ?? calibration.defaultMatrixEfficiency
  }
}

/// FLOP/s of `batch` products [m × k] · [k × n] in training: the best over tile shapes and parts of k.
///
/// Tiles, waves, prologues and the latency along k are those of products that run alone (`ProductTiling`, by the constants
/// of kernels); the share of the peak that full tiles reach is the device's in training, where the power limit, other
/// kernels and a warm chip take from it. Devices that are not GPUs lose 96 / (k + 96) alone.
///
/// - Complexity: O(tile shapes · parts).
func matrixRate(m: Int, n: Int, k: Int, batch: Int, dataType: DataType, on device: Accelerator) -> Double {
  let share = device.matrixEfficiency(for: dataType)
  guard device.kind == .gpu, let type = device.effectiveType(for: dataType),
    let chip = KernelChip(device, computingIn: type)
  else { return device.peak(for: dataType).perSecond * share * Double(k) / (Double(k) + 96) }
  var constants = ProductConstants.measured(on: device, in: type)
  constants[.matrixShare] = share
  let tiling = ProductTiling(m: Double(m), n: Double(n), k: Double(k), batch: Double(batch))
  var microseconds = Double.infinity
  tiling.forEachCut(on: chip, by: constants) { cut in
    let adding = tiling.addingMicroseconds(cut, on: chip, by: constants)
    microseconds = min(microseconds, cut.arithmetic + adding)
  }
  let work = 2 * tiling.m * tiling.n * tiling.k * tiling.batch
  return work / microseconds * 1e6
}

/// FLOP/s of fused attention: dependent products of blocks of queries and keys with a softmax between them.
///
/// A pair of query and key costs its products, each of the head's width w, and a softmax that takes as long as two
/// products of width 32: with p products the rate is w / (w + 64 / p) of that without.
///
/// Kernels whose products wait for one another (FlashAttention-2) have 1 / 1.7 of the rate where the device's units could
/// run beside the softmax.
///
/// - Parameter tiles: blocks of 128 queries of one head.
/// - Source: Dao 2023, arXiv:2307.08691, on A100: both passes at width 64 reach nine tenths of the rate at 128, and the
///   formula says 0.89; Shah et al. 2024, arXiv:2407.08608: FlashAttention-3 on H100 is 1.5 to 2 times as fast forward,
///   1.5 to 1.75 times backward.
func attentionRate(tiles: Int, headWidth: Int, _ kernel: Kernel, on device: Accelerator) -> Double {
  let large = device.peak(for: kernel.dataType).perSecond * device.matrixEfficiency(for: kernel.dataType)
  let width = Double(headWidth)
  var rate =
    large * device.calibration.attentionFactor * width / (width + 64 / Double(kernel.productsPerPair))
  guard device.kind == .gpu else { return rate }
  if !kernel.isAsynchronous, KernelGeneration(of: device).hasAsynchronousProducts { rate /= 1.7 }
  let waves = ceilingDivide(tiles, device.multiprocessorCount)
  return rate * Double(tiles) / Double(waves * device.multiprocessorCount)
}
