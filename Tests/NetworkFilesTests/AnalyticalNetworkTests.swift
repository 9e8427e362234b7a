import Fabrics
import Quantities
import Testing
import TrafficFiles

@Suite("ASTRA-sim networks") struct AnalyticalNetworkTests {
  let mixed = """
    topology: [Ring, FullyConnected, Switch]
    npus_count: [4, 3, 2]
    bandwidth: [200.0, 100.0, 50]
    latency: [50.0, 500.0, 2000]
    """

  func network(_ text: String) throws -> NetworkGraph { try readNetwork(text, file: "n.yml") }

  @Test func `composes a ring and a switch by hand`() throws {
    let graph = try network(
      "topology: [Ring, Switch]\nnpus_count: [4, 2]\nbandwidth: [50.0, 25.0]\nlatency: [500.0, 1000.0]\n")
    #expect(graph.shape.name == "ASTRA-sim network")
    #expect(graph.hostCount == 8)
    // Two rings of four cables; four switches with two each.
    #expect(graph.switchCount == 4)
    #expect(graph.links.count == 2 * (2 * 4 + 4 * 2))
    // Dimension 0 runs fastest: 3 and 0 close a ring, 3 and 4 are in two.
    #expect(graph.rates("NPU 3", "NPU 0") == [50 * 0x1p30 / 1e9])
    #expect(graph.rates("NPU 3", "NPU 4").isEmpty)
    #expect(graph.rates("NPU 1", "dimension 1 switch 1") == [25 * 0x1p30 / 1e9])
    #expect(graph.rates("dimension 1 switch 1", "NPU 5") == [25 * 0x1p30 / 1e9])
    #expect(Set(graph.links.map(\.latency)) == [SimDuration(seconds: 5e-7), SimDuration(seconds: 1e-6)])
    // Half a ring and two links by a switch.
    #expect(try graph.diameter() == 4)
    // Four NPUs of one ring send 25 GiB/s each to the other ring.
    #expect(graph.bisectionBandwidth().bandwidth.bytesPerSecond == 100 * 0x1p30)
  }

  @Test func `composes three dimensions in any order`() throws {
    let graph = try network(mixed)
    // 6 rings of 4; 8 meshes of 3 cables; 12 switches of 2.
    #expect(graph.links.count == 2 * (6 * 4 + 8 * 3 + 12 * 2))
    #expect(graph.switchCount == 12)
    // NPU 4·b + a + 12·c: 1 and 9 differ in b alone, 1 and 13 in c.
    #expect(graph.rates("NPU 1", "NPU 9") == [100 * 0x1p30 / 1e9])
    #expect(graph.rates("NPU 1", "NPU 13").isEmpty)
    #expect(try graph.route("NPU 1", "NPU 13") == ["NPU 1", "dimension 2 switch 1", "NPU 13"])
    #expect(try graph.diameter() == 2 + 1 + 2)
    let turned = try network(
      "topology: [Switch, Ring]\nnpus_count: [2, 4]\nbandwidth: [1, 2]\nlatency: [0, 0]\n")
    #expect(turned.rates("NPU 0", "NPU 2") == [2 * 0x1p30 / 1e9])
    #expect(turned.rates("NPU 7", "NPU 1") == [2 * 0x1p30 / 1e9])
    #expect(turned.rates("NPU 7", "dimension 0 switch 3") == [0x1p30 / 1e9])
  }

  @Test func `a ring of two is one cable, and JSON reads as YAML does`() throws {
    let graph = try network(
      "{\"topology\": [\"Ring\"], \"npus_count\": [2], \"bandwidth\": [1.0], \"latency\": [1.0]}")
    #expect(graph.links.count == 2)
  }

  @Test func `says what is wrong, word for word`() {
    #expect(
      complaint(
        "topology: [Rng, Torus]\nnpus_count: [1, x]\nbandwidth: [0, 1]\nlatency: 5\nhops: 1\n", "n.yml")
          == """
          n.yml:1:12: topology[0]: no topology is named 'Rng'
            mend: did you mean 'Ring'?
          n.yml:1:17: topology[1]: no topology is named 'Torus'
            mend: use one of Ring, FullyConnected, Switch
          n.yml:2:14: npus_count[0]: 1 is out of range: 2 to 4194304
          n.yml:2:17: npus_count[1]: expected a whole number, found the text 'x'
          n.yml:3:13: bandwidth[0]: 0.0 is out of range: 1e-06 to 1000000000.0
          n.yml:4:10: latency: expected a list, found the number 5
          n.yml:5:1: hops: unknown key 'hops'
          """)
    #expect(
      complaint("topology: [Ring]\nnpus_count: [4, 2]\nbandwidth: [1]\nlatency: [1]\n", "n.yml")
        == "n.yml:2:13: npus_count: npus_count has 2 values, topology 1")
    #expect(
      complaint("topology: [Ring]\nnpus_count: [4]\n", "n.yml") == """
        n.yml:1:1: required key 'bandwidth' is missing
        n.yml:1:1: required key 'latency' is missing
        """)
    #expect(
      complaint(
        "topology: [FullyConnected]\nnpus_count: [4194304]\nbandwidth: [1]\nlatency: [1]\n", "n.yml")
        == "n.yml:1:1: number of NPUs or links exceeds the limit of 4194304")
  }

  @Test(arguments: 0..<40)
  func `damaged networks are read or refused`(seed: Int) { expectRefusedOrRead(mixed, "n.yml", seed: seed) }
}
