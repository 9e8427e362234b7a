import Diagnostics

extension Scenario {
  /// Refuses lengths of texts that nothing says, or that generated answers say.
  func checkLengths(_ problems: inout Diagnostics) {
    let lengths = training.lengths
    if lengths.median != nil {
      if generatesAnswers {
        problems.report(
          .conflict("stage: \(training.stage.rawValue) has the lengths of the answers that it writes"),
          at: places["training.lengths.median"],
          mend: "leave it out, or use training.rollout.answer_tokens and answer_spread")
      }
      return
    }
    for (key, isSet) in [("spread", lengths.spread != 0), ("packing", lengths.packing != .pad)] where isSet {
      problems.report(
        .conflict("every text fills a sequence"), at: places["training.lengths.\(key)"],
        mend: "say how long texts are by training.lengths.median, or leave it out")
    }
  }
}
