import Glibc

/// A linear least-squares fit that rows far off pull less and less.
///
/// Minimises over x, with residuals rᵢ = yᵢ + Σⱼ aᵢⱼ xⱼ,
///
///     Σᵢ wᵢ s² ln(1 + (rᵢ / s)²) + Σⱼ λⱼ xⱼ²
///
/// by solving weighted normal equations again and again, each row weighted by 1 / (1 + (r / s)²).
///
/// - Source: Holland & Welsch 1977, doi:10.1080/03610927708827533 (iteratively reweighted least squares, Cauchy's weights).
struct RobustLeastSquares {
  /// s: residuals beyond it count ever less; a tenth, as of step times that are told to a few per cent.
  static let scale = 0.08
  /// aᵢⱼ, by row: the columns that are not zero.
  var rows: [[(column: Int, value: Double)]]
  /// yᵢ.
  var residuals: [Double]
  /// wᵢ.
  var weights: [Double]
  /// λⱼ > 0.
  var ridge: [Double]
  /// Where the first weights are taken; nil at zero.
  var start: [Double]?
  var rounds = 30

  /// - Returns: x.
  /// - Complexity: O(rounds · (entries² of a row · rows + columns³)).
  func solve() -> [Double] {
    var x = start ?? [Double](repeating: 0, count: ridge.count)
    for _ in 0..<rounds {
      var matrix = [[Double]](
        repeating: [Double](repeating: 0, count: ridge.count), count: ridge.count)
      var right = [Double](repeating: 0, count: ridge.count)
      for index in ridge.indices { matrix[index][index] = ridge[index] }
      for (row, (residual, weight)) in zip(rows, zip(residuals, weights)) {
        let now = row.reduce(residual) { $0 + $1.value * x[$1.column] } / Self.scale
        let share = weight / (1 + now * now)
        for a in row {
          right[a.column] -= share * a.value * residual
          for b in row { matrix[a.column][b.column] += share * a.value * b.value }
        }
      }
      x = solveSymmetric(&matrix, right)
    }
    return x
  }

  /// The residual of a row at x.
  func residual(_ row: Int, at x: [Double]) -> Double {
    rows[row].reduce(residuals[row]) { $0 + $1.value * x[$1.column] }
  }
}

/// Solves A x = b for a symmetric positive definite matrix by Cholesky's factors.
///
/// - Complexity: O(n³).
func solveSymmetric(_ matrix: inout [[Double]], _ right: [Double]) -> [Double] {
  let count = right.count
  for i in 0..<count {
    for j in 0...i {
      var sum = matrix[i][j]
      for k in 0..<j { sum -= matrix[i][k] * matrix[j][k] }
      matrix[i][j] = i == j ? sum.squareRoot() : sum / matrix[j][j]
    }
  }
  var x = right
  for i in 0..<count {
    for k in 0..<i { x[i] -= matrix[i][k] * x[k] }
    x[i] /= matrix[i][i]
  }
  for i in (0..<count).reversed() {
    for k in (i + 1)..<count { x[i] -= matrix[k][i] * x[k] }
    x[i] /= matrix[i][i]
  }
  return x
}
