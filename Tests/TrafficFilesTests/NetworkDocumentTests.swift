import Diagnostics
import Fabrics
import Quantities
import TestSupport
import Testing
import TrafficFiles

private func read(_ text: String) throws -> NetworkGraph { try readNetwork(text, file: "f.yaml") }

private func complaint(_ text: String) -> String {
  do {
    _ = try read(text)
    return "read"
  } catch { return "\(error)" }
}

/// Figures of each example: hosts, nodes, switches, cables and diameter.
private let examples: [(file: String, figures: [Int])] = [
  // 16 leaves and 21 spines; 512 + 16 · 21 cables.
  ("rails", [512, 64, 37, 512 + 336, 4]),
  // A node: 1 + 4 + 8 switches, 8 + 8 + 8 cables, and 8 to the rails; 8 rails on a spine. Device, PCIe
  // switch, adapter, rail, spine and back.
  ("nodes-inside", [128, 16, 16 * 13 + 9, 16 * 32 + 8, 8]),
  // 80 switches of the tree, 8 NVSwitches, 16 PCIe switches with an adapter each; 8 · 8 + 16 · (4 + 1) cables
  // inside, 80 to places, 128 + 128 in the tree. The adapters behind PCIe share a pod: 2 + 6.
  ("mixed-nodes", [128, 24, 80 + 8 + 32, 64 + 80 + 80 + 256, 8]),
  ("three-sites", [28, 28, 3, 28 + 3, 3]),
  // 2 around a ring, 1 across, 2 over a switch; 32 rings of 4, 8 groups of 4 · 6, 16 · 8.
  ("hierarchical", [128, 32, 16, 128 + 192 + 128, 5]),
  ("dragonfly", [72, 72, 36, 72 + 54 + 36, 5]),
  ("broken-torus", [64, 64, 64, 64 + 192 - 2, 8]),
]

@Suite("Network documents") struct NetworkDocumentTests {
  @Test func `examples are what their comments say`() throws {
    for (file, figures) in examples {
      let path = "\(packageRoot(#filePath))/Examples/networks/\(file).yaml"
      let graph = try readNetwork(try #require(textOfFile(path)), file: path)
      #expect(
        [
          graph.hostCount, graph.nodeCount, graph.switchCount, graph.links.count / 2, try graph.diameter(),
        ] == figures, "\(file)")
    }
  }

  @Test func `words are read in any usual spelling`() throws {
    for kind in ["rail-optimized", "rail_optimised", "Rail Optimised"] {
      #expect(try read("{kind: \(kind), nodes: 2, rails: 2, nic: 400 Gb/s}").hostCount == 4)
    }
    for kind in ["switch", "star", "full-mesh", "fully_connected", "ring", "binary tree", "tree"] {
      #expect(try read("{kind: \(kind), hosts: 5, link: 1 GB/s}").hostCount == 5)
    }
    let torus = "{kind: torus, dimensions: [4, 4], link: 1 GB/s, routing: dimension-order}"
    #expect(try read(torus).routing == .dimensionOrder)
  }

  @Test func `a node's inside is as its keys say`() throws {
    let graph = try read(
      "{kind: star, hosts: 8, link: 10 GB/s, latency: 2 us, nodes: 2, "
        + "node: {gpus: 4, nvlink: 100 GB/s, nvlink_latency: 1 us, pcie: 20 GB/s, nics: 2}}")
    let expected = NodeInterior(
      devices: 4, scaleUp: NetworkWire(bandwidth: .gigabytesPerSecond(100), latency: .microseconds(1)),
      pcie: NetworkWire(bandwidth: .gigabytesPerSecond(20), latency: .microseconds(2)), adapters: 2,
      devicesPerSwitch: 2)
    #expect(graph.shape == .nodes([NodeGroup(count: 2, inside: expected)], over: .star(hosts: 8)))
    // Four of the eight places are taken.
    #expect(graph.links.filter { $0.kind == .nicOut }.count == 4)
  }

  @Test func `what does not fit together is refused by name`() {
    let ring = "{kind: ring, hosts: 4, link: 1 GB/s"
    #expect(
      complaint(ring + ", routing: valiant}") == "f.yaml:1:47: routing: valiant needs a dragonfly, not a ring"
    )
    #expect(
      complaint(ring + ", routing: vali}")
        == "f.yaml:1:47: routing: no routing is named 'vali'\n  mend: use one of shortest, weighted, dimension_order, minimal, valiant, pxn"
    )
    #expect(
      complaint(ring + ", reference: 1 MB}")
        == "f.yaml:1:49: reference: only weighted routes have a reference message\n  mend: leave it out")
    #expect(
      complaint(ring + ", broken: [[host 0, host 1], [host 2, host 3]]}")
        == "f.yaml:1:46: broken: the broken links cut host 1 and host 2 off from the other 2 hosts")
    #expect(
      complaint(ring + ", broken: [host 0]}")
        == "f.yaml:1:47: broken[0]: expected two names, found the text 'host 0'\n  mend: write it like [host 0, edge 0]"
    )
    #expect(
      complaint(ring + ", nic: 1 GB/s}")
        == "f.yaml:1:43: nic: 'link' and 'nic' say the same\n  mend: leave one of them out")
    #expect(
      complaint("{kind: star, hosts: 8, link: 1 GB/s, nodes: 1, node: {gpus: 8, nics: 2}}")
        == "f.yaml:1:1: 8 devices share 2 network adapters: say over what, with pcie")
    #expect(
      complaint("{kind: rail_optimized, nodes: 4, rails: 2, nic: 1 GB/s, leaf_radix: 8, spines: 2}")
        == "f.yaml:1:80: spines: the spines follow from leaf_radix\n  mend: leave one of them out")
    #expect(
      complaint("{kind: wan, sites: [{name: a, hosts: 2}], spans: []}")
        == "f.yaml:1:21: sites[0]: required key 'link' is missing")
    #expect(
      complaint("{kind: hierarchical, levels: [{kind: rings, size: 2, link: 1 GB/s}]}")
        == "f.yaml:1:38: levels[0].kind: no kind is named 'rings'\n  mend: did you mean 'ring'?")
    #expect(
      complaint("{kind: star, hosts: 2, link: 1 GB/s, hots: 3}")
        == "f.yaml:1:38: hots: unknown key 'hots'\n  mend: did you mean 'hosts'?")
    #expect(
      complaint("{kind: ring, hosts: 100000, link: 1 GB/s, latency: 1 h}")
        == "f.yaml:1:1: latencies of 3600.0 s a hop could add up beyond the simulated clock")
  }

  @Test func `mutated documents are read or refused`() throws {
    var generator = SeededGenerator(seed: 12)
    for (file, _) in examples {
      let path = "\(packageRoot(#filePath))/Examples/networks/\(file).yaml"
      let text = try #require(textOfFile(path)).split(separator: "\n").filter { !$0.hasPrefix("#") }
        .joined(separator: "\n")
      for _ in 0..<120 {
        let bytes = generator.mutated(text)
        guard let mutant = String(validating: bytes, as: UTF8.self) else { continue }
        do throws(Diagnostics) {
          let graph = try readNetwork(mutant, file: "m.yaml")
          if graph.hostCount > 1, graph.hostCount < 1000 {
            var router = MultipathRouter(graph)
            var route: [Int32] = []
            _ = try? router.appendRoute(from: VertexID(0), to: VertexID(graph.hostCount - 1), into: &route)
          }
        } catch {
          #expect(error.description.hasPrefix("m.yaml"), "\(mutant)")
        }
      }
    }
  }
}
