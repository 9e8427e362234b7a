import MemoryModels
import Quantities
import StepGraphs

/// forward 2 ms, backward 4 ms, a reduction after it, update 1 ms, on `rankCount` equal ranks.
func miniatureStep(rankCount: Int) -> StepGraph {
  var builder = StepGraphBuilder(rankCount: rankCount)
  builder.add("forward", .forward, duration: .milliseconds(2))
  let first = builder.add("backward 1", .backward, duration: .milliseconds(3))
  builder.addCollective("reduce 0", .allReduce, bytes: ByteCount(1000), on: .communication, after: [first])
  let second = builder.add("backward 0", .backward, duration: .milliseconds(1))
  let last = builder.addCollective(
    "reduce 1", .allReduce, bytes: ByteCount(2000), on: .communication, after: [second])
  builder.add("optimizer", .optimizer, duration: .milliseconds(1), after: [last])
  builder.finishClass(named: "ranks", ranks: Array(0..<rankCount))
  return builder.build()
}

/// No bytes resident.
let nothingResident = [Int64](repeating: 0, count: MemoryKind.allCases.count)
