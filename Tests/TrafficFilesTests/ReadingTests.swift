import Diagnostics
import Fabrics
import Quantities
import Testing
import Traffic
import TrafficFiles

@Suite("Traffic files") struct ReadingTests {
  let tree = "{kind: fat_tree, k: 4, link: 100 Gb/s, latency: 1 us}"

  func complaint(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "read"
  }

  func networkComplaint(_ text: String, _ file: String = "f.yaml") -> String {
    complaint { _ = try readNetwork(text, file: file) }
  }

  func flowComplaint(_ text: String, _ file: String = "t.csv") throws -> String {
    let network = try readNetwork(tree, file: "f.yaml")
    return complaint { _ = try readFlows(text, file: file, on: network) }
  }

  @Test func `reads descriptions of every kind`() throws {
    for (text, hosts) in [
      (tree, 16), ("{kind: leaf_spine, leaves: 2, spines: 2, hosts_per_leaf: 4, link: 10 GB/s}", 8),
      (
        "{kind: rail_optimized, nodes: 2, devices_per_node: 8, spines: 4, link: 400 Gb/s, node_link: 450 GB/s}",
        16
      ),
      ("{kind: dragonfly, groups: 3, routers_per_group: 2, hosts_per_router: 2, link: 10 GB/s}", 12),
      ("{kind: hypercube, dimensions: 5, link: 10 GB/s}", 32),
      ("{kind: torus, dimensions: [4, 4, 4], link: 10 GB/s}", 64),
      ("{kind: mesh, dimensions: [2, 3], link: 10 GB/s}", 6),
    ] { #expect(try readNetwork(text, file: "f.yaml").hostCount == hosts) }
  }

  @Test func `says what is wrong with a description`() {
    #expect(
      networkComplaint("{kind: fat_tre, k: 4, link: 100 Gb/s}")
        == "f.yaml:1:8: kind: no kind is named 'fat_tre'\n  mend: did you mean 'fat_tree'?")
    #expect(
      networkComplaint("kind: fat_tree\nk: 4\nlink: 100\n")
        == "f.yaml:3:7: link: '100' has no unit\n  mend: write it like 400 Gb/s")
    #expect(
      networkComplaint("{kind: fat_tree, k: 4, link: 100 Gb/s, latncy: 1 us}")
        == "f.yaml:1:40: latncy: unknown key 'latncy'\n  mend: did you mean 'latency'?")
    #expect(
      networkComplaint("{kind: fat_tree, k: 5, link: 100 Gb/s}")
        == "f.yaml:1:1: k of a fat tree must be even and at least 2, not 5")
    #expect(
      networkComplaint("{kind: fat_tree, link: 100 Gb/s}") == "f.yaml:1:1: required key 'k' is missing")
  }

  @Test func `reads an edge list, header or not`() throws {
    let rows = "a,switch 0,10 GB/s,1 us\nswitch 0,b,5 GB/s,0 s\n"
    for text in [rows, "from,to,bandwidth,latency\r\n" + rows] {
      let network = try readNetwork(text, file: "f.csv")
      #expect(network.vertexNames == ["a", "b", "switch 0"])
      #expect(network.links.map(\.bandwidth) == [.gigabytesPerSecond(10), .gigabytesPerSecond(5)])
    }
  }

  @Test func `says what is wrong with an edge list`() {
    #expect(
      networkComplaint("a,b,100,1 us\nb, a,10 GB/s,5\nb,c\nc,c,1 GB/s,0 s\n", "f.csv") == """
        f.csv:1:5: '100' has no unit
          mend: write it like 400 Gb/s
        f.csv:2:14: '5' has no unit
          mend: write it like 2 us
        f.csv:3:1: a link has 4 fields, not 2
          mend: write from,to,bandwidth,latency, such as a,b,100 Gb/s,1 us
        f.csv:4:3: a link joins 'c' to itself
        """)
    #expect(networkComplaint("", "f.csv") == "f.csv: the file lists no links")
  }

  @Test func `reads flows in columns of any order`() throws {
    let network = try readNetwork(tree, file: "f.yaml")
    let plain = try readFlows("0.5,host 1,2,1000,2,10 GB/s\n0,3,4,5e6\n", file: "t.csv", on: network)
    #expect(
      plain == [
        TrafficFlow(
          start: SimTime(ticks: 500_000_000_000), from: VertexID(1), to: VertexID(2), bytes: 1000, weight: 2,
          rateCap: .gigabytesPerSecond(10)),
        TrafficFlow(from: VertexID(3), to: VertexID(4), bytes: 5e6),
      ])
    let mixed = "bytes,destination,source,start_seconds\n# a comment\n1000,host 2,1,0\n"
    #expect(
      try readFlows(mixed, file: "t.csv", on: network) == [
        TrafficFlow(from: VertexID(1), to: VertexID(2), bytes: 1000)
      ])
  }

  @Test func `says what is wrong with flows`() throws {
    #expect(
      try flowComplaint(
        "0,host 1,host 99,10\n0,1,1,10\n0,1,2\n-1,1,2,10\n0,1,2,zero\n0,1,2,10,1,100\n0,1,2,10,0\n") == """
          t.csv:1:10: no host is named 'host 99'
            mend: did you mean 'host 9'?
          t.csv:2:5: a flow goes from '1' to itself
          t.csv:3:1: a flow has 4 to 6 fields, not 3
          t.csv:4:1: -1 is out of range: 0 to 8000000 s
          t.csv:5:7: 'zero' does not start with a number
          t.csv:6:12: '100' has no unit
            mend: write it like 400 Gb/s
          t.csv:7:10: 0 is out of range: 0.001 to 1000
          """)
    #expect(
      try flowComplaint("start_seconds,source,target,bytes\n") == """
        t.csv:1:22: no column is named 'target'
          mend: columns are start_seconds, source, destination, bytes, weight, rate_cap
        t.csv:1:1: required key 'destination' is missing
        """)
    #expect(try flowComplaint("") == "t.csv: the file lists no flows")
  }

  @Test func `reads a connection matrix`() throws {
    let network = try readNetwork(tree, file: "f.yaml")
    let flows = try readFlows(
      "Nodes 16\nConnections 2\n0->5 id 1 start 0 size 1000\n3->15 start 2000000 size 500\n", file: "t.cm",
      on: network)
    #expect(
      flows == [
        TrafficFlow(from: VertexID(0), to: VertexID(5), bytes: 1000),
        TrafficFlow(start: SimTime(ticks: 2_000_000), from: VertexID(3), to: VertexID(15), bytes: 500),
      ])
  }

  @Test func `says what is wrong with a connection matrix`() throws {
    #expect(
      try flowComplaint(
        "Nodes 8\nConnections 3\n0->99 start 0 size 10\n0-5 start 0 size 1\n0->5 size 10\n0->5 start 0 size 9 prio 3\n",
        "t.cm") == """
          t.cm:3:4: no host is named '99'
            mend: hosts are 'host 0' to 'host 15', or 0 to 15
          t.cm:4:1: expected a connection, found '0-5'
            mend: write it like 0->5 start 0 size 1000000
          t.cm:5:1: required key 'start' is missing
          t.cm:6:21: 'prio' is not plain traffic
          t.cm:1:7: the matrix is for 8 nodes, the network has 16 hosts
          t.cm:2:13: the header promises 3 connections, the file has 4
          """)
  }

  @Test func `a document names the links of every route`() throws {
    let network = try readNetwork("a,switch 0,10 GB/s,1 us\nswitch 0,b,5 GB/s,0 s\n", file: "f.csv")
    let flows = try readFlows("0,a,b,5e9\n", file: "t.csv", on: network)
    let report = TrafficReport(network: network, flows: flows, outcome: try simulate(flows, on: network))
    let document = report.document.json(indented: false)
    #expect(document.contains(#""links_crossed":2,"route":["a -> switch 0","switch 0 -> b"]}"#))
    #expect(!report.commaSeparated.contains("route"))
  }
}
