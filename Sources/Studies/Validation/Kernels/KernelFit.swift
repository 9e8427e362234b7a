import ComputeModels

#if canImport(Glibc)
  import Glibc
#endif

/// Fits the constants of kernels to measured times.
///
/// Minimises over the logarithms x of all factors, with r = ln(predicted / measured) of each row,
///
///     Σ s² ln(1 + (r / s)²) + Σⱼ (s xⱼ / σⱼ)²
///
/// over a base of factors that are known already. s `RobustLeastSquares.scale`, σⱼ the spread that a factor's level is expected to have. Gauss-Newton: the rows are
/// taken to be linear around the last x, solved, and the step halved until the sum falls. The start, all factors one,
/// and the order of columns are fixed, so the same rows give the same factors.
struct KernelFit {
  private struct Slot {
    var constant: KernelConstant
    /// Factors of the constant in a row, by level.
    var columns: [Int]
  }

  let rows: [MeasuredKernel]
  /// What the fit begins from and is held to.
  let base: KernelFactors
  /// Constants of each row by the base.
  private let baseConstants: [KernelConstants]
  private var slots: [[Slot]] = []
  private var keys: [(constant: KernelConstant, key: String)] = []
  private var ridge: [Double] = []

  init(_ rows: [MeasuredKernel], around base: KernelFactors = KernelFactors()) {
    self.rows = rows
    self.base = base
    baseConstants = rows.map { base.constants(for: $0.scope) }
    var known: [KernelConstant: [String: Int]] = [:]
    for row in rows {
      slots.append(
        row.kernel.constants.map { constant in
          let columns = constant.levels.map { level, spread in
            let key = row.scope.key(of: level)
            if let column = known[constant]?[key] { return column }
            known[constant, default: [:]][key] = keys.count
            keys.append((constant, key))
            ridge.append((RobustLeastSquares.scale / spread) * (RobustLeastSquares.scale / spread))
            return keys.count - 1
          }
          return Slot(constant: constant, columns: columns)
        })
    }
  }

  /// - Complexity: O(steps · rows · constants · one prediction + columns³), 15 steps at most.
  func fitted() -> KernelFactors {
    var x = [Double](repeating: 0, count: keys.count)
    var residuals = residuals(at: x)
    var least = loss(residuals, x)
    for _ in 0..<15 {
      let slopes = slopes(at: x, residuals)
      let target = RobustLeastSquares(
        rows: slopes,
        residuals: zip(slopes, residuals).map { row, residual in
          row.reduce(residual) { $0 - $1.value * x[$1.column] }
        },
        weights: [Double](repeating: 1, count: rows.count), ridge: ridge, start: x, rounds: 1
      ).solve()
      let step = zip(target, x).map { min(0.7, max(-0.7, $0 - $1)) }
      let before = least
      var size = 1.0
      while size > 0.03 {
        let candidate = zip(x, step).map { $0 + size * $1 }
        let candidateResiduals = self.residuals(at: candidate)
        let candidateLoss = loss(candidateResiduals, candidate)
        if candidateLoss < least {
          (x, residuals, least) = (candidate, candidateResiduals, candidateLoss)
          break
        }
        size /= 2
      }
      if before - least <= 1e-4 * before { break }
    }
    var factors = base
    for (key, logarithm) in zip(keys, x) {
      factors.factors[key.constant, default: [:]][key.key, default: 1] *= exp(logarithm)
    }
    return factors
  }

  private func constants(_ row: Int, at x: [Double]) -> KernelConstants {
    var constants = baseConstants[row]
    for slot in slots[row] { constants[slot.constant] *= exp(slot.columns.reduce(0) { $0 + x[$1] }) }
    return constants
  }

  private func deviation(_ row: Int, by constants: KernelConstants) -> Double {
    let kernel = rows[row]
    return log(kernel.kernel.microseconds(on: kernel.chip, by: constants) / kernel.microseconds)
  }

  private func residuals(at x: [Double]) -> [Double] {
    rows.indices.map { deviation($0, by: constants($0, at: x)) }
  }

  private func loss(_ residuals: [Double], _ x: [Double]) -> Double {
    let scale = RobustLeastSquares.scale
    return residuals.reduce(0) { $0 + scale * scale * log1p(($1 / scale) * ($1 / scale)) }
      + zip(ridge, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
  }

  /// Change of each row's deviation with each of its factors' logarithms.
  private func slopes(at x: [Double], _ residuals: [Double]) -> [[(column: Int, value: Double)]] {
    // Downwards, as shares end at one.
    let step = -0.02
    return rows.indices.map { row in
      let constants = constants(row, at: x)
      return slots[row].flatMap { slot -> [(column: Int, value: Double)] in
        var moved = constants
        moved[slot.constant] *= exp(step)
        let slope = (deviation(row, by: moved) - residuals[row]) / step
        return slope == 0 ? [] : slot.columns.map { ($0, slope) }
      }
    }
  }
}
