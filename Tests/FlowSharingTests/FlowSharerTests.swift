import FlowSharing
import RandomStreams
import TestSupport
import Testing

extension RandomNumberGenerator {
  mutating func integer(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// A reproducible random system: the seed is printed by the failing case.
struct RandomSystem {
  var capacities: [Double]
  var flows: [SharedFlow]

  init(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    capacities = (0..<random.integer(in: 1...12)).map { _ in Double(random.integer(in: 1...100)) }
    flows = []
    for _ in 0..<random.integer(in: 1...25) {
      flows.append(RandomSystem.flow(links: capacities.count, random: &random))
    }
  }

  static func flow(links: Int, random: inout SplitMix64) -> SharedFlow {
    let length = random.integer(in: 1...min(links, 6))
    var all = Array(Int32(0)..<Int32(links))
    for index in 0..<length { all.swapAt(index, random.integer(in: index...(links - 1))) }
    return SharedFlow(
      route: Array(all[..<length]), weight: Double(random.integer(in: 1...4)),
      rateCap: random.integer(in: 0...3) == 0 ? Double(random.integer(in: 1...20)) : .infinity,
      multiplicity: Double(random.integer(in: 1...3)))
  }
}

@Suite("Flow sharer") struct FlowSharerTests {
  @Test func `rates are feasible and every flow has a bottleneck`() {
    for seed in 0..<1000 {
      let system = RandomSystem(seed: UInt64(seed))
      let rates = maxMinRates(capacities: system.capacities, flows: system.flows)
      var load = [Double](repeating: 0, count: system.capacities.count)
      for (flow, rate) in zip(system.flows, rates) {
        for link in flow.route { load[Int(link)] += rate * flow.multiplicity }
      }
      for (link, capacity) in system.capacities.enumerated() {
        #expect(load[link] <= capacity * (1 + 1e-9), "seed \(seed)")
      }
      for (index, flow) in system.flows.enumerated() where rates[index] < flow.rateCap {
        // On some full link no other flow has a larger rate for its weight.
        let level = rates[index] / flow.weight
        let isHeld = flow.route.contains { link in
          guard load[Int(link)] >= system.capacities[Int(link)] * (1 - 1e-9) else { return false }
          return zip(system.flows, rates).allSatisfy { other, rate in
            !other.route.contains(link) || rate / other.weight <= level * (1 + 1e-9)
          }
        }
        #expect(isHeld, "seed \(seed), flow \(index)")
      }
    }
  }

  @Test func `the order of flows and links changes nothing`() {
    for seed in 0..<1000 {
      let system = RandomSystem(seed: UInt64(seed))
      let links = system.capacities.count
      let mirrored = system.flows.reversed().map { flow in
        var flow = flow
        flow.route = flow.route.reversed().map { Int32(links - 1) - $0 }
        return flow
      }
      let rates = maxMinRates(capacities: system.capacities, flows: system.flows)
      let other = maxMinRates(capacities: system.capacities.reversed(), flows: Array(mirrored))
      for (a, b) in zip(rates, other.reversed()) { #expect(agree(a, b), "seed \(seed)") }
    }
  }

  @Test func `incremental agrees with from scratch on 1000 random histories`() {
    for seed in 0..<1000 {
      var random = SplitMix64(seed: UInt64(seed) &+ 77)
      let system = RandomSystem(seed: UInt64(seed))
      var capacities = system.capacities
      var sharer = FlowSharer(capacities: capacities)
      var present = system.flows.map { (id: sharer.add($0), flow: $0) }
      for _ in 0..<6 {
        sharer.solve()
        let rates = maxMinRates(capacities: capacities, flows: present.map(\.flow))
        for (one, rate) in zip(present, rates) {
          #expect(agree(sharer.rate(of: one.id), rate), "seed \(seed)")
        }
        for _ in 0..<random.integer(in: 0...4) where !present.isEmpty {
          sharer.remove(present.remove(at: random.integer(in: 0...(present.count - 1))).id)
        }
        for _ in 0..<random.integer(in: 0...4) {
          let flow = RandomSystem.flow(links: capacities.count, random: &random)
          present.append((id: sharer.add(flow), flow: flow))
        }
        if random.integer(in: 0...2) == 0 {
          let link = random.integer(in: 0...(capacities.count - 1))
          capacities[link] = Double(random.integer(in: 0...100))
          sharer.setCapacity(capacities[link], ofLink: Int32(link))
        }
        #expect(sharer.flowCount == present.count)
      }
    }
  }

  @Test func `removing a flow and adding it again returns the same rates`() {
    var sharer = FlowSharer(capacities: [10, 4])
    let long = sharer.add(SharedFlow(route: [0, 1]))
    let first = sharer.add(SharedFlow(route: [0]))
    let second = sharer.add(SharedFlow(route: [1]))
    sharer.solve()
    #expect([long, first, second].map { sharer.rate(of: $0) } == [2, 8, 2])
    sharer.remove(second)
    sharer.solve()
    // Without it link 1 gives the long flow 4 and link 0 leaves 6.
    #expect([long, first].map { sharer.rate(of: $0) } == [4, 6])
    let again = sharer.add(SharedFlow(route: [1]))
    sharer.solve()
    #expect(again == second)
    #expect([long, first, again].map { sharer.rate(of: $0) } == [2, 8, 2])
  }

  @Test func `only links whose flows change are named`() {
    var sharer = FlowSharer(capacities: [10, 10])
    let left = sharer.add(SharedFlow(route: [0]))
    let right = sharer.add(SharedFlow(route: [1]))
    sharer.solve()
    // Flows that have their links to themselves are held by none.
    #expect(sharer.movedLinks.isEmpty)
    #expect(sharer.regrouped == [left, right])
    #expect(sharer.holder(of: left) == nil && sharer.rate(of: left) == 10)
    let other = sharer.add(SharedFlow(route: [1]))
    sharer.solve()
    #expect(sharer.movedLinks == [1])
    #expect(Set(sharer.regrouped) == [right, other])
    #expect(sharer.heldCount(by: 1) == 2)
    #expect((0..<2).map { sharer.flow(heldBy: 1, passage: $0) } == [right, other])
    sharer.solve()
    #expect(sharer.movedLinks.isEmpty)
  }

  @Test func `a flow at its cap is held by no link until one is narrower`() {
    var sharer = FlowSharer(capacities: [10])
    let capped = sharer.add(SharedFlow(route: [0], rateCap: 4))
    sharer.solve()
    #expect(sharer.regrouped == [capped] && sharer.holder(of: capped) == nil)
    // Three flows on 10: level 10 / 3 is below the cap.
    let others = [sharer.add(SharedFlow(route: [0])), sharer.add(SharedFlow(route: [0]))]
    sharer.solve()
    #expect(sharer.regrouped.contains(capped) && sharer.holder(of: capped) == 0)
    #expect(agree(sharer.rate(of: capped), 10.0 / 3))
    for other in others { sharer.remove(other) }
    sharer.solve()
    #expect(sharer.regrouped.contains(capped) && sharer.rate(of: capped) == 4)
  }

  @Test func `a lone flow follows its link's capacity`() {
    var sharer = FlowSharer(capacities: [10, 8])
    let flow = sharer.add(SharedFlow(route: [0, 1]))
    sharer.solve()
    #expect(sharer.rate(of: flow) == 8)
    sharer.setCapacity(20, ofLink: 1)
    sharer.solve()
    #expect(sharer.rate(of: flow) == 10)
    // A neighbour on link 0 at its cap of 3, then link 0 grows: 10 - 3, then 20 of link 1.
    let neighbour = sharer.add(SharedFlow(route: [0], rateCap: 3))
    sharer.solve()
    #expect(sharer.rate(of: flow) == 7 && sharer.rate(of: neighbour) == 3)
    sharer.setCapacity(100, ofLink: 0)
    sharer.solve()
    #expect(sharer.rate(of: flow) == 20)
  }

  @Test func `arrivals and departures of one batch are solved together`() {
    var sharer = FlowSharer(capacities: [10])
    let stays = sharer.add(SharedFlow(route: [0]))
    sharer.solve()
    let brief = sharer.add(SharedFlow(route: [0]))
    sharer.remove(brief)
    sharer.solve()
    #expect(sharer.movedLinks.isEmpty)
    #expect(sharer.rate(of: stays) == 10)
  }

  @Test func `routes may grow longer than any seen before`() {
    var sharer = FlowSharer(capacities: Array(repeating: 9, count: 40))
    let short = sharer.add(SharedFlow(route: [3, 4, 5]))
    let long = sharer.add(SharedFlow(route: Array(0..<40)))
    sharer.solve()
    #expect(sharer.rate(of: short) == 4.5)
    #expect(sharer.rate(of: long) == 4.5)
    sharer.remove(short)
    sharer.solve()
    #expect(sharer.rate(of: long) == 9)
  }
}
