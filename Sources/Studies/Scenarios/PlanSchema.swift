import Diagnostics
import Documents
import Parallelism

extension PipelineScheduleKind: DocumentChoice {}
extension ContextMethod: DocumentChoice {}

private let degree = 1...10_000_000

let planFields: [SchemaField<Scenario>] = [
  .init(
    "plan.data", \.plan.data, .automaticInteger(1...10_000_000_000), example: "64",
    "Data-parallel degree: ranks that divide the samples; `auto`: what the other degrees leave."),
  .init(
    "plan.tensor", \.plan.tensor, .integer(degree), example: "8", "Ranks that divide every layer's matrices."),
  .init("plan.pipeline", \.plan.pipeline, .integer(degree), example: "4", "Ranks that divide the layers."),
  .init("plan.context", \.plan.context, .integer(degree), example: "2", "Ranks that divide every sequence."),
  .init(
    "plan.context_method", \.plan.contextMethod, .choice("context method"), example: "ulysses",
    "How context ranks attend to the whole sequence: keys round a ring, or heads exchanged for tokens."),
  .init(
    "plan.expert", \.plan.expert, .integer(degree), example: "8",
    "Ranks that divide the routed experts, out of tensor × context × data."),
  .init(
    "plan.expert_tensor", \.plan.expertTensor, ValueForm<Int>.integer(degree).orAutomatic, example: "1",
    "Ranks that divide one expert's matrices; `auto`: as `tensor`."),
  .init(
    "plan.virtual_stages", \.plan.virtualStages, .integer(1...1000), example: "2",
    "Model chunks of each pipeline rank."),
  .init(
    "plan.schedule", \.plan.schedule, ValueForm<PipelineScheduleKind>.choice("schedule").orAutomatic,
    example: "zb-h1", "Order of passes in the pipeline; `auto`: 1f1b, or interleaved with virtual stages."),
  .init(
    "plan.stage_blocks", \.plan.stageBlocks,
    ValueForm<Int>.integer(0...10_000).list(type: "list of whole numbers", count: 0...10_000),
    example: "[7, 8, 8, 7]",
    "Transformer blocks of every stage in the model's order; empty: divided evenly, what is left over to the middle."
  ),
  .init(
    "plan.zero", \.plan.zero, .integer(0...3), example: "1",
    "What data ranks share out (ZeRO, FSDP): 1 optimizer states, 2 gradients too, 3 parameters too."),
  .init(
    "plan.shard", \.plan.shard, ValueForm<Int>.integer(degree).orAutomatic, example: "8",
    "Ranks that share out one copy (HSDP), neighbours in data and context; `auto`: all of them."),
  .init(
    "plan.reduce_once", \.plan.reduceOnce, .boolean, example: "true",
    "Whether gradients that are shared out are added up whole over a step's micro-batches and reduced once, as under "
      + "FSDP's no_sync (zero 2 and 3)."),
  .init(
    "plan.sequence_parallel", \.plan.sequenceParallel, ValueForm<Bool>.boolean.orAutomatic, example: "true",
    "Whether tensor ranks divide norms, dropout and residual sums by tokens; `auto`: where there are several."
  ),
  .init(
    "plan.order", \.plan.order, .axes, example: "tensor-context-pipeline-data",
    "Axes of the grid of ranks, neighbours first."),
  .init(
    "plan.overlap.tensor", \.plan.overlap.tensor, .boolean, example: "true",
    "Whether tensor exchanges run piece by piece beside their products."),
  .init(
    "plan.overlap.parameters", \.plan.overlap.parameters, .boolean, example: "true",
    "Whether updated parameters are gathered during the next forward pass (zero 1 and 2)."),
  .init(
    "plan.overlap.pipeline", \.plan.overlap.pipeline, ValueForm<Bool>.boolean.orAutomatic, example: "false",
    "Whether stages compute while they send; `auto`: unless the schedule is gpipe or 1f1b."),
  .init(
    "plan.experts.imbalance", \.plan.experts.imbalance, .real(1...1000), example: "1.3",
    "Tokens of the busiest expert rank over the mean."),
  .init(
    "plan.experts.capacity", \.plan.experts.capacity, ValueForm<Double>.real(0.01...1000).orWord("none"),
    example: "1.25",
    "Places of an expert over its mean tokens, tokens beyond dropped; `none`: as many as come."),
]

extension ValueForm where Value == [ParallelAxis] {
  /// All axes, joined by hyphens.
  static var axes: ValueForm {
    let names = ParallelAxis.allCases.map(\.rawValue)
    return ValueForm(type: "axes", allowed: "\(names.joined(separator: ", ")), each once") { node, context in
      guard let word = text.read(node, &context) else { return nil }
      let axes = word.split(separator: "-").map { ParallelAxis(rawValue: String($0)) }
      if axes.count == names.count, Set(axes).count == names.count, !axes.contains(nil) {
        return axes.compactMap { $0 }
      }
      context.problems.report(
        .outOfRange(value: "'\(word)'", allowed: "each of \(names.joined(separator: ", ")) once"),
        at: node.location, mend: "write it like \(names.joined(separator: "-"))")
      return nil
    } write: { axes in
      .string(axes.map(\.rawValue).joined(separator: "-"))
    }
  }

  private static var text: ValueForm<String> { ValueForm<String>.text }
}
