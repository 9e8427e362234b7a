import Quantities

/// What the links of a disturbed network have carried, and what they could have carried.
///
///     able = ∫ capacity dt
public struct LinkLoads: Sendable {
  /// Of links: bytes of flows.
  public private(set) var bytes: [Double]
  /// Of links: bytes of background traffic.
  public private(set) var background: [Double]
  /// Of links: flows that came on it.
  public private(set) var flowCounts: [Int]
  /// Of links: bytes that it could have carried.
  public private(set) var able: [Double]

  private var capacities: [Double]
  /// Up to when `able` is counted.
  private var counted: [SimTime]

  init(_ capacities: [Double], from start: SimTime) {
    let count = capacities.count
    bytes = Array(repeating: 0, count: count)
    background = bytes
    able = bytes
    flowCounts = Array(repeating: 0, count: count)
    self.capacities = capacities
    counted = Array(repeating: start, count: count)
  }

  mutating func setCapacity(_ capacity: Double, of link: Int, at now: SimTime) {
    if now > counted[link] {
      able[link] += capacities[link] * (now - counted[link]).seconds
      counted[link] = now
    }
    capacities[link] = capacity
  }

  mutating func finish(at now: SimTime) {
    for link in capacities.indices { setCapacity(capacities[link], of: link, at: now) }
  }

  mutating func countFlow(on link: Int32) { flowCounts[Int(link)] += 1 }

  mutating func addBytes(_ count: Double, on route: [Int32]) {
    for link in route { bytes[Int(link)] += count }
  }

  mutating func addBackground(_ count: Double, on route: [Int32]) {
    for link in route { background[Int(link)] += count }
  }
}
