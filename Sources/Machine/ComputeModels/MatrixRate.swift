import Hardware
import Quantities

/// A block of the output that one multiprocessor computes, and how well it keeps the units fed.
struct Tile {
  var rows: Int
  var columns: Int
  /// Rate relative to the largest tile where operands are the limit: a smaller block loads more of them
  /// per multiply-add.
  var efficiency: Double

  /// The same where operands press less: the loss shrinks with the operand bytes asked for per second.
  func efficiency(underPressure pressure: Double) -> Double { 1 - (1 - efficiency) * pressure }
}

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
}

/// Tile shapes that vendor libraries choose from. Efficiency follows the operand traffic of the
/// block, (rows + columns) / (rows · columns), relative to 128 × 256.
let matrixTiles: [Tile] = [
  Tile(rows: 128, columns: 256, efficiency: 1), Tile(rows: 256, columns: 128, efficiency: 1),
  Tile(rows: 128, columns: 128, efficiency: 0.94), Tile(rows: 128, columns: 64, efficiency: 0.82),
  Tile(rows: 64, columns: 128, efficiency: 0.82), Tile(rows: 64, columns: 64, efficiency: 0.68),
  Tile(rows: 32, columns: 64, efficiency: 0.45), Tile(rows: 64, columns: 32, efficiency: 0.45),
]

/// FLOP/s of `batch` products [m × k] · [k × n]: the best over tile shapes and split-K factors.
///
///     R = P · e · e_tile · u · q(K)
///
/// P the dense peak and e the share a large product reaches (per device and format), e_tile the
/// tile's own efficiency under the format's operand pressure, u the useful share of the multiprocessors over whole waves
/// (tiles · rows · columns against m · n, rounded up to waves), and q(K) = K / (K + K₀) the
/// prologue and epilogue of a block with depth K. Devices that are not GPUs have no wave term.
///
/// - Source: NVIDIA, “Matrix multiplication background user's guide” (tile and wave quantisation).
func matrixRate(m: Int, n: Int, k: Int, batch: Int, dataType: DataType, on device: Accelerator) -> Double {
  let large = device.peak(for: dataType).perSecond * device.matrixEfficiency(for: dataType)
  let depthOverhead = 96.0
  guard device.kind == .gpu else { return large * Double(k) / (Double(k) + depthOverhead) }
  let pressure = device.operandPressure(of: dataType)
  var best = 0.0
  for tile in matrixTiles {
    let tileEfficiency = tile.efficiency(underPressure: pressure)
    let tiles = Double(ceilingDivide(m, tile.rows)) * Double(ceilingDivide(n, tile.columns)) * Double(batch)
    let covered = Double(m) * Double(n) * Double(batch)
    for split in [1, 2, 4, 8] where split == 1 || k >= 256 * split {
      let multiprocessors = Double(device.multiprocessorCount)
      let waves = (tiles * Double(split) / multiprocessors).rounded(.up)
      let slots = waves * multiprocessors / Double(split)
      let useful = covered / (slots * Double(tile.rows * tile.columns))
      let depth = Double(k) / Double(split)
      // Reducing the partial sums of a split costs a pass over the output.
      let splitCost = split == 1 ? 1 : 0.92
      best = max(best, tileEfficiency * useful * depth / (depth + depthOverhead) * splitCost)
    }
  }
  return large * best
}

/// FLOP/s of fused attention: two dependent products per block with a softmax between them.
func attentionRate(tiles: Int, headWidth: Int, dataType: DataType, on device: Accelerator) -> Double {
  let large = device.peak(for: dataType).perSecond * device.matrixEfficiency(for: dataType)
  let rate = large * device.calibration.attentionFactor * Double(headWidth) / (Double(headWidth) + 32)
  guard device.kind == .gpu else { return rate }
  let waves = ceilingDivide(tiles, device.multiprocessorCount)
  return rate * Double(tiles) / Double(waves * device.multiprocessorCount)
}

extension Accelerator {
  /// Share of the dense peak that a large matrix product reaches in a format.
  func matrixEfficiency(for dataType: DataType) -> Double {
    let type = effectiveType(for: dataType) ?? dataType
    return calibration.matrixEfficiency[type] ?? calibration.defaultMatrixEfficiency
  }
}
