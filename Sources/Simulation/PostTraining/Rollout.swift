import Quantities

/// Answers to be generated on one worker.
public struct RolloutLoad: Sendable, Equatable {
  public var promptTokens: Int
  /// Tokens of every answer, those of one prompt side by side.
  public var answers: [Int]
  /// G, answers for one prompt; its prefill and its part of the cache are theirs together.
  public var groupSize: Int
  /// Bytes of the device that keys and values may take.
  public var cacheBudget: ByteCount
  /// Sequences that run at the same time at most.
  public var mostSequences: Int

  /// - Precondition: answers come in whole groups of positive lengths.
  public init(
    promptTokens: Int, answers: [Int], groupSize: Int = 1, cacheBudget: ByteCount, mostSequences: Int = 256
  ) {
    precondition(groupSize > 0 && answers.count.isMultiple(of: groupSize), "answers come in whole groups")
    precondition(answers.allSatisfy { $0 > 0 } && mostSequences > 0, "answers have tokens")
    self.promptTokens = promptTokens
    self.answers = answers
    self.groupSize = groupSize
    self.cacheBudget = cacheBudget
    self.mostSequences = mostSequences
  }
}

/// What generating the answers of one worker takes.
public struct RolloutTime: Sendable, Equatable {
  public var prefill = SimDuration.zero
  public var decode = SimDuration.zero
  public var decodeSteps = 0
  public var generatedTokens = 0
  /// Most sequences that ran at the same time.
  public var peakSequences = 0
  /// Most bytes of keys and values that were set aside.
  public var peakCache = ByteCount.zero

  public var total: SimDuration { prefill + decode }
}

/// A load that generation cannot serve.
public enum RolloutError: Error, Equatable, Sendable {
  /// The model does not write its answers token by token.
  case noDecoder
  /// One prompt with its answers needs more cache than there is.
  case cacheTooSmall(needed: ByteCount, budget: ByteCount)
  /// A group has more answers than may run at the same time.
  case groupTooLarge(Int, most: Int)
}

extension RolloutError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noDecoder: "the model is no causal decoder and writes no answers: use a decoder"
    case .cacheTooSmall(let needed, let budget):
      "keys and values of one prompt and its answers take \(needed.bytes) bytes of the \(budget.bytes) there are: use "
        + "shorter answers, smaller groups, more tensor parallelism or a larger cache"
    case .groupTooLarge(let size, let most):
      "a group of \(size) answers cannot run where \(most) sequences may: use smaller groups or more sequences"
    }
  }
}
