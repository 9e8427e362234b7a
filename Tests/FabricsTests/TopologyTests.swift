import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Topologies") struct TopologyTests {
  func hops(_ shape: ClusterShape, _ from: Int, _ to: Int) throws -> Int {
    try Fabric(shape).hopCount(from: NodeID(from), to: NodeID(to))
  }

  @Test func `a full mesh is one hop wide, a switch two`() throws {
    #expect(try hops(.flat(8, .fullMesh), 2, 7) == 1)
    #expect(try hops(.flat(8, .leafSwitch), 2, 7) == 2)
    #expect(try Fabric(.flat(8, .fullMesh)).diameter() == 1)
    #expect(try Fabric(.flat(8, .leafSwitch)).diameter() == 2)
    #expect(try Fabric(.flat(1, .leafSwitch)).diameter() == 0)
  }

  @Test func `a ring is walked the shorter way round`() throws {
    // Eight nodes: 0 to 3 is three hops up, 0 to 6 two hops down, 0 to 4 the farthest.
    #expect(try (0..<8).map { try hops(.flat(8, .ring), 0, $0) } == [0, 1, 2, 3, 4, 3, 2, 1])
    #expect(try Fabric(.flat(8, .ring)).diameter() == 4)
    #expect(try Fabric(.flat(7, .ring)).diameter() == 3)
    // A ring of two is one wire each way, of three a triangle.
    #expect(try Fabric(.flat(2, .ring)).links.count { $0.kind == .wire } == 2)
    #expect(try Fabric(.flat(3, .ring)).links.count { $0.kind == .wire } == 6)
  }

  @Test func `a tree is walked through the nearest common ancestor`() throws {
    //        0
    //     1     2
    //    3 4   5 6
    #expect(try hops(.flat(7, .binaryTree), 3, 4) == 2)
    #expect(try hops(.flat(7, .binaryTree), 3, 2) == 3)
    #expect(try hops(.flat(7, .binaryTree), 3, 6) == 4)
    #expect(try hops(.flat(7, .binaryTree), 0, 6) == 2)
    #expect(try Fabric(.flat(7, .binaryTree)).diameter() == 4)
  }

  @Test func `torus and mesh count rows and columns`() throws {
    // 12 nodes are 3 x 4. Node 0 is (0, 0), node 11 is (2, 3), node 6 is (1, 2).
    #expect(GridShape(nearSquareOf: 12) == GridShape(rows: 3, columns: 4))
    #expect(GridShape(nearSquareOf: 7) == GridShape(rows: 1, columns: 7))
    #expect(try hops(.flat(12, .torus2D), 0, 11) == 2)
    #expect(try hops(.flat(12, .mesh2D), 0, 11) == 5)
    #expect(try hops(.flat(12, .torus2D), 0, 6) == 3)
    #expect(try Fabric(.flat(12, .torus2D)).diameter() == 1 + 2)
    #expect(try Fabric(.flat(12, .mesh2D)).diameter() == 2 + 3)
    var given = ClusterShape.flat(12, .mesh2D)
    given.grid = GridShape(rows: 2, columns: 6)
    #expect(try Fabric(given).diameter() == 1 + 5)
  }

  @Test func `a torus of n by m has two wires per node and direction`() throws {
    // 4 x 5 nodes, every one with four neighbours: 20 x 4 directed wires.
    #expect(try Fabric(.flat(20, .torus2D)).links.count { $0.kind == .wire } == 80)
    // A ring of two counts once: 2 x 3 nodes have 3 neighbours each.
    #expect(try Fabric(.flat(6, .torus2D)).links.count { $0.kind == .wire } == 18)
  }

  @Test(arguments: [TopologyKind.ring, .binaryTree, .torus2D, .mesh2D])
  func `routes are connected paths of the fewest wires`(kind: TopologyKind) throws {
    let fabric = try Fabric(.flat(20, kind))
    // Hop counts by relaxation over the wires, apart from the search under test.
    var distance = (0..<20).map { a in (0..<20).map { a == $0 ? 0 : 1000 } }
    let first = fabric.links.first { $0.kind == .nicOut }!.to.index
    for link in fabric.links where link.kind == .wire {
      distance[Int(link.from.index - first)][Int(link.to.index - first)] = 1
    }
    for k in 0..<20 {
      for a in 0..<20 {
        for b in 0..<20 { distance[a][b] = min(distance[a][b], distance[a][k] + distance[k][b]) }
      }
    }
    for a in 0..<20 {
      for b in 0..<20 where a != b {
        let route = try fabric.route(from: DeviceID(a), to: DeviceID(b))
        #expect(route.hopCount == distance[a][b])
        #expect(route == (try fabric.route(from: DeviceID(a), to: DeviceID(b))))
        #expect(fabric[route.links[0]].from == VertexID(a))
        #expect(fabric[route.links[route.links.count - 1]].to == VertexID(b))
        for (one, next) in zip(route.links, route.links.dropFirst()) {
          #expect(fabric[one].to == fabric[next].from)
        }
        // Transit never uses a port of a node in between.
        #expect(route.links.count { fabric[$0].kind == .nicOut } == 1)
        #expect(route.links.count { fabric[$0].kind == .nicIn } == 1)
      }
    }
  }

  @Test func `the first and the hundredth question have one answer`() throws {
    let fresh = try Fabric(.flat(36, .torus2D))
    let asked = try Fabric(.flat(36, .torus2D))
    for target in 1..<36 { _ = try asked.route(from: DeviceID(0), to: DeviceID(target)) }
    for target in [35, 21, 18, 7] {
      let one = try Fabric(.flat(36, .torus2D)).route(from: DeviceID(0), to: DeviceID(target))
      #expect(one == (try asked.route(from: DeviceID(0), to: DeviceID(target))))
    }
    #expect(fresh.linkCount == asked.linkCount)
  }

  @Test func `spellings and aliases`() {
    #expect(
      TopologyKind.allCases.map(\.rawValue) == [
        "full_mesh", "ring", "tree", "torus_2d", "mesh_2d", "switch", "custom",
      ])
    for kind in TopologyKind.allCases { #expect(TopologyKind(spelling: kind.rawValue) == kind) }
    #expect(TopologyKind(spelling: "FULLY_CONNECTED") == .fullMesh)
    #expect(TopologyKind(spelling: "binary-tree") == .binaryTree)
    #expect(TopologyKind(spelling: "MESH_2D") == .mesh2D)
    #expect(TopologyKind(spelling: "hypertorus") == nil)
  }
}
