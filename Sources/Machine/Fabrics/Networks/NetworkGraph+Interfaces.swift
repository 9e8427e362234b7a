import Quantities

/// How far a host's network interface is, nearest first, in the words of NCCL.
public enum InterfaceDistance: String, Sendable, Comparable, CaseIterable {
  /// At most one PCIe switch between.
  case pix = "PIX"
  /// Several PCIe switches, but no processor.
  case pxb = "PXB"
  /// Through the processor that both hang on.
  case phb = "PHB"
  /// From one processor to another.
  case sys = "SYS"

  public static func < (a: InterfaceDistance, b: InterfaceDistance) -> Bool { a.rank < b.rank }

  private var rank: Int {
    switch self {
    case .pix: 0
    case .pxb: 1
    case .phb: 2
    case .sys: 3
    }
  }
}

/// The interfaces that a host reaches best, all of them equally well.
public struct InterfaceAffinity: Sendable, Equatable {
  public var host: VertexID
  public var interfaces: [VertexID]
  public var distance: InterfaceDistance
  /// Of the narrowest link between.
  public var bandwidth: Bandwidth

  public init(host: VertexID, interfaces: [VertexID], distance: InterfaceDistance, bandwidth: Bandwidth) {
    self.host = host
    self.interfaces = interfaces
    self.distance = distance
    self.bandwidth = bandwidth
  }
}

extension NetworkGraph {
  /// The nearest network interfaces of every host inside its node; empty where the network describes none.
  ///
  /// Of the ways with the fewest links, which pass no host and go on behind no port, those of the least
  /// distance are taken, of these the widest, of these the ones of fewest links.
  ///
  /// - Complexity: a breadth-first search per host.
  /// - Source: the order of NCCL's path types (NVIDIA, nccl, `src/graph/topo.h`, 2.27).
  public func nearestInterfaces() -> [InterfaceAffinity] {
    guard case .described(let description) = shape, description.others.contains(where: { $0.role == .port })
    else { return [] }
    return hosts.compactMap { nearestInterfaces(of: Int($0.index), description) }
  }

  /// What is known of the way to a vertex.
  private struct Way {
    var linkCount = 0
    var width = Double.infinity
    var pcieSwitches = 0
    var processors = 0

    var distance: InterfaceDistance {
      if processors > 0 { return processors > 1 ? .sys : .phb }
      return pcieSwitches > 1 ? .pxb : .pix
    }

    func precedes(_ other: Way) -> Bool {
      if distance != other.distance { return distance < other.distance }
      return width != other.width ? width > other.width : linkCount < other.linkCount
    }
  }

  private func nearestInterfaces(of host: Int, _ description: NetworkDescription) -> InterfaceAffinity? {
    var ways: [Int: Way] = [host: Way()]
    var queue = [host]
    var head = 0
    var best: (way: Way, ports: [VertexID])?
    while head < queue.count {
      let vertex = queue[head]
      head += 1
      guard let way = ways[vertex] else { continue }
      if description.role(ofVertex: vertex) == .port {
        if let known = best, !way.precedes(known.way) {
          if !known.way.precedes(way) { best?.ports.append(VertexID(vertex)) }
        } else {
          best = (way, [VertexID(vertex)])
        }
        continue
      }
      for link in outgoing[vertex] {
        let link = links[Int(link)]
        let end = Int(link.to.index)
        guard let role = description.role(ofVertex: end), ways[end] == nil else { continue }
        var next = way
        next.linkCount += 1
        next.width = min(way.width, link.bandwidth.bytesPerSecond)
        if role == .pcieSwitch { next.pcieSwitches += 1 }
        if role == .processor { next.processors += 1 }
        ways[end] = next
        queue.append(end)
      }
    }
    return best.map {
      InterfaceAffinity(
        host: VertexID(host), interfaces: $0.ports, distance: $0.way.distance,
        bandwidth: Bandwidth(bytesPerSecond: $0.way.width))
    }
  }
}
