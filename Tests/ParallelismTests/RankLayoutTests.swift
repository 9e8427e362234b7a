import Parallelism
import Testing

@Suite("Rank layout") struct RankLayoutTests {
  // t = 2, c = 1, d = 3, p = 2: rank = t + 2 · d + 6 · p.
  let layout = RankLayout(ParallelDegrees(tensor: 2, pipeline: 2, data: 3))

  @Test func `places ranks tensor first and pipeline last`() {
    #expect(layout.rankCount == 12)
    #expect(layout.coordinate(.tensor, of: 9) == 1)
    #expect(layout.coordinate(.data, of: 9) == 1)
    #expect(layout.coordinate(.pipeline, of: 9) == 1)
    #expect(layout.members(of: .tensor, with: 9) == [8, 9])
    #expect(layout.members(of: .data, with: 9) == [7, 9, 11])
    #expect(layout.members(of: .embedding, with: 3) == [3, 9])
    #expect(layout.rank(3, movedTo: 1, on: .pipeline) == 9)
  }

  @Test func `shards are neighbours among data ranks, replicas lie across them`() {
    let hybrid = RankLayout(ParallelDegrees(data: 8), shardSize: 4)
    #expect(hybrid.members(of: .shard, with: 5) == [4, 5, 6, 7])
    #expect(hybrid.members(of: .replica, with: 5) == [1, 5])
  }

  // A stage of t · d = 8 ranks: expert-tensor 2, expert 2, so 2 expert-data ranks.
  @Test func `experts divide the ranks of a stage anew`() {
    let layout = RankLayout(ParallelDegrees(tensor: 2, pipeline: 2, data: 4, expert: 2))
    #expect(layout.members(of: .expertTensor, with: 10) == [10, 11])
    #expect(layout.members(of: .expert, with: 10) == [8, 10])
    #expect(layout.members(of: .expertData, with: 10) == [10, 14])
  }

  @Test(arguments: [
    ParallelDegrees(tensor: 2, context: 2, pipeline: 3, data: 4, expert: 4),
    ParallelDegrees(tensor: 1, context: 3, pipeline: 1, data: 4, expert: 2, expertTensor: 1),
    ParallelDegrees(tensor: 4, context: 1, pipeline: 2, data: 2, expert: 8, expertTensor: 1),
  ])
  func `groups of every communicator divide the ranks`(degrees: ParallelDegrees) {
    for order in [RankLayout.megatronOrder, [.data, .pipeline, .tensor, .context]] {
      let layout = RankLayout(degrees, order: order)
      for communicator in Communicator.allCases where communicator != .embedding {
        var seen = [Int](repeating: 0, count: layout.rankCount)
        for rank in 0..<layout.rankCount {
          let members = layout.members(of: communicator, with: rank)
          #expect(members.count == layout.groupSize(of: communicator) && members.contains(rank))
          for member in members {
            seen[member] += 1
            #expect(layout.members(of: communicator, with: member) == members)
          }
        }
        #expect(seen.allSatisfy { $0 == layout.groupSize(of: communicator) })
      }
    }
  }
}
