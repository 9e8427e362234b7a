import ModelGraphs
import Parallelism
import Testing

@Suite("Experts divided among ranks") struct ExpertShardingTests {
  private let tokens = 64
  private let hidden = 128
  private let width = 256
  private let active = 2

  /// The parts of a layer of 8 experts under so many expert ranks.
  private func parts(expertRanks: Int) -> [ModelOperator] {
    func product(_ name: String, _ inputs: Int, _ outputs: Int) -> ModelOperator {
      ModelOperator(
        name, .expertLinear(rows: tokens, inputs: inputs, outputs: outputs, experts: 8, active: active),
        parameters: Int64(8 * inputs * outputs), split: .experts)
    }
    let layer = ModelLayer(
      name: "block", kind: .transformerBlock,
      operators: [product("experts_in", hidden, width), product("experts_out", width, hidden)])
    let degrees = ParallelDegrees(data: expertRanks, expert: expertRanks)
    return ShardedLayer(layer, under: ShardingRules(degrees)).operators.map(\.item)
  }

  @Test func `tokens of several experts are regrouped on their way in and out`() throws {
    let parts = parts(expertRanks: 4)
    #expect(parts.map(\.name) == ["experts_regroup_in", "experts_in", "experts_out", "experts_regroup_out"])
    // Every token visits two experts; on average as many arrive as leave. Read once, written once, each way.
    for part in [parts[0], parts[3]] {
      guard case .streaming(let shape) = part.shape else {
        Issue.record("\(part.name) streams")
        continue
      }
      #expect(shape.forwardElements == 2 * tokens * active * hidden)
      #expect(shape.backwardElements == 2 * tokens * active * hidden)
      #expect(shape.savedElements == 0)
      #expect(part.parameterCount == 0)
    }
  }

  @Test(arguments: [1, 8])
  func `tokens of all experts, and of one, are not`(expertRanks: Int) {
    #expect(parts(expertRanks: expertRanks).map(\.name) == ["experts_in", "experts_out"])
  }
}
