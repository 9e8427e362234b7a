import Collectives
import Fabrics
import Parallelism
import StepGraphs

/// The group that each call is made in, and the groups beside it on the same nodes.
struct SiblingGroups {
  private let graph: StepGraph
  private let devicesPerNode: Int
  private var known: [Key: RankGroups] = [:]

  private struct Key: Hashable {
    var communicator: Communicator
    var classIndex: Int
    var destination: Int
  }

  init(_ graph: StepGraph, devicesPerNode: Int) {
    self.graph = graph
    self.devicesPerNode = devicesPerNode
  }

  /// - Complexity: O(ranks on the group's nodes · size of a group), once for each kind of group.
  mutating func groups(of call: StepGraph.CollectiveCall) -> RankGroups {
    let key = Key(
      communicator: call.communicator, classIndex: call.classIndex, destination: call.destination)
    if let groups = known[key] { return groups }
    let groups = call.destination >= 0 ? messages(call) : members(call)
    known[key] = groups
    return groups
  }

  private func members(_ call: StepGraph.CollectiveCall) -> RankGroups {
    let layout = graph.layout
    let rank = graph.classes[call.classIndex].ranks[0]
    let first = layout.members(of: call.communicator, with: rank)
    if first.count == layout.rankCount || first.count == 1 { return RankGroups(first: devices(first)) }
    var seen = Set(first)
    var siblings: [[DeviceID]] = []
    for neighbour in ranksOnNodes(of: first) where !seen.contains(neighbour) {
      let group = layout.members(of: call.communicator, with: neighbour)
      seen.formUnion(group)
      if group.count == first.count { siblings.append(devices(group)) }
    }
    return RankGroups(first: devices(first), siblings: siblings)
  }

  /// A message and those of the ranks of the same node that send to the same stage.
  private func messages(_ call: StepGraph.CollectiveCall) -> RankGroups {
    let layout = graph.layout
    let rank = graph.classes[call.classIndex].ranks[0]
    func message(_ rank: Int) -> [Int] {
      [rank, layout.rank(rank, movedTo: call.destination, on: .pipeline)]
    }
    let place = layout.coordinate(.pipeline, of: rank)
    let siblings = ranksOnNodes(of: [rank]).filter {
      $0 != rank && layout.coordinate(.pipeline, of: $0) == place
    }
    return RankGroups(first: devices(message(rank)), siblings: siblings.map { devices(message($0)) })
  }

  private func ranksOnNodes(of group: [Int]) -> [Int] {
    var nodes: [Int] = []
    for node in group.map({ $0 / devicesPerNode }).sorted() where nodes.last != node { nodes.append(node) }
    return nodes.flatMap { node in
      (node * devicesPerNode..<(node + 1) * devicesPerNode).filter { $0 < graph.layout.rankCount }
    }
  }

  private func devices(_ ranks: [Int]) -> [DeviceID] { ranks.map { DeviceID($0) } }
}
