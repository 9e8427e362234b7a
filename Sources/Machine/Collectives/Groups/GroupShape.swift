import Fabrics

/// How a group lies on nodes, and what it has of their ports: all that a library's model knows of it.
///
///     port share = min(own ports / P, 1 / k)
///
/// P ports of a node; k groups at work on the busiest of its nodes that leave it, this one among them. A group
/// has the ports nearest to its devices, no more, and shares them equally with the others.
struct GroupShape: Sendable, Hashable {
  /// r, ranks on each node.
  var ranksPerNode: Int
  /// N.
  var nodeCount: Int
  /// Ports of each node that are the group's own devices'; 1 at least.
  var portCount: Int
  /// What the group gets of the rate of all ports of a node.
  var portShare: Double
  /// Whether its nodes have other devices too.
  var isPartOfNodes = false

  var rankCount: Int { ranksPerNode * nodeCount }
}

extension GroupShape {
  /// The shape of a group among its siblings.
  ///
  /// - Returns: nil where nodes hold different numbers of its ranks.
  /// - Complexity: O(ranks of all groups · log ranks).
  init?(_ groups: RankGroups, on cluster: ClusterShape) {
    let runs = nodeRuns(groups.first, on: cluster)
    guard let count = runs.first?.devices.count, runs.allSatisfy({ $0.devices.count == count }) else {
      return nil
    }
    var groupsOnNode = [Int](repeating: 1, count: runs.count)
    for sibling in groups.siblings {
      let others = nodeRuns(sibling, on: cluster)
      if others.count < 2 { continue }
      for other in others {
        if let place = runs.place(of: other.node) { groupsOnNode[place] += 1 }
      }
    }
    self.init(
      ranksPerNode: count, nodeCount: runs.count, ownPorts: runs.map { cluster.ownPorts($0.devices) }.min()!,
      sharers: groupsOnNode.max()!, cluster)
  }

  /// The shape of a send from the first rank of a group to its second, beside other sends: at either end
  /// those that leave or enter the node the same way share its ports.
  init?(sendAmong groups: RankGroups, on cluster: ClusterShape) {
    guard groups.first.count == 2 else { return nil }
    func nodes(_ pair: [DeviceID]) -> [Int] { pair.map { Int($0.index) / cluster.devicesPerNode } }
    let ends = nodes(groups.first)
    if ends[0] == ends[1] {
      self.init(ranksPerNode: 2, nodeCount: 1, ownPorts: 1, sharers: 1, cluster)
      return
    }
    var sharers = [1, 1]
    for sibling in groups.siblings {
      let others = nodes(sibling)
      if others[0] == others[1] { continue }
      for end in 0..<2 where others[end] == ends[end] { sharers[end] += 1 }
    }
    self.init(
      ranksPerNode: 1, nodeCount: 2, ownPorts: groups.first.map { cluster.ownPorts([$0]) }.min()!,
      sharers: sharers.max()!, cluster)
  }

  private init(
    ranksPerNode: Int, nodeCount: Int, ownPorts: Int, sharers: Int, _ cluster: ClusterShape
  ) {
    let all = cluster.nodePorts?.count ?? 1
    self.init(
      ranksPerNode: ranksPerNode, nodeCount: nodeCount, portCount: ownPorts,
      portShare: min(Double(ownPorts) / Double(all), 1 / Double(sharers)),
      isPartOfNodes: ranksPerNode < cluster.devicesPerNode)
  }
}

/// A group's devices on one node.
private struct NodeRun {
  var node: Int
  var devices: ArraySlice<DeviceID>
}

/// A group's devices by node, the nodes ascending.
private func nodeRuns(_ group: [DeviceID], on cluster: ClusterShape) -> [NodeRun] {
  let sorted = zip(group, group.dropFirst()).allSatisfy { $0 < $1 } ? group : group.sorted()
  var runs: [NodeRun] = []
  var start = 0
  for end in sorted.indices {
    let node = Int(sorted[end].index) / cluster.devicesPerNode
    let isLast = end + 1 == sorted.count || Int(sorted[end + 1].index) / cluster.devicesPerNode != node
    if !isLast { continue }
    runs.append(NodeRun(node: node, devices: sorted[start...end]))
    start = end + 1
  }
  return runs
}

extension [NodeRun] {
  /// Where a node is among ascending runs.
  fileprivate func place(of node: Int) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].node < node { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].node == node ? low : nil
  }
}

extension ClusterShape {
  /// Ports of a node that are next to some of its devices.
  ///
  /// Devices share PCIe switches, over which the adapters are spread evenly, as `NodeInterior` has them.
  fileprivate func ownPorts(_ devices: ArraySlice<DeviceID>) -> Int {
    let ports = nodePorts?.count ?? 1
    let perSwitch = 1 + (devicesPerNode - 1) / ports
    let switches = 1 + (devicesPerNode - 1) / perSwitch
    var touched = 0
    var last = -1
    for device in devices {
      let place = Int(device.index) % devicesPerNode / perSwitch
      if place != last { touched += 1 }
      last = place
    }
    return max(1, touched * ports / switches)
  }
}
