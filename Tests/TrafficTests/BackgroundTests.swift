import Fabrics
import Quantities
import Testing
import Traffic

@Suite("Background traffic") struct BackgroundTests {
  @Test func `background traffic takes its rate`() throws {
    // 12 MB by 1 ms, 8 GB/s beside 4 GB/s of others for 2 ms, 4 MB more in a third of a ms.
    let graph = try network(twoHosts)
    let load = NetworkEvent.Change.background(.gigabytesPerSecond(4), until: SimTime(ticks: 3_000_000_000))
    let outcome = try run([flow(0, 1, 32e6)], graph, [event(1e-3, load, link(0, 1))])
    #expect(ends(outcome) == [3_333_333_333])
    #expect(outcome.links[0].bytes == 32e6)
    #expect((outcome.links[0].backgroundBytes - 8e6).magnitude < 1e-3)
    #expect((outcome.links[0].meanUtilization - 1).magnitude < 1e-9)
    // Beside three flows it has a fair quarter, 3 GB/s, and does not keep the run from ending.
    let three = try run(
      Array(repeating: flow(0, 1, 9e6), count: 3), graph,
      [event(0, .background(.gigabytesPerSecond(4), until: nil), both(0, 1))])
    #expect(ends(three) == [3_000_000_000, 3_000_000_000, 3_000_000_000])
    #expect((three.links[0].backgroundBytes - 9e6).magnitude < 1e-3)
    #expect((three.links[1].backgroundBytes - 12e6).magnitude < 1e-3)
  }

  @Test func `background traffic before the first flow is not counted`() throws {
    // From 2 ms to 3 ms: 8 GB/s of the flow and 4 GB/s of others.
    let outcome = try run(
      [flow(0, 1, 8e6, at: 2e-3)], network(twoHosts),
      [event(0, .background(.gigabytesPerSecond(4), until: nil), link(0, 1))])
    #expect(ends(outcome) == [3_000_000_000])
    #expect((outcome.links[0].backgroundBytes - 4e6).magnitude < 1e-3)
    #expect((outcome.links[0].meanUtilization - 1).magnitude < 1e-9)
  }

  @Test func `background traffic of hosts goes round, that of a link pauses`() throws {
    // Ring of four with 10 GB/s. Others load host 0 -> host 1 with 4 GB/s, and after the cut the longer side
    // as well, so a flow 3 -> 2 has 6 GB/s.
    let ring = try network(.ring(hosts: 4))
    let load = event(0, .background(.gigabytesPerSecond(4), until: nil), link(0, 1))
    let around = try run([flow(3, 2, 6e6, at: 1e-3)], ring, [load, event(0.5e-3, .fail, link(0, 1))])
    #expect(ends(around) == [2_001_000_000])
    // Hosts 0 and 1 are joined by a switch, vertex 2, over links of 12 GB/s. The load of its link to host 1
    // pauses from 1 to 2 ms; the flow from host 0 runs at 8 GB/s before, waits, and at 8 GB/s after.
    let star = try network(.edges([edge("a", "switch s", 12), edge("switch s", "b", 12)]))
    let paused = try run(
      [flow(0, 1, 16e6)], star,
      [
        event(0, .background(.gigabytesPerSecond(4), until: nil), link(2, 1)),
        event(1e-3, .fail, link(2, 1)), event(2e-3, .recover, link(2, 1)),
      ])
    #expect(ends(paused) == [3_000_000_000])
    let load1 = try #require(paused.links.first { star.name(of: $0.link) == "switch s -> b" })
    #expect((load1.backgroundBytes - 8e6).magnitude < 1e-3)
  }
}
