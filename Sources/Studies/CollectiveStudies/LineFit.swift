import Collectives

#if canImport(Glibc)
  import Glibc
#endif

/// A line through measured times, by robust least squares on the logarithm of time.
///
///     minimise  Σ ρ(ln Tᵢ − ln(α + Sᵢ β)),   α, β ≥ 0
///     ρ(r) = r²/2 for |r| ≤ δ,  δ (|r| − δ/2) up to κ,  ρ(κ) beyond
///
/// On logarithms, 5 % weigh the same at 8 B and at 8 GiB. Huber's ρ lets a few disturbed runs pull with δ
/// alone, and its cap makes a run that is far off cost the same on any line, so that none is bent, and no
/// class of sizes made, to meet it. With α + S β = c ((1 − θ) + θ S/S₀), S₀ the mean of ln S, the best c for a θ in 0…1 is found
/// directly, and θ by search along its logit.
///
/// - Source: Huber 1964, doi:10.1214/aoms/1177703732.
struct LineFit {
  /// δ: residuals beyond 2 % count in proportion.
  static let threshold = 0.02
  /// κ: a residual of more than a quarter is as bad as one of a quarter.
  static let cap = 0.25

  var cost: HopCost
  /// Σ ρ at the optimum.
  var loss: Double
  /// 1.4826 · median |ln(measured / line)|: the standard deviation, if it were normal, of which disturbed
  /// runs take no part.
  var residual: Double

  /// - Precondition: there is a point, and all sizes and times are above zero.
  init(sizes: [Double], seconds: [Double]) {
    let centre = exp(sizes.reduce(0) { $0 + log($1) } / Double(sizes.count))
    let logs = seconds.map { log($0) }
    func attempt(_ share: Double) -> (loss: Double, scale: Double) {
      let rest = zip(sizes, logs).map { size, time in time - log(1 - share + share * size / centre) }
      let place = huberLocation(rest, threshold: LineFit.threshold)
      return (rest.reduce(0) { $0 + LineFit.rho($1 - place) }, exp(place))
    }
    let share = sizes.allSatisfy { $0 == sizes[0] } ? 0 : LineFit.bestShare { attempt($0).loss }
    let best = attempt(share)
    cost = HopCost(latency: best.scale * (1 - share), secondsPerByte: best.scale * share / centre)
    loss = best.loss
    let line = cost
    let differences = zip(sizes, logs).map { size, time in
      (time - log(line.latency + size * line.secondsPerByte)).magnitude
    }
    residual = 1.4826 * median(differences)
  }

  private static func rho(_ residual: Double) -> Double {
    let size = min(residual.magnitude, cap)
    return size <= threshold ? size * size / 2 : threshold * (size - threshold / 2)
  }

  /// The θ of least loss: the best of evenly spaced logits, then a golden section around it. Both ends, a
  /// line without α or without β, are tried as they are.
  private static func bestShare(_ loss: (Double) -> Double) -> Double {
    func share(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    let grid = stride(from: -16.0, through: 16, by: 1).map { $0 }
    let losses = grid.map { loss(share($0)) }
    let start = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    var (low, high) = (grid[max(0, start - 1)], grid[min(grid.count - 1, start + 1)])
    let golden = 0.618_033_988_749_894_8
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (lossLeft, lossRight) = (loss(share(left)), loss(share(right)))
    for _ in 0..<28 {
      if lossLeft <= lossRight {
        (high, right, lossRight) = (right, left, lossLeft)
        left = high - golden * (high - low)
        lossLeft = loss(share(left))
      } else {
        (low, left, lossLeft) = (left, right, lossRight)
        right = low + golden * (high - low)
        lossRight = loss(share(right))
      }
    }
    var best = (share: share((low + high) / 2), loss: loss(share((low + high) / 2)))
    for end in [0.0, 1.0] {
      let atEnd = loss(end)
      // An end is a simpler line: it wins a tie.
      if atEnd <= best.loss { best = (end, atEnd) }
    }
    return best.share
  }
}

/// The place c of least Σ ρ(xᵢ − c), with ρ not capped, by Newton's steps from the median.
private func huberLocation(_ values: [Double], threshold: Double) -> Double {
  var place = median(values)
  for _ in 0..<12 {
    var (pull, near) = (0.0, 0)
    for value in values {
      let difference = value - place
      if difference.magnitude <= threshold { near += 1 }
      pull += min(max(difference, -threshold), threshold)
    }
    let step = pull / Double(max(near, 1))
    place += min(max(step, -threshold), threshold)
    if step.magnitude < 1e-13 { break }
  }
  return place
}

/// The middle one, of an even number the mean of the two in the middle.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
