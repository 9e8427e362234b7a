import Fabrics
import Testing

@testable import Collectives

/// Each schedule carried out on sets of contributions: every rank must end with what its kind promises.
@Suite("Data of collectives") struct DataFlowTests {
  static let shareBytes = 1024.0

  func group(_ n: Int, levels: [Int]? = nil, shareBytes: Double = DataFlowTests.shareBytes) -> RankGroup {
    RankGroup(
      rankCount: n, bytes: Double(n) * shareBytes, levels: levels,
      hop: HopCost(latency: 2e-6, secondsPerByte: 1 / 50e9))
  }

  /// Runs a kind on n blocks, one a rank, and tells what is wrong at the end.
  func faults(
    _ kind: CollectiveKind, _ algorithm: CollectiveAlgorithm, _ group: RankGroup,
    blocks rule: (DataFlow.Message, CollectiveSchedule) -> [Int]
  ) throws -> [String] {
    let n = group.rankCount
    let schedule = try #require(algorithm.pattern(for: kind)).schedule(for: group)
    let everyone = n == 64 ? UInt64.max : (1 << UInt64(n)) - 1
    var flow = DataFlow(rankCount: n, blockCount: n, blockBytes: group.share) { rank, block in
      switch kind {
      case .allReduce, .reduceScatter, .reduce: true
      case .allGather, .gather: rank == block
      default: rank == 0
      }
    }
    flow.run(schedule) { rule($0, schedule) }
    var faults = flow.faults
    for rank in 0..<n {
      for block in 0..<n {
        let wanted: UInt64? =
          switch kind {
          case .allReduce: everyone
          case .reduceScatter: rank == block ? everyone : nil
          case .allGather: 1 << UInt64(block)
          case .gather: rank == 0 ? 1 << UInt64(block) : nil
          case .reduce: rank == 0 ? everyone : nil
          case .scatter: rank == block ? 1 : nil
          default: 1
          }
        if let wanted, flow.holdings[rank][block] != wanted { faults.append("rank \(rank) block \(block)") }
      }
    }
    return faults
  }

  @Test(arguments: rankCounts) func `Bruck's all-gather gathers all`(n: Int) throws {
    let faults = try faults(.allGather, .bruck, group(n)) { message, _ in
      let distance = 1 << message.step
      return (0..<min(distance, n - distance)).map { (message.from + $0) % n }
    }
    #expect(faults.isEmpty, "\(faults.first ?? "")")
  }

  @Test(arguments: rankCounts) func `halves of any number of ranks scatter and gather`(n: Int) throws {
    var held = [n]
    while held.last! > 1 { held.append((held.last! + 1) / 2) }
    let scatter = try faults(.reduceScatter, .rabenseifner, group(n)) { message, _ in
      (held[message.step + 1]..<held[message.step]).map { (message.from + $0) % n }
    }
    #expect(scatter.isEmpty, "\(scatter.first ?? "")")
    let gather = try faults(.allGather, .rabenseifner, group(n)) { message, schedule in
      let level = schedule.steps.count - 1 - message.step
      return (0..<(held[level] - held[level + 1])).map { (message.from + $0) % n }
    }
    #expect(gather.isEmpty, "\(gather.first ?? "")")
  }

  @Test(arguments: rankCounts, [1024.0, 262_144, 1e6])
  func `aggregated trees gather and scatter, whatever fits a message`(n: Int, shareBytes: Double) throws {
    let group = group(n, shareBytes: shareBytes)
    // The shares of one distance, in the order in which its messages take them.
    func offsets(_ distance: Int) -> [Int] { Array(stride(from: 0, to: n - distance, by: 2 * distance)) }
    func part(_ message: DataFlow.Message, _ schedule: CollectiveSchedule, _ distance: Int) -> [Int] {
      let step = schedule.steps[message.step]
      let isRest = message.step > 0 && schedule.steps[message.step - 1].sends == step.sends
      let all = offsets(distance)
      let count = Int((step.bytes / shareBytes).rounded())
      let first = isRest ? all.count - count : message.repetition * count
      return Array(all[first..<(first + count)])
    }
    let gather = try faults(.allGather, .parallelAggregatedTrees, group) { message, schedule in
      let distance = (message.to - message.from + n) % n
      return part(message, schedule, distance).map { (message.from - $0 + n) % n }
    }
    #expect(gather.isEmpty, "\(gather.first ?? "")")
    let scatter = try faults(.reduceScatter, .parallelAggregatedTrees, group) { message, schedule in
      let distance = (message.from - message.to + n) % n
      let step = schedule.steps[message.step]
      let count = Int((step.bytes / shareBytes).rounded())
      let isRest =
        message.step + 1 < schedule.steps.count && schedule.steps[message.step + 1].sends == step.sends
      let all = offsets(distance)
      let first = isRest ? all.count - count : message.repetition * count
      return all[first..<(first + count)].map { (message.to - $0 + 2 * n) % n }
    }
    #expect(scatter.isEmpty, "\(scatter.first ?? "")")
    let steps = try #require(CollectiveAlgorithm.parallelAggregatedTrees.pattern(for: .allGather))
      .schedule(for: group)
    for step in steps.steps { #expect(step.bytes <= max(shareBytes, ParallelAggregatedTrees.partBytes)) }
  }

  @Test(arguments: rankCounts) func `binomial trees reach and collect from every rank`(n: Int) throws {
    for kind in [CollectiveKind.broadcast, .reduce, .gather, .scatter] {
      let faults = try faults(kind, .binomial, group(n)) { message, _ in
        if !(kind == .gather || kind == .scatter) { return Array(0..<n) }
        let (root, below) = (min(message.from, message.to), max(message.from, message.to))
        return Array(below..<min(n, below + below - root))
      }
      #expect(faults.isEmpty, "\(kind): \(faults.first ?? "")")
    }
  }

  @Test(arguments: rankCounts) func `scatter and all-gather make a broadcast`(n: Int) throws {
    let scatterSteps = TwinTrees(n).height
    let faults = try faults(.broadcast, .scatterAllGather, group(n)) { message, _ in
      if message.step < scatterSteps { return Array(message.to..<min(n, 2 * message.to - message.from)) }
      return [(message.from - message.repetition + n) % n]
    }
    #expect(faults.isEmpty, "\(faults.first ?? "")")
  }

  @Test(arguments: rankCounts) func `a ring sums every share at every rank`(n: Int) throws {
    func scattered(_ message: DataFlow.Message) -> [Int] {
      [(message.from - 1 - message.repetition + n) % n]
    }
    func gathered(_ message: DataFlow.Message) -> [Int] { [(message.from - message.repetition + n) % n] }
    let reduce = try faults(.allReduce, .ring, group(n)) { message, _ in
      message.step == 0 ? scattered(message) : gathered(message)
    }
    let scatter = try faults(.reduceScatter, .ring, group(n)) { message, _ in scattered(message) }
    let gather = try faults(.allGather, .ring, group(n)) { message, _ in gathered(message) }
    #expect(reduce.isEmpty && scatter.isEmpty && gather.isEmpty, "\((reduce + scatter + gather).first ?? "")")
  }

  @Test(arguments: rankCounts) func `exchanges at doubling distances sum the whole buffer`(n: Int) throws {
    let faults = try faults(.allReduce, .recursiveDoubling, group(n)) { _, _ in Array(0..<n) }
    #expect(faults.isEmpty, "\(faults.first ?? "")")
  }

  @Test(arguments: [2, 4, 8, 16, 64]) func `halving and doubling meet in the shares`(n: Int) throws {
    // Halving sends what belongs to the partner's side, doubling what its own side has.
    let rounds = TwinTrees(n).height
    func mask(_ step: Int) -> Int { step < rounds ? n >> (step + 1) : 1 << (step - rounds) }
    let reduce = try faults(.allReduce, .rabenseifner, group(n)) { message, _ in
      let side = message.step < rounds ? message.to : message.from
      return (0..<n).filter { $0 ^ side < mask(message.step) }
    }
    let scatter = try faults(.reduceScatter, .recursiveDoubling, group(n)) { message, _ in
      (0..<n).filter { $0 ^ message.to < mask(message.step) }
    }
    let gather = try faults(.allGather, .recursiveDoubling, group(n)) { message, _ in
      (0..<n).filter { $0 ^ message.from < mask(message.step + rounds) }
    }
    #expect(reduce.isEmpty && scatter.isEmpty && gather.isEmpty, "\((reduce + scatter + gather).first ?? "")")
  }

  /// Each level's ranks have a digit, as in a number whose base changes from place to place.
  func digit(_ rank: Int, _ level: Int, _ levels: [Int]) -> Int {
    rank / levels[..<level].reduce(1, *) % levels[level]
  }

  @Test(arguments: [
    [2, 2], [2, 3], [3, 2], [4, 4], [2, 2, 2], [3, 2, 2], [2, 4, 2], [8, 8], [2, 2, 2, 2, 2, 2],
  ])
  func `levels reduce, scatter and gather to each rank its own share`(levels: [Int]) throws {
    let n = levels.reduce(1, *)
    let group = group(n, levels: levels)
    func blocks(_ from: Int, _ level: Int, chunk: Int) -> [Int] {
      let count = levels[level]
      return (0..<n).filter { block in
        digit(block, level, levels) == (chunk % count + count) % count
          && (0..<level).allSatisfy { digit(block, $0, levels) == digit(from, $0, levels) }
      }
    }
    func scattered(_ message: DataFlow.Message, _ level: Int) -> [Int] {
      blocks(message.from, level, chunk: digit(message.from, level, levels) - 1 - message.repetition)
    }
    func gathered(_ message: DataFlow.Message, _ level: Int) -> [Int] {
      blocks(message.from, level, chunk: digit(message.from, level, levels) - message.repetition)
    }
    let scatter = try faults(.reduceScatter, .hierarchical, group) { message, _ in
      scattered(message, message.step)
    }
    let gather = try faults(.allGather, .hierarchical, group) { message, _ in
      gathered(message, levels.count - 1 - message.step)
    }
    let reduce = try faults(.allReduce, .hierarchical, group) { message, _ in
      message.step < levels.count
        ? scattered(message, message.step) : gathered(message, 2 * levels.count - 1 - message.step)
    }
    #expect(scatter.isEmpty && gather.isEmpty && reduce.isEmpty, "\((scatter + gather + reduce).first ?? "")")
  }

  @Test(arguments: Array(2...17) + [32])
  func `all-to-all brings every pair's block, by bits and by levels`(n: Int) throws {
    // Block source · n + target, which begins at its source.
    func faults(_ algorithm: CollectiveAlgorithm, _ group: RankGroup, _ rule: (DataFlow.Message) -> [Int])
      throws -> [String]
    {
      var flow = DataFlow(rankCount: n, blockCount: n * n, blockBytes: group.share) { $0 == $1 / n }
      flow.run(try #require(algorithm.pattern(for: .allToAll)).schedule(for: group), blocks: rule)
      let missing = (0..<(n * n)).filter { flow.holdings[$0 % n][$0] != 1 << UInt64($0 / n) }
      return flow.faults + missing.map { "block \($0) is missing" }
    }
    let byBits = try faults(.bruck, group(n)) { message in
      let bit = 1 << message.step
      return (0..<(n * n)).filter { block in
        let distance = (block % n - block / n + n) % n
        return distance & bit != 0 && (block / n + distance & (bit - 1)) % n == message.from
      }
    }
    #expect(byBits.isEmpty, "\(byBits.first ?? "")")
    guard let inside = (2..<max(3, n)).first(where: { n % $0 == 0 && n > $0 }) else { return }
    let levels = [inside, n / inside]
    let byLevels = try faults(.hierarchical, group(n, levels: levels)) { message in
      let level = message.step < inside - 1 ? 0 : 1
      return (0..<(n * n)).filter { block in
        let (source, target) = (block / n, block % n)
        let place = level == 0 ? source : source - source % inside + target % inside
        return place == message.from && digit(target, level, levels) == digit(message.to, level, levels)
      }
    }
    #expect(byLevels.isEmpty, "\(byLevels.first ?? "")")
  }

  @Test(arguments: rankCounts, [1, 5]) func `two trees sum every chunk at every rank`(n: Int, chunks: Int)
    throws
  {
    var group = group(n)
    group.chunkCount = chunks
    let schedule = DoubleBinaryTree().schedule(for: group)
    let trees = TwinTrees(n)
    let everyone = n == 64 ? UInt64.max : (1 << UInt64(n)) - 1
    var flow = DataFlow(
      rankCount: n, blockCount: 2 * chunks, blockBytes: group.bytes / 2 / Double(chunks)
    ) { _, _ in true }
    var round = -1
    var last = (-1, -1)
    flow.run(schedule) { message in
      if (message.step, message.repetition) != last { round += 1 }
      last = (message.step, message.repetition)
      // The tree of an edge: the first that has it, unless the first one's message has been sent.
      let candidates = [false, true].filter { inSecond in
        let (from, to) = (
          trees.position(of: message.from, inSecond: inSecond),
          trees.position(of: message.to, inSecond: inSecond)
        )
        let goesUp = trees.parent(of: from) == to
        let height = trees.height(of: from)
        let chunk = goesUp ? round - height : round - 2 * trees.height + height
        return (message.isReduced ? goesUp : trees.parent(of: to) == from) && (0..<chunks).contains(chunk)
      }
      guard candidates.indices.contains(message.twin) else { return [] }
      let inSecond = candidates[message.twin]
      let height = trees.height(of: trees.position(of: message.from, inSecond: inSecond))
      let chunk = message.isReduced ? round - height : round - 2 * trees.height + height
      return [(inSecond ? chunks : 0) + chunk]
    }
    #expect(flow.faults.isEmpty, "\(flow.faults.first ?? "")")
    #expect(flow.holdings.allSatisfy { $0.allSatisfy { $0 == everyone } })
    #expect(schedule.stepCount == 2 * trees.height + chunks - 1)
  }

  @Test(arguments: rankCounts) func `a rank with children in one tree has none in the other`(n: Int) {
    let trees = TwinTrees(n)
    for rank in 0..<n where n > 2 {
      let counts = [false, true].map { inSecond in
        let (first, second) = trees.children(of: trees.position(of: rank, inSecond: inSecond))
        return [first, second].count { $0 != nil }
      }
      // With an odd number of ranks the first root has a child in the other tree too.
      #expect(counts[0] == 0 || counts[1] == 0 || (n % 2 == 1 && rank == 0))
      #expect(counts[0] + counts[1] <= 2)
      for inSecond in [false, true] {
        let position = trees.position(of: rank, inSecond: inSecond)
        #expect(trees.rank(at: position, inSecond: inSecond) == rank)
        if let parent = trees.parent(of: position) {
          let (first, second) = trees.children(of: parent)
          #expect(first == position || second == position)
          #expect(trees.height(of: parent) > trees.height(of: position))
        }
      }
    }
    for (first, last) in [(0, 0), (1, 1), (0, 2), (1, 9), (trees.height, trees.height), (5, 4)] {
      let range = DepthRange(first, last)
      for sends in [
        SendPattern.twinTrees(up: range, down: .none), .twinTrees(up: .none, down: range),
        .twinTrees(up: range, down: range),
      ] {
        var peers: [Peer] = []
        for rank in 0..<n { sends.appendReceivers(from: rank, among: n, into: &peers) }
        #expect(peers.count == sends.count(among: n))
        peers = []
        for rank in 0..<n { sends.appendSenders(to: rank, among: n, into: &peers) }
        #expect(peers.count == sends.count(among: n))
      }
    }
  }
}
