import ModelGraphs
import RandomStreams

/// How much of a full sequence's work each micro-batch has.
///
/// A micro-batch of b texts that is filled up to its longest takes in proportion to the tokens of that:
///
///     load = max(l₁ … l_b) / S
///
/// Attention's share grows faster, and tensors of an update do not shrink, so that this is above the truth for attention
/// of short texts. Draws depend on the seed, the rank, the step and the micro-batch alone.
struct MicroBatchLoads: Sendable {
  private let lengths: SequenceLengths
  private let batch: Int
  private let random: CounterRandom

  /// - Returns: nil where all micro-batches are alike.
  init?(_ job: TrainingJob) {
    guard let lengths = job.plan.lengths, lengths.packing == .batch else { return nil }
    self.lengths = lengths
    batch = job.plan.microBatch
    random = RandomStreams(seed: job.seed).counter(named: "training/sequence-lengths")
  }

  func load(rank: Int, step: Int, microBatch: Int) -> Double {
    let first = UInt64(step) << 40 | UInt64(microBatch) << 20
    let normals = (0..<batch).map { random.normal(UInt64(rank), first + UInt64($0)) }
    return lengths.longest(of: normals) / Double(lengths.longest)
  }
}
