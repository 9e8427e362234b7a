import Diagnostics
import ModelGraphs
import Scenarios

extension Resolver {
  /// How long the texts of a scenario's samples are; nil where all fill a sequence.
  ///
  /// - Throws: samples that are no texts, and texts longer than a sequence.
  func sequenceLengths(_ trained: TrainedModel, _ scenario: Scenario) throws(Diagnostics) -> SequenceLengths?
  {
    let declared = scenario.training.lengths
    guard let median = declared.median else { return nil }
    let place = scenario.places["training.lengths.median"]
    guard case .transformer(let transformer) = trained.described.architecture,
      transformer.embedding.patches == nil
    else {
      throw Diagnostics(
        Diagnostic(
          .conflict("a sample of \(trained.described.name) is not a sequence of tokens"), at: place,
          mend: "leave it out"))
    }
    let longest = trained.model.tokensPerSample
    if median > longest {
      throw Diagnostics(
        Diagnostic(
          .outOfRange(value: "\(median)", allowed: "at most the \(longest) tokens of a sequence"), at: place,
          mend: "use shorter texts, or a longer training.sequence_length"))
    }
    return SequenceLengths(
      median: Double(median), spread: declared.spread, longest: longest, packing: declared.packing)
  }
}
