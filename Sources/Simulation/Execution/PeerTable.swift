import Parallelism
import StepGraphs

/// The instances that each instance exchanges pipeline messages with.
struct PeerTable {
  /// For each instance, where its peers begin.
  private let starts: [Int32]
  private let peers: [Int32]

  init(_ graph: StepGraph, _ instances: [Executor.Instance], unfolded: Bool) {
    var instanceOfRank = [Int32](
      repeating: -1, count: graph.classes.contains { !$0.peers.isEmpty } ? graph.rankCount : 0)
    if !instanceOfRank.isEmpty {
      if unfolded {
        for (index, instance) in instances.enumerated() { instanceOfRank[instance.rank] = Int32(index) }
      } else {
        for (index, item) in graph.classes.enumerated() {
          for rank in item.ranks { instanceOfRank[rank] = Int32(index) }
        }
      }
    }
    var starts: [Int32] = []
    var peers: [Int32] = []
    for instance in instances {
      starts.append(Int32(peers.count))
      for stage in graph.classes[instance.classIndex].peers {
        peers.append(instanceOfRank[graph.layout.rank(instance.rank, movedTo: stage, on: .pipeline)])
      }
    }
    self.starts = starts
    self.peers = peers
  }

  /// The instance that a peer number, from 1 on, means.
  func instance(_ peer: UInt8, of instance: Int) -> Int { Int(peers[Int(starts[instance]) + Int(peer) - 1]) }
}
