import Fabrics
import NetworkLayouts
import Quantities
import TestSupport
import Testing

private let wire = NetworkWire(bandwidth: .gigabitsPerSecond(100), latency: .microseconds(1))

private func network(_ shape: NetworkShape, broken: [NetworkCable] = []) throws -> NetworkGraph {
  try NetworkGraph(shape, wire: wire, broken: broken)
}

private let inside = NodeInterior(
  devices: 8, scaleUp: NetworkWire(bandwidth: .gigabytesPerSecond(450), latency: .zero), pcie: wire)

private let shapes: [NetworkShape] = [
  .fatTree(k: 2), .fatTree(k: 4), .fatTree(k: 8), .fatTree(k: 16), .star(hosts: 1), .star(hosts: 1000),
  .leafSpine(leaves: 4, spines: 2, hostsPerLeaf: 8), .leafSpine(leaves: 32, spines: 16, hostsPerLeaf: 32),
  .railOptimized(nodes: 16, devicesPerNode: 8, spines: 4, nodeLink: wire),
  .rails(RailPlan(nodes: 64, rails: 8, leafRadix: 64, oversubscription: 2)),
  .nodes([NodeGroup(count: 16, inside: inside)], over: .rails(RailPlan(nodes: 16, rails: 8))),
  .nodes([NodeGroup(count: 2, inside: inside)], over: .torus([4, 4])),
  .nodes(
    [NodeGroup(count: 2, inside: inside)], over: .dragonfly(groups: 3, routersPerGroup: 2, hostsPerRouter: 3)),
  .dragonfly(groups: 1, routersPerGroup: 1, hostsPerRouter: 1),
  .dragonfly(groups: 9, routersPerGroup: 4, hostsPerRouter: 2),
  .dragonfly(groups: 33, routersPerGroup: 8, hostsPerRouter: 4),
  .hypercube(dimensions: 0), .hypercube(dimensions: 4), .hypercube(dimensions: 6), .hypercube(dimensions: 10),
  .torus([1]), .torus([16]), .torus([8, 8]), .torus([4, 4, 4]), .torus([3, 4, 5, 6]), .torus([100, 100]),
  .mesh([300]), .mesh([8, 8, 16]), .fullMesh(hosts: 8), .fullMesh(hosts: 100), .ring(hosts: 2),
  .ring(hosts: 500), .binaryTree(hosts: 31), .binaryTree(hosts: 1000),
  .hierarchical([
    NetworkLevel(.ring, size: 4, wire: wire), NetworkLevel(.fullMesh, size: 4, wire: wire),
    NetworkLevel(.star, size: 8, wire: wire),
  ]),
  .hierarchical([NetworkLevel(.ring, size: 4, wire: wire), NetworkLevel(.star, size: 2, wire: wire)]),
  .wideArea(
    [
      NetworkSite(name: "a", hosts: 4, wire: wire), NetworkSite(name: "b", hosts: 400, wire: wire),
      NetworkSite(name: "c", hosts: 1, wire: wire),
    ],
    spans: [NetworkSpan(from: "a", to: "b", wire: wire), NetworkSpan(from: "b", to: "c", wire: wire)]),
]

/// What every layout must hold to.
private func check(_ layout: NetworkLayout, of graph: NetworkGraph, _ name: String) {
  // Each link belongs to one line, whose ends are its own, or is counted.
  var lineOf = [Int](repeating: 0, count: graph.links.count)
  for line in layout.lines {
    let ends = Set([line.ends.0, line.ends.1].map { layout.places[$0].vertex })
    for link in line.links {
      lineOf[Int(link.index)] += 1
      let link = graph.links[Int(link.index)]
      #expect(Set([link.from, link.to]) == ends, "\(name)")
    }
    #expect(line.strokes.allSatisfy { $0.count >= 2 }, "\(name)")
  }
  #expect(lineOf.allSatisfy { $0 <= 1 }, "\(name): a link is drawn once at most")
  #expect(lineOf.count { $0 == 0 } == layout.foldedLinkCount, "\(name): links not drawn are counted")
  // What is drawn stands in the picture, and apart.
  #expect(!layout.places.isEmpty, "\(name)")
  for place in layout.places {
    #expect((0...layout.width).contains(place.at.x) && (0...layout.height).contains(place.at.y), "\(name)")
  }
  let rows = Dictionary(grouping: layout.places, by: \.row)
  for row in rows.values {
    for (index, a) in row.enumerated() {
      for b in row.dropFirst(index + 1) {
        let (dx, dy) = (a.at.x - b.at.x, a.at.y - b.at.y)
        #expect((dx * dx + dy * dy).squareRoot() > 3.5, "\(name): \(a.vertex.index), \(b.vertex.index)")
      }
    }
  }
  // A grid's cables are in order, three for each of its routers and hosts at most.
  #expect(
    layout.lines.count <= max(600, 3 * layout.places.count) && layout.places.count <= 3300,
    "\(name): no more than can be read")
  #expect(layout.height <= 900, "\(name)")
}

@Suite("Network layouts") struct NetworkLayoutTests {
  @Test(arguments: shapes)
  func `of every shape draw or count all links, and nothing on top of another`(shape: NetworkShape) throws {
    let graph = try network(shape)
    let layout = NetworkLayout(of: graph)
    check(layout, of: graph, "\(shape.name) of \(graph.hostCount)")
    #expect(layout == NetworkLayout(of: graph))
  }

  @Test func `a small fat tree is drawn whole, in four rows`() throws {
    let layout = NetworkLayout(of: try network(.fatTree(k: 4)))
    #expect(layout.places.count == 16 + 8 + 8 + 4)
    #expect(layout.lines.count == 16 + 16 + 16)
    #expect(layout.foldedLinkCount == 0 && layout.frames.isEmpty && layout.notes.isEmpty)
    func height(_ kind: NetworkVertexKind) -> Set<Double> {
      Set(layout.places.filter { $0.kind == kind }.map(\.at.y))
    }
    let heights = [NetworkVertexKind.core, .aggregation, .edge, .host].map(height)
    #expect(heights.allSatisfy { $0.count == 1 })
    #expect(heights.compactMap(\.first) == heights.compactMap(\.first).sorted())
  }

  @Test func `of a large fat tree one pod stands for all`() throws {
    let layout = NetworkLayout(of: try network(.fatTree(k: 16)))
    // 64 cores, 8 aggregation and 8 edge switches, 64 hosts; 64 cables below each of them.
    #expect(layout.places.count == 64 + 8 + 8 + 64)
    #expect(layout.lines.count == 64 + 64 + 64)
    #expect(layout.foldedLinkCount == 2 * 3 * 1024 - 2 * 192)
    #expect(layout.frames.map(\.label) == ["× 16 pods"])
    #expect(layout.captions.contains { $0.text == "1024 hosts" })
  }

  @Test func `a pod with a broken cable is told from the others`() throws {
    let graph = try network(.fatTree(k: 16), broken: [NetworkCable("edge 8", "aggregation 8")])
    let layout = NetworkLayout(of: graph)
    check(layout, of: graph, "broken")
    #expect(layout.frames.contains { $0.count == 15 } && !layout.frames.contains { $0.count == 16 })
  }

  @Test func `of parts alike the one with the heaviest link is drawn`() throws {
    let graph = try network(.fatTree(k: 16))
    var weights = [Double](repeating: 0, count: graph.links.count)
    let busy = try #require(graph.links.firstIndex { $0.from == VertexID(5 * 64 + 3) })
    weights[busy] = 0.9
    let layout = NetworkLayout(of: graph, weights: weights)
    let hosts = layout.places.filter { $0.kind == .host }.map { Int($0.vertex.index) }
    #expect(hosts.sorted() == Array(5 * 64..<6 * 64))
  }

  @Test func `slices of a torus and groups of a dragonfly are folded with their number`() throws {
    let torus = NetworkLayout(of: try network(.torus([8, 8, 16])))
    #expect(torus.frames.map(\.label) == ["× 8 slices"])
    let dragonfly = NetworkLayout(
      of: try network(.dragonfly(groups: 33, routersPerGroup: 8, hostsPerRouter: 4)))
    #expect(dragonfly.notes == ["one of 33 groups of 8 routers with 4 hosts each is drawn"])
    // The group's own 8 routers, their 32 hosts, and the 32 other groups.
    #expect(dragonfly.places.count == 8 + 32 + 32)
  }

  @Test func `switches inside of nodes stand below their devices`() throws {
    let layout = NetworkLayout(
      of: try network(.railOptimized(nodes: 4, devicesPerNode: 8, spines: 2, nodeLink: wire)))
    let devices = layout.places.filter { $0.kind == .device }.map(\.at.y).max() ?? .infinity
    let inner = layout.places.filter { $0.kind == .nodeSwitch }.map(\.at.y)
    #expect(inner.count == 4 && inner.allSatisfy { $0 > devices })
  }

  @Test func `networks that anyone may list are laid out`() throws {
    var random = SeededGenerator(seed: 7)
    for trial in 0..<60 {
      let count = Int.random(in: 2...260, using: &random)
      var edges: [NetworkEdge] = []
      func name(_ index: Int) -> String { index % 3 == trial % 3 ? "switch \(index)" : "h\(index)" }
      for _ in 0..<Int.random(in: 1...600, using: &random) {
        let (a, b) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
        if a != b { edges.append(NetworkEdge(from: name(a), to: name(b), wire: wire)) }
      }
      guard let graph = try? network(.edges(edges)) else { continue }
      check(NetworkLayout(of: graph), of: graph, "trial \(trial)")
    }
  }

  @Test func `a long line of switches makes no more rows than a page has`() throws {
    var edges = [NetworkEdge(from: "a", to: "switch 0", wire: wire)]
    for index in 0..<20_000 {
      edges.append(NetworkEdge(from: "switch \(index)", to: "switch \(index + 1)", wire: wire))
    }
    let graph = try network(.edges(edges))
    let layout = NetworkLayout(of: graph)
    #expect(Set(layout.places.map(\.row)).count <= 26)
    #expect(!layout.notes.isEmpty)
  }
}
