import Quantities

/// Generates a worker's answers with continuous batching.
///
/// Groups wait in order. Before every step those are admitted whose prompt and whole answers fit the cache
/// beside the running ones, so nothing is ever preempted; their prompts are passed together, one for each
/// group, and give every answer its first token. Each decode step then gives one token to every running
/// sequence; an answer leaves with its last token and frees its cache, a prompt's cache goes with the last
/// of its answers. The longest answers run on in a small batch, where a step costs little less.
///
/// - Throws: `RolloutError` where a group could never run or the model writes no answers.
/// - Complexity: O(steps · running sequences).
/// - Source: Yu et al. 2022, OSDI 22, “Orca” (iteration-level scheduling).
public func generateAnswers(_ load: RolloutLoad, with model: ServedModel) throws(RolloutError) -> RolloutTime
{
  guard model.architecture.form == .decoder else { throw .noDecoder }
  var batch = RunningBatch(load, model)
  try batch.check()
  var step = DecodeStep(model)
  var result = RolloutTime()
  result.generatedTokens = load.answers.reduce(0, +)
  while !batch.isFinished {
    let admitted = batch.admit()
    result.prefill += model.prefillTime(prompts: admitted, tokens: load.promptTokens)
    result.peakSequences = max(result.peakSequences, batch.peakSequences)
    result.peakCache = max(result.peakCache, batch.peakCache)
    guard batch.count > 0 else { continue }
    result.decode += step.time(batch: batch.count, keys: step.windows.map { batch.keys(atMost: $0.keys) })
    result.decodeSteps += 1
    batch.advance()
  }
  return result
}

/// Workers share the groups in turn, and the step waits for the slowest of them.
///
/// - Complexity: that of every worker's own run.
public func generateAnswers(
  _ load: RolloutLoad, with model: ServedModel, workers: Int
) throws(RolloutError) -> RolloutTime {
  let groups = load.answers.count / load.groupSize
  var slowest = RolloutTime()
  for worker in 0..<workers {
    var part = load
    part.answers = stride(from: worker, to: groups, by: workers).flatMap { group in
      load.answers[group * load.groupSize..<(group + 1) * load.groupSize]
    }
    let time = try generateAnswers(part, with: model)
    if time.total > slowest.total { slowest = time }
  }
  return slowest
}
