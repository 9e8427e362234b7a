import FlowSharing
import TestSupport
import Testing

@Suite("Max-min rates, worked by hand") struct MaxMinRatesTests {
  @Test func `one link is shared by weight`() {
    // C = 12, weights 1 and 3: level = 12 / 4 = 3, rates 3 and 9.
    let rates = maxMinRates(
      capacities: [12], flows: [SharedFlow(route: [0]), SharedFlow(route: [0], weight: 3)])
    #expect(rates == [3, 9])
  }

  @Test func `the long flow of a line is held by its narrowest share`() {
    // Links 10 and 4; a long flow over both, one short flow on each.
    // Link 1 fills first: 4 / 2 = 2. Link 0 then has 10 - 2 = 8 for its short flow.
    let rates = maxMinRates(
      capacities: [10, 4],
      flows: [SharedFlow(route: [0, 1]), SharedFlow(route: [0]), SharedFlow(route: [1])])
    #expect(rates == [2, 8, 2])
  }

  @Test func `a cap leaves the rest to the others`() {
    // C = 10, one of three flows capped at 1: the others get (10 - 1) / 2 = 4.5.
    let rates = maxMinRates(
      capacities: [10],
      flows: [SharedFlow(route: [0], rateCap: 1), SharedFlow(route: [0]), SharedFlow(route: [0])])
    #expect(rates == [1, 4.5, 4.5])
  }

  @Test func `a multiplicity stands for that many flows`() {
    // Three flows as one class beside a fourth: 12 / 4 = 3 each.
    let rates = maxMinRates(
      capacities: [12], flows: [SharedFlow(route: [0], multiplicity: 3), SharedFlow(route: [0])])
    #expect(rates == [3, 3])
  }

  @Test func `a link crossed twice carries the flow twice`() {
    // One flow over link 0 twice: 2 r <= 10.
    #expect(maxMinRates(capacities: [10], flows: [SharedFlow(route: [0, 0])]) == [5])
  }

  @Test func `a dead link stalls, no link at all does not hold back`() {
    let flows = [SharedFlow(route: [0]), SharedFlow(route: []), SharedFlow(route: [], rateCap: 7)]
    #expect(maxMinRates(capacities: [0], flows: flows) == [0, .infinity, 7])
  }
}
