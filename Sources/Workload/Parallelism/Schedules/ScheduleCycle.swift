/// A short schedule that stands for a long one whose devices repeat themselves.
///
/// Between the filling and the draining of a pipeline every device does the same passes again and again, for one
/// micro-batch more each time, for two where they run in both directions, or for as many as a group of an interleaved
/// schedule has. The long schedule is the short one with further cycles where these lie.
public struct ScheduleCycle: Sendable {
  public var schedule: PipelineSchedule
  /// Cycles that the long schedule has beyond those of the short one.
  public var omitted: Int
  /// For each device, the positions of one cycle in the middle of those that it repeats.
  public var actions: [Range<Int>]

  /// Finds a shorter schedule, and holds it against the long one action by action.
  ///
  /// - Parameter leastCount: micro-batches that the short schedule has at least.
  /// - Returns: nil where no short schedule repeats what the long one does, as of GPipe, whose passes have two places
  ///   to grow, or where little would be left out.
  /// - Complexity: O(actions).
  public init?(of long: PipelineSchedule, leastCount: Int = 0) {
    let (m, p) = (long.microBatchCount, long.deviceCount)
    guard long.kind != .gpipe, let tokens = long.tokens else { return nil }
    for least in [p + 4, 2 * p + 4, 3 * p + 4, 6 * p + 4] where least >= leastCount {
      for group in Set([1, 2, p]).sorted() {
        let count = least + (m - least % group + group) % group
        // A third shorter pays for looking at both.
        guard 3 * count <= 2 * m, (m - count) % group == 0,
          let short = try? pipelineSchedule(
            long.kind, devices: p, chunks: long.chunksPerDevice, microBatches: count),
          let actions = short.cycles(in: tokens, omitted: (m - count) / group)
        else { continue }
        self.init(schedule: short, omitted: (m - count) / group, actions: actions)
        return
      }
    }
    return nil
  }

  private init(schedule: PipelineSchedule, omitted: Int, actions: [Range<Int>]) {
    self.schedule = schedule
    self.omitted = omitted
    self.actions = actions
  }
}

extension PipelineSchedule {
  /// Each device's actions without their micro-batches; nil where these do not come in order, so that the actions
  /// alone do not say which are meant.
  fileprivate var tokens: [[Int]]? {
    var latest: [Int: Int] = [:]
    var result: [[Int]] = []
    for list in actions {
      latest.removeAll(keepingCapacity: true)
      var row: [Int] = []
      row.reserveCapacity(list.count)
      for action in list {
        var token = 0
        for pass in action.passes {
          let kind = 1 + Int(pass.kind.rawValue) + 4 * pass.chunk
          if let before = latest[kind], before >= pass.microBatch { return nil }
          latest[kind] = pass.microBatch
          token = token << 16 | kind
        }
        row.append(token)
      }
      result.append(row)
    }
    return result
  }

  /// For each device one of the cycles of which a longer schedule has more; nil where it is not this schedule with
  /// further cycles.
  fileprivate func cycles(in long: [[Int]], omitted: Int) -> [Range<Int>]? {
    guard let tokens else { return nil }
    var result: [Range<Int>] = []
    for (short, long) in zip(tokens, long) {
      let added = long.count - short.count
      guard added > 0, added % omitted == 0 else { return nil }
      let length = added / omitted
      let prefix = zip(short, long).prefix { $0 == $1 }.count
      let suffix = zip(short.reversed(), long.reversed()).prefix { $0 == $1 }.count
      let (start, end) = (short.count - suffix, prefix)
      guard end - start >= 2 * length,
        (start..<end + added - length).allSatisfy({ long[$0] == long[$0 + length] })
      else { return nil }
      let first = (start + end - length) / 2
      result.append(first..<first + length)
    }
    return result
  }
}
