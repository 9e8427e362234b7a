import Fabrics
import Quantities
import Testing
import TrafficFiles

@Suite("Topology texts") struct TopologyTextTests {
  /// Two servers of four GPUs on an NVSwitch each, four rails, two spines.
  static let rails: String = {
    var lines: [String] = []
    for gpu in 0..<8 {
      lines.append("\(gpu) \(8 + gpu / 4) 2400Gbps 0.000025ms 0")
      lines.append("\(gpu) \(10 + gpu % 4) 200Gbps 0.0005ms 0")
    }
    for rail in 10..<14 { lines += (14..<16).map { "\(rail) \($0) 400Gbps 1us 0" } }
    return "16 4 2 6 \(lines.count) A100\n8 9 10 11 12 13 14 15 \n" + lines.joined(separator: "\n") + "\n"
  }()

  func network(_ text: String) throws -> NetworkGraph { try readNetwork(text, file: "topo") }

  @Test func `reads the rails of SimAI by hand`() throws {
    let graph = try network(Self.rails)
    #expect(graph.shape.name == "SimAI topology")
    #expect(graph.vertexNames.prefix(8) == (0..<8).map { "GPU \($0)" }[...])
    #expect(graph.vertexNames.suffix(8).first == "NVSwitch 8")
    #expect(graph.vertexNames.last == "switch 15")
    #expect(graph.links.count == 2 * 24)
    #expect(graph.rates("GPU 5", "NVSwitch 9") == [300])
    #expect(graph.rates("switch 11", "GPU 5") == [25])
    #expect(graph.links.map(\.latency.ticks).min() == 25_000)
    #expect(try graph.route("GPU 1", "GPU 5") == ["GPU 1", "switch 11", "GPU 5"])
    #expect(try graph.route("GPU 1", "GPU 2") == ["GPU 1", "NVSwitch 8", "GPU 2"])
    // GPU, rail, spine, rail, GPU; hosts do not forward.
    #expect(try graph.diameter() == 4)
    // Four GPUs of a server send 25 GB/s each; the NVSwitches join no servers.
    #expect(graph.bisectionBandwidth().bandwidth == .gigabytesPerSecond(100))
    #expect(graph.oversubscription() == 1)
    #expect(graph.nodeCount == 2 && graph.hosts(of: NodeID(1)) == 4..<8)
    let kinds = graph.links.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    #expect(kinds == [.deviceUp: 8, .deviceDown: 8, .nicOut: 8, .nicIn: 8, .wire: 16])
  }

  @Test func `reads the topology of ns-3, whose hosts may be joined`() throws {
    let graph = try network("3 0 2\n0 1 400Gbps 0.0005ms 0\n1 2 50GBps 500ns 0\n")
    #expect(graph.shape.name == "ns-3 topology")
    #expect(graph.rates("node 0", "node 1") == [50])
    #expect(graph.rates("node 2", "node 1") == [50])
    #expect(try graph.route("node 0", "node 2") == ["node 0", "node 1", "node 2"])
    #expect(Set(graph.links.map(\.latency)) == [SimDuration(seconds: 5e-7)])
  }

  @Test func `reads the units of ns-3`() throws {
    for (text, rate) in [
      ("1000bps", 125.0), ("8kb/s", 1000), ("8Kbps", 1000), ("8Kibps", 1024), ("1MBps", 1e6),
      ("1MiB/s", 0x1p20),
      ("1.5Gbps", 187.5e6), ("1Gib/s", 0x1p27),
    ] {
      #expect(
        try network("2 0 1\n0 1 \(text) 0s 0\n").links.first?.bandwidth.bytesPerSecond == rate, "\(text)")
    }
    for (text, ticks) in [
      ("1s", 1_000_000_000_000), ("2ms", 2_000_000_000), ("3us", 3_000_000), ("4ns", 4000), ("5ps", 5),
    ]
      as [(String, Int64)]
    { #expect(try network("2 0 1\n0 1 1Gbps \(text) 0\n").links.first?.latency.ticks == ticks) }
  }

  @Test func `says what is wrong, word for word`() {
    #expect(
      complaint(
        "5 2 1 0 6 A100\n4\n0 4 900Gbps 1us 0.01\n1 9 900 1us 0\n2 2 900Gbps 1 0\n3 4 900gb 1us\n3 4 0Gbps 1day 2\n",
        "t") == """
          t:3:17: links that lose packets are not simulated
            mend: set the error rate to 0
          t:4:3: 9 is out of range: nodes are 0 to 4
          t:4:5: '900' has no unit
            mend: write it like 900Gbps
          t:5:13: '1' has no unit
            mend: write it like 0.001ms
          t:6:1: a link has 5 fields, not 4
            mend: write source, target, rate, delay and error rate, such as 0 16 900Gbps 0.000025ms 0
          t:7:5: 0Gbps is out of range: more than zero
          t:7:11: unknown unit 'day'
            mend: write it like 0.001ms
          t:7:16: 2 is out of range: 0 to 1
          t:1:9: the first line counts 6 links, the file has 5
          """)
    #expect(
      complaint("3 1 1 1 2 A100\n2 2\n0 2 1Gbps 0s 0\n0 2 1Gbps 0s 0\n", "t")
        == "t:2:3: switch 2 is numbered twice")
    #expect(
      complaint("4 2 1 0 3 A100\n3\n0 3 1Gbps 0s 0\n1 3 1Gbps 0s 0\n2 3 1Gbps 0s 0\n", "t")
        == "t:1:3: servers of 2 GPUs do not make 3 GPUs")
    #expect(complaint("2 1 1 1 0 A100\n0 1\n", "t") == "t:1:1: 2 nodes with 2 switches leave no host")
    #expect(
      complaint("4 2 1 1 3 A100\n2\n0 2 1Gbps 0s 0\n1 2 1Gbps 0s 0\n1 2 1Gbps 0s 0\n", "t")
        == "t:2:1: the first line counts 2 switches, 1 are numbered")
    #expect(complaint("4000000 8 1 1 9 A100\n", "t") == "t:1:1: 0 links do not join 4000000 nodes")
    #expect(
      complaint("99999999999999999999 2 1 1 0 A100\n", "t")
        == "t:1:1: 99999999999999999999 is out of range: 0 to 4194304")
  }

  @Test(arguments: 0..<40)
  func `damaged texts are read or refused`(seed: Int) { expectRefusedOrRead(Self.rails, "topo", seed: seed) }
}
