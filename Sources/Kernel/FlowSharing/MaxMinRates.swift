/// Weighted max-min fair rates, solved from scratch by progressive filling.
///
/// All flows rise together, flow i at wᵢ × level, until a link is full or a flow reaches its cap:
///
///     level = min( min over links  C'ₗ / Σ wᵢ mᵢ ,  min over flows  capᵢ / wᵢ )
///
/// with C'ₗ the capacity that frozen flows have left and the sum over unfrozen flows i crossing l,
/// mᵢ of each. What was stopped is frozen at its rate, and the rest rises on. The result is the
/// unique weighted max-min fair vector. This is the plain form that `FlowSharer` is tested against.
///
/// - Parameters:
///   - capacities: Cₗ ≥ 0 of every link, in any unit of amount per time.
///   - flows: routes, weights, caps and multiplicities.
/// - Returns: the rate of each single flow, in the unit of `capacities`; infinite for a flow that
///   crosses no link and has no cap.
/// - Complexity: O(rounds · (links + flows · route length)), at most as many rounds as flows.
/// - Source: Bertsekas & Gallager, *Data Networks*, 2nd ed. 1992, section 6.5.2.
public func maxMinRates(capacities: [Double], flows: [SharedFlow]) -> [Double] {
  var rates = [Double](repeating: 0, count: flows.count)
  var frozen = [Bool](repeating: false, count: flows.count)
  var left = capacities
  var unfrozen = flows.count
  var level = 0.0
  while unfrozen > 0 {
    var demand = [Double](repeating: 0, count: capacities.count)
    for (index, flow) in flows.enumerated() where !frozen[index] {
      for link in flow.route { demand[Int(link)] += flow.weight * flow.multiplicity }
    }
    var lowest = Double.infinity
    for link in capacities.indices where demand[link] > 0 {
      lowest = min(lowest, max(0, left[link]) / demand[link])
    }
    for (index, flow) in flows.enumerated() where !frozen[index] {
      lowest = min(lowest, flow.rateCap / flow.weight)
    }
    // Levels only rise; a lower one would be rounding of what is left.
    level = max(level, lowest)
    let full = capacities.indices.map { demand[$0] > 0 && max(0, left[$0]) / demand[$0] <= level }
    for (index, flow) in flows.enumerated() where !frozen[index] {
      let capped = flow.rateCap / flow.weight <= level
      guard capped || level == .infinity || flow.route.contains(where: { full[Int($0)] }) else { continue }
      rates[index] = capped ? flow.rateCap : flow.weight * level
      frozen[index] = true
      unfrozen -= 1
      for link in flow.route { left[Int(link)] -= rates[index] * flow.multiplicity }
    }
  }
  return rates
}
