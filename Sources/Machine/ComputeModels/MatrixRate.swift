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

/// FLOP/s of fused attention: two dependent products per block with a softmax between them.
func attentionRate(tiles: Int, headWidth: Int, dataType: DataType, on device: Accelerator) -> Double {
  let large = device.peak(for: dataType).perSecond * device.matrixEfficiency(for: dataType)
  let rate = large * device.calibration.attentionFactor * Double(headWidth) / (Double(headWidth) + 32)
  guard device.kind == .gpu else { return rate }
  let waves = ceilingDivide(tiles, device.multiprocessorCount)
  return rate * Double(tiles) / Double(waves * device.multiprocessorCount)
}
