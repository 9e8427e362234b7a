import Documents
import FineTuning
import PostTraining
import Quantities
import Terminal
import Training

extension PostTrainingReport {
  /// `post_training` of the result document.
  ///
  /// - Parameter waiting: seconds of the rollout that updates wait for.
  func document(waiting: Double) -> OutputValue {
    func passes(_ list: [Pass]) -> OutputValue {
      .list(
        list.map {
          [
            "model": .string($0.role.rawValue), "sequences_per_sample": .count($0.sequences),
            "seconds": .real($0.time.seconds),
          ]
        })
    }
    return [
      "stage": .string(stage.rawValue), "samples": .count(samples),
      "rollout_seconds": .real(step.rollout.seconds), "scoring_seconds": .real(step.scoring.seconds),
      "update_seconds": .real(step.update.seconds), "weight_sync_seconds": .real(step.weightSync.seconds),
      "waiting_seconds": .real(waiting),
      "scoring": passes(scoring), "updates": passes(updates), "rollout": rollout?.document ?? .null,
    ]
  }

  /// What is generated, scored and updated, for the summary.
  func section(on screen: Screen) -> String {
    func words(_ passes: [Pass]) -> String {
      passes.map { "\($0.role.rawValue) \(Readable.seconds($0.time.seconds))" }.joined(separator: ", ")
    }
    var facts: [(name: String, value: String)] = []
    if let rollout {
      facts.append(("Rollout", "\(Readable.seconds(step.rollout.seconds)): \(rollout.words)"))
    }
    if !scoring.isEmpty { facts.append(("Scoring", words(scoring))) }
    facts.append(("Update", words(updates)))
    if let rollout {
      facts.append(
        (
          "Weights",
          "\(Readable.bytes(Double(rollout.syncBytes.bytes))) in \(Readable.seconds(step.weightSync.seconds)) to "
            + (rollout.placement == .split ? "the nodes that generate" : "the layout of generation")
        ))
    }
    return screen.paint("Stage \(stage.rawValue)", .bold) + "\n" + factBlock(facts, on: screen)
  }
}

extension RolloutReport {
  fileprivate var document: OutputValue {
    [
      "placement": .string(placement.rawValue), "workers": .count(workers), "tensor": .count(tensorParallel),
      "generated_tokens": .count(generatedTokens), "prefill_seconds": .real(time.prefill.seconds),
      "decode_seconds": .real(time.decode.seconds), "decode_steps": .count(time.decodeSteps),
      "peak_sequences": .count(time.peakSequences), "cache_bytes": .integer(time.peakCache.bytes),
      "weights_bytes": .integer(weightBytes.bytes), "sync_bytes": .integer(syncBytes.bytes),
    ]
  }

  fileprivate var words: String {
    let rate = Double(generatedTokens) / time.total.seconds
    return "\(Readable.metric(Double(generatedTokens), unit: "")) tokens by \(workers) "
      + (workers == 1 ? "worker" : "workers") + " of \(tensorParallel) "
      + (tensorParallel == 1 ? "rank" : "ranks") + ", \(Readable.rate(rate, of: "tokens")); "
      + "\(time.peakSequences) sequences at once, cache \(Readable.bytes(Double(time.peakCache.bytes)))"
  }
}

extension TrainingJob {
  /// What one sample of the job is called.
  var sampleName: String {
    switch stage?.work.stage {
    case nil, .pretrain, .sft: plan.model.sampleName
    case .rewardModel, .dpo, .ipo, .orpo, .simpo: "pair"
    case .kto: "answer"
    case .ppo, .grpo: "prompt"
    }
  }
}
