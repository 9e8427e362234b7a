/// The level that a link's flows give it.
extension FlowSharer {
  /// What a link that holds nothing may carry beyond its capacity by rounding.
  private static let rounding = 1e-13
  /// Sums are added up anew after so many evaluations.
  private static let oldest: UInt8 = 200

  /// The level of a link whose held flows would be held by nothing else; infinite if it is not full.
  ///
  /// - Complexity: O(1) while no flow that is held elsewhere comes to be held here, else O(members).
  mutating func evaluate(_ link: Int) -> Double {
    if links[link].age >= FlowSharer.oldest { addUp(link) }
    links[link].age += 1
    if let level = levelOfParts(link) { return level }
    addUp(link)
    if let level = levelOfParts(link) { return level }
    let start = links[link].free > 0 ? (links[link].capacity - used[link]) / links[link].free : .infinity
    return solveLevel(link, from: start) { _ in .infinity }
  }

  /// The level if the parts of held and other flows stay as they are; nil if they do not.
  @inline(__always) private func levelOfParts(_ link: Int) -> Double? {
    let state = links[link]
    if state.free > 0 && (members.heldCount(of: link) > 0 || state.openCount > 0) {
      // A dead link stalls its flows altogether, whatever rounding has left in the sum.
      let level = state.capacity > 0 ? (state.capacity - used[link]) / state.free : 0
      return level >= state.reach ? level : nil
    }
    return used[link] <= state.capacity * (1 + FlowSharer.rounding) ? .infinity : nil
  }

  /// Adds up a link's sums from its flows.
  mutating func addUp(_ link: Int) {
    var (sum, free, reach, open) = (0.0, 0.0, 0.0, Int32(0))
    for position in members.held(by: link) { free += flows[Int(members[position] >> strideShift)].demand }
    for position in members.others(on: link) {
      let flow = flows[Int(members[position] >> strideShift)]
      if flow.holder == FlowSharer.unsolved { continue }
      let limit = limit(of: flow)
      if limit < .infinity {
        sum += flow.demand * limit
        reach = max(reach, limit)
      } else {
        free += flow.demand
        open += 1
      }
    }
    (used[link], links[link].free, links[link].reach) = (sum, free, reach)
    links[link].openCount = open
    links[link].age = 0
    links[link].changesLeft = Int32(members.count(of: link))
  }

  /// Solves Σ wᵢ mᵢ min(level, uᵢ) = C.
  ///
  /// The sum rises with the level, ever more slowly, so Newton's steps from any start reach the root, from below
  /// after the first.
  ///
  /// - Parameters:
  ///   - start: a guess.
  ///   - elsewhere: uᵢ of the flows that the link holds, by their order on it.
  /// - Complexity: O(members) for each step.
  func solveLevel(_ link: Int, from start: Double, elsewhere: (Int) -> Double) -> Double {
    let capacity = links[link].capacity
    let (here, others) = (members.held(by: link), members.others(on: link))
    var guess = start
    for _ in 0..<64 {
      // What flows below the guess take, the demand of the others, and where the two parts begin.
      var (held, free) = (0.0, 0.0)
      var (below, above) = (-Double.infinity, Double.infinity)
      func count(_ demand: Double, _ limit: Double) {
        if limit >= guess {
          free += demand
          above = min(above, limit)
        } else {
          held += demand * limit
          below = max(below, limit)
        }
      }
      for position in here {
        count(flows[Int(members[position] >> strideShift)].demand, elsewhere(position - here.lowerBound))
      }
      for position in others {
        let flow = flows[Int(members[position] >> strideShift)]
        if flow.holder != FlowSharer.unsolved { count(flow.demand, limit(of: flow)) }
      }
      if free == 0 {
        if held <= capacity * (1 + FlowSharer.rounding) { return .infinity }
        guess = below
        continue
      }
      let level = (capacity - held) / free
      if level > below && level <= above { return level }
      if guess < .infinity, (level - guess).magnitude <= 1e-15 * guess { return level }
      guess = level
    }
    return max(0, guess)
  }
}
