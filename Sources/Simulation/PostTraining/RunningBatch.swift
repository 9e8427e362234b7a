import Quantities

/// The sequences of a worker that run now, and the groups that wait.
struct RunningBatch {
  private struct Sequence {
    var group: Int
    /// Tokens whose keys and values are kept when the next one is made.
    var kept: Int
    /// Tokens still to come.
    var remaining: Int
    /// Tokens set aside in the cache for the answer.
    var reserved: Int
  }

  private let load: RolloutLoad
  private let bytesPerToken: Int
  private var running: [Sequence] = []
  /// Answers of each group that still run.
  private var alive: [Int]
  private var nextGroup = 0
  private var reservedTokens = 0
  /// Most of either since the beginning.
  private(set) var peakSequences = 0
  private var peakTokens = 0

  init(_ load: RolloutLoad, _ model: ServedModel) {
    self.load = load
    bytesPerToken = model.cacheBytesPerToken
    alive = Array(repeating: 0, count: load.answers.count / load.groupSize)
  }

  var count: Int { running.count }
  var isFinished: Bool { running.isEmpty && nextGroup == alive.count }
  var peakCache: ByteCount { ByteCount(peakTokens * bytesPerToken) }

  func check() throws(RolloutError) {
    if load.groupSize > load.mostSequences { throw .groupTooLarge(load.groupSize, most: load.mostSequences) }
    for group in alive.indices {
      let needed = ByteCount(tokens(ofGroup: group) * bytesPerToken)
      if needed > load.cacheBudget { throw .cacheTooSmall(needed: needed, budget: load.cacheBudget) }
    }
  }

  private func answers(ofGroup group: Int) -> ArraySlice<Int> {
    load.answers[group * load.groupSize..<(group + 1) * load.groupSize]
  }

  /// The prompt once and every answer.
  private func tokens(ofGroup group: Int) -> Int {
    load.promptTokens + answers(ofGroup: group).reduce(0, +)
  }

  /// Starts the waiting groups that fit, each answer with its first token made.
  ///
  /// - Returns: prompts to pass.
  mutating func admit() -> Int {
    var prompts = 0
    while nextGroup < alive.count {
      let tokens = tokens(ofGroup: nextGroup)
      let isFull = running.count + load.groupSize > load.mostSequences
      let fits = (reservedTokens + tokens) * bytesPerToken <= Int(load.cacheBudget.bytes)
      guard !isFull, fits else { break }
      reservedTokens += tokens
      alive[nextGroup] = load.groupSize
      for length in answers(ofGroup: nextGroup) {
        running.append(
          Sequence(group: nextGroup, kept: load.promptTokens + 1, remaining: length - 1, reserved: length))
      }
      nextGroup += 1
      prompts += 1
    }
    peakSequences = max(peakSequences, running.count)
    peakTokens = max(peakTokens, reservedTokens)
    release()
    return prompts
  }

  /// Tokens that the next step's queries see, all sequences together.
  func keys(atMost window: Int?) -> Int {
    guard let window else { return running.reduce(0) { $0 + $1.kept } }
    return running.reduce(0) { $0 + min($1.kept, window) }
  }

  /// Every running answer gains a token.
  mutating func advance() {
    for index in running.indices {
      running[index].kept += 1
      running[index].remaining -= 1
    }
    release()
  }

  private mutating func release() {
    for sequence in running where sequence.remaining == 0 {
      reservedTokens -= sequence.reserved
      alive[sequence.group] -= 1
      if alive[sequence.group] == 0 { reservedTokens -= load.promptTokens }
    }
    running.removeAll { $0.remaining == 0 }
  }
}
