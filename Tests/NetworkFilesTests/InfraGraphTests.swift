import Fabrics
import Quantities
import Testing
import TrafficFiles

@testable import NetworkFiles

@Suite("InfraGraph") struct InfraGraphTests {
  static let clos = """
    name: two servers, a card with two ports in each, on one switch
    devices:
      - name: server
        components:
          - {name: xpu, count: 2, choice: xpu}
          - {name: cpu, count: 1, choice: cpu, cpu: {}}
          - {name: card, count: 2, choice: device}
        links:
          - {name: pcie, physical: {bandwidth: {choice: gigabytes_per_second, gigabytes_per_second: 24}}}
        edges:
          - {ep1: {component: xpu}, ep2: {component: cpu}, scheme: many2many, link: pcie}
          - {ep1: {component: cpu}, ep2: {device: "card[0:2]", component: "asic[0]"}, scheme: many2many, link: pcie}
      - name: card
        components:
          - {name: asic, count: 1, choice: custom, custom: {type: chip}}
          - {name: port, count: 2, choice: port}
        links:
          - {name: lane, physical: {bandwidth: {gigabits_per_second: 100}, latency: {ns: 20}}}
        edges:
          - {ep1: {component: asic}, ep2: {component: port}, scheme: many2many, link: lane}
      - name: leaf
        components: [{name: asic, count: 1, choice: switch}]
        links: []
        edges: []
    instances:
      - {name: host, device: server, count: 2}
      - {name: leaf, device: leaf, count: 1}
    links:
      - {name: eth, description: d, physical: {bandwidth: {gigabits_per_second: 100}, latency: {us: 1}}}
    edges:
      - {ep1: {instance: host, component: "server.card.port[0]"}, ep2: {instance: "leaf[0]", component: asic}, scheme: many2many, link: eth}
    """

  static let connections = """
    devices:
      - name: server
        components:
          - {name: npu, type: npu, count: 2}
          - {name: nic, type: nic, count: 2, external: true}
        links: [{name: pcie, bandwidth: {giga_bytes_per_second: 32}}]
        connections: [npu.0.pcie.nic.0, npu.1.pcie.nic.1]
      - name: router
        components: [{name: port, type: port, count: 4}, {name: asic, type: custom, count: 1}]
        links: [{name: ic, bandwidth: {choice: g_bits_per_second, g_bits_per_second: 800}}]
        edges: [{ep1: {component: asic}, ep2: {component: port}, many2many: true, link: ic}]
    instances: [{name: server, device: server, count: 2}, {name: leaf, device: router}]
    links: [{name: eth, bandwidth: {giga_bits_per_second: 100}}]
    connections:
      - server.0.nic.0.eth.leaf.0.port.0
      - server.1.nic.0.eth.leaf.0.port.1
      - server.0.nic.1.eth.leaf.0.port.2
      - server.1.nic.1.eth.leaf.0.port.3
    """

  func network(_ text: String) throws -> NetworkGraph { try readNetwork(text, file: "i.yaml") }

  @Test func `expands devices inside devices and instances by hand`() throws {
    let graph = try network(Self.clos)
    #expect(graph.shape.name == "InfraGraph infrastructure")
    #expect(graph.vertexNames.prefix(4) == ["host.0.xpu.0", "host.0.xpu.1", "host.1.xpu.0", "host.1.xpu.1"])
    // In each server a processor, two cards with a chip and two ports; the switch.
    #expect(graph.switchCount == 2 * (1 + 2 * 3) + 1)
    // In each server 2 + 2 cables by PCIe and 2 × 2 in the cards; four ports on the switch.
    #expect(graph.links.count == 2 * (2 * (2 + 2 + 4) + 4))
    #expect(graph.rates("host.1.cpu.0", "host.1.card.1.asic.0") == [24])
    #expect(graph.rates("host.1.card.1.asic.0", "host.1.card.1.port.1") == [12.5])
    #expect(graph.rates("host.0.card.1.port.0", "leaf.0.asic.0") == [12.5])
    #expect(graph.rates("host.0.card.1.port.1", "leaf.0.asic.0").isEmpty)
    // xpu, cpu, chip, port, switch and back.
    #expect(try graph.diameter() == 8)
    // Two ports of a server.
    #expect(graph.bisectionBandwidth().bandwidth == .gigabytesPerSecond(25))
    #expect(graph.nodeCount == 2)
    #expect(graph.nearestInterfaces().map(\.interfaces.count) == [4, 4, 4, 4])
    #expect(graph.nearestInterfaces().allSatisfy { $0.distance == .phb })
  }

  @Test func `reads the document under its key, and as JSON`() throws {
    let nested = "infrastructure:\n" + Self.clos.split(separator: "\n").map { "  \($0)\n" }.joined()
    #expect(try network(nested).links.count == network(Self.clos).links.count)
  }

  @Test func `pairs parts by every scheme`() {
    func pair(_ a: [Int], _ b: [Int], _ scheme: InfraGraphEdge.Scheme) -> [[Int]]? {
      pairs(a, b, scheme, limit: 100)?.map { [$0.0, $0.1] }
    }
    // In step up to the shorter one, never a part with itself.
    #expect(pair([0, 1, 2], [3, 1], .one2one) == [[0, 3]])
    #expect(pair([0, 1], [2, 0], .many2many) == [[0, 2], [1, 2], [1, 0]])
    #expect(pair([0, 1, 2], [0, 1, 2], .ring) == [[0, 1], [1, 2], [2, 0]])
    #expect(pair([0, 1], [2, 3], .ring) == [[0, 1], [1, 2], [2, 3], [3, 0]])
    #expect(pair([0], [0], .ring) == [])
    #expect(pairs(Array(0..<11), Array(0..<10), .many2many, limit: 100) == nil)
  }

  @Test(arguments: [
    ("nic", [0, 1, 2, 3, 4]), ("nic[2]", [2]), ("nic[-1]", [4]), ("nic[1:3]", [1, 2]), ("nic[3:]", [3, 4]),
    ("nic[:2]", [0, 1]), ("nic[::2]", [0, 2, 4]), ("nic[::-1]", [4, 3, 2, 1, 0]), ("nic[-2:9]", [3, 4]),
    ("nic[3:1:-1]", [3, 2]), ("nic[4:2]", []),
  ])
  func `slices as Python does`(text: String, expected: [Int]) {
    #expect(InfraGraphSlice(text)?.name == "nic")
    #expect(InfraGraphSlice(text)?.indices(of: 5) == expected)
  }

  @Test func `refuses what is no slice`() {
    for text in [
      "", "[0]", "nic[", "nic[]", "nic[x]", "nic[0:1:0]", "nic[0:1:2:3]", "nic]", "nic[99999999999]",
    ] {
      #expect(InfraGraphSlice(text) == nil, "\(text)")
    }
    #expect(InfraGraphSlice("nic[5]")?.indices(of: 5) == nil)
    #expect(InfraGraphSlice("nic[-6]")?.indices(of: 5) == nil)
  }

  @Test func `cables told twice are one, of two links two`() throws {
    let graph = try network(
      """
      devices:
        - name: box
          components: [{name: xpu, count: 2, choice: xpu}]
          links:
            - {name: a, physical: {bandwidth: {gigabytes_per_second: 1}}}
            - {name: b, physical: {bandwidth: {gigabytes_per_second: 2}}}
          edges:
            - {ep1: {component: xpu}, ep2: {component: xpu}, scheme: many2many, link: a}
            - {ep1: {component: "xpu[1]"}, ep2: {component: "xpu[0]"}, scheme: one2one, link: b}
      instances: [{name: n, device: box, count: 1}]
      """)
    #expect(graph.rates("n.0.xpu.0", "n.0.xpu.1") == [1, 2])
    #expect(graph.hostsForward)
  }

  @Test func `reads connections as older documents write them`() throws {
    let graph = try network(Self.connections)
    #expect(graph.rates("server.1.nic.0", "leaf.0.port.1") == [12.5])
    #expect(graph.rates("server.0.npu.1", "server.0.nic.1") == [32])
    #expect(graph.rates("leaf.0.asic.0", "leaf.0.port.3") == [100])
    #expect(try graph.diameter() == 6)
  }

  @Test func `says what is wrong with a document, word for word`() {
    #expect(
      complaint(
        """
        devices:
          - name: box.1
            components:
              - {name: xpu, count: 0, choice: xpu}
              - {name: nic, count: 1, choice: nick}
            links:
              - {name: a, physical: {bandwidth: {gigatransfers_per_second: 16}}}
              - {name: b, physical: {latency: {us: -1}}}
            edges:
              - {ep1: {component: "xpu[a]"}, ep2: {component: nic}, scheme: star, link: a}
              - {ep1: {component: xpu}, link: a}
            connections: [xpu.0.a.nic]
        instances: [{name: n, count: 1}]
        """, "i.yaml") == """
          i.yaml:2:11: devices[0].name: 'box.1' cannot be named in an edge
            mend: use a name without dots and brackets
          i.yaml:13:13: instances[0]: required key 'device' is missing
          """)
    #expect(
      complaint(
        """
        devices:
          - name: box
            components:
              - {name: xpu, count: 0, choice: xpu}
              - {name: nic, count: 1, choice: nick}
            links:
              - {name: a, physical: {bandwidth: {gigatransfers_per_second: 16}}}
              - {name: b, physical: {latency: {us: -1}}}
            edges:
              - {ep1: {component: "xpu[a]"}, ep2: {component: nic}, scheme: star, link: a}
              - {ep1: {component: xpu}, link: a}
            connections: [xpu.0.a.nic]
        instances: [{name: n, device: box, count: 1}]
        """, "i.yaml") == """
          i.yaml:4:28: devices[0].components[0].count: 0 is out of range: 1 to 4194304
          i.yaml:5:39: devices[0].components[1].choice: no choice is named 'nick'
            mend: did you mean 'nic'?
          i.yaml:7:68: devices[0].links[0].physical.bandwidth.gigatransfers_per_second: transfers per second do not say how many lanes there are
            mend: give the bandwidth of the whole link in gigabits_per_second
          i.yaml:8:44: devices[0].links[1].physical.latency.us: -1.0 is out of range: 0.0 to 3600000000000.0
          i.yaml:10:27: devices[0].edges[0].ep1.component: 'xpu[a]' names no parts
            mend: write it like nic, nic[0] or nic[0:4]
          i.yaml:10:69: devices[0].edges[0].scheme: no scheme is named 'star'
            mend: use one of one2one, many2many, ring
          i.yaml:11:9: devices[0].edges[1]: required key 'ep2' is missing
          i.yaml:11:9: devices[0].edges[1]: required key 'scheme' is missing
          i.yaml:12:19: devices[0].connections[0]: 'xpu.0.a.nic' is no connection of 5 names and numbers
            mend: write component.0.link.component.0
          """)
  }

  @Test func `says what is wrong with names, word for word`() {
    #expect(
      complaint(
        """
        devices:
          - name: box
            components: [{name: xpu, count: 2, choice: xpu}]
            links: [{name: a}, {name: b, physical: {bandwidth: {gigabits_per_second: 1}}}]
            edges:
              - {ep1: {component: xpu}, ep2: {component: xpu}, scheme: ring, link: a}
              - {ep1: {component: "xpu[2]"}, ep2: {component: xpu}, scheme: ring, link: b}
              - {ep1: {component: xpus}, ep2: {component: xpu}, scheme: ring, link: b}
              - {ep1: {component: "xpu.nic"}, ep2: {component: xpu}, scheme: ring, link: bb}
          - name: shell
            components: [{name: shell, count: 1, choice: device}]
        instances:
          - {name: n, device: box, count: 1}
          - {name: m, device: boxx, count: 1}
          - {name: k, device: shell, count: 1}
        edges:
          - {ep1: {instance: n, component: xpu}, ep2: {instance: q, component: xpu}, scheme: ring, link: eth}
        """, "i.yaml") == """
          i.yaml:6:76: devices[0].edges[0].link: link 'a' has no bandwidth
            mend: give it physical: {bandwidth: {gigabits_per_second: 100}}
          i.yaml:7:27: devices[0].edges[1].ep1.component: the number of 'xpu' is out of range: 0 to 1
          i.yaml:8:27: devices[0].edges[2].ep1.component: no component is named 'xpus'
            mend: did you mean 'xpu'?
          i.yaml:9:82: devices[0].edges[3].link: no link is named 'bb'
            mend: did you mean 'b'?
          i.yaml:14:23: instances[1].device: no device is named 'boxx'
            mend: did you mean 'box'?
          i.yaml:11:18: devices[1].components[0]: device 'shell' holds itself, or devices nest too deep
          i.yaml:17:98: edges[0].link: no link is named 'eth'
          """)
    #expect(
      complaint(
        "devices: [{name: d, components: [{name: nic, choice: nic}]}]\ninstances: [{name: n, device: d}]\n",
        "i.yaml") == """
          i.yaml:2:12: instances: no instance holds an accelerator
            mend: give a device a component with choice: xpu
          """)
    #expect(
      complaint(
        """
        devices:
          - {name: inner, components: [{name: xpu, choice: xpu, count: 3000}]}
          - {name: outer, components: [{name: inner, choice: device, count: 3000}]}
        instances: [{name: n, device: outer}]
        """, "i.yaml")
        == "i.yaml:3:32: devices[1].components[0]: number of parts or cables exceeds the limit of 4194304")
  }

  @Test(arguments: 0..<40)
  func `damaged infrastructures are read or refused`(seed: Int) {
    expectRefusedOrRead(seed % 2 == 0 ? Self.clos : Self.connections, "i.yaml", seed: seed)
  }
}
