/// An algorithm as single pieces of work, each with what it waits for.
///
/// A schedule is made of steps that all ranks pass through in one order. A graph holds what is not: several
/// chunks under way at once, orders that differ from rank to rank, algorithms that come from files.
public struct MessageGraph: Sendable, Equatable {
  public enum Work: Sendable, Equatable {
    /// A message: the latency of its route, then its bytes.
    case send(from: Int, to: Int, bytes: Double)
    /// Arithmetic on received bytes, γ for each.
    case reduce(at: Int, bytes: Double)
    /// Any other work of a rank.
    case compute(at: Int, seconds: Double)
    /// Nothing: a point in time that others wait for.
    case join
  }

  public let rankCount: Int
  public private(set) var tasks: [Work] = []
  /// What each task waits for, one task after the other; where each one's part begins.
  private(set) var predecessors: [Int32] = []
  private(set) var starts: [Int32] = [0]

  public init(rankCount: Int) { self.rankCount = rankCount }

  /// Adds a task.
  ///
  /// - Parameter dependencies: tasks that have to be done before, in any order, added earlier or later.
  /// - Returns: its number.
  @discardableResult
  public mutating func append(_ work: Work, after dependencies: some Sequence<Int>) -> Int {
    tasks.append(work)
    for dependency in dependencies { predecessors.append(Int32(clamping: dependency)) }
    starts.append(Int32(predecessors.count))
    return tasks.count - 1
  }

  /// What a task waits for.
  public func dependencies(of task: Int) -> [Int] {
    predecessors[Int(starts[task])..<Int(starts[task + 1])].map { Int($0) }
  }

  public var sendCount: Int {
    tasks.count { if case .send = $0 { true } else { false } }
  }

  /// The same tasks with all bytes multiplied.
  public func scaled(by factor: Double) -> MessageGraph {
    var result = self
    result.tasks = tasks.map { task in
      switch task {
      case .send(let from, let to, let bytes): .send(from: from, to: to, bytes: bytes * factor)
      case .reduce(let rank, let bytes): .reduce(at: rank, bytes: bytes * factor)
      case .compute, .join: task
      }
    }
    return result
  }

  /// The tasks, each after all that it waits for; of several the one of lowest number first among those freed
  /// together. Shorter than the tasks where some wait for themselves.
  ///
  /// - Precondition: every dependency is a task's number.
  /// - Complexity: O(tasks + dependencies).
  func order(_ successors: Successors) -> [Int32] {
    var waiting = successors.waiting
    var order = waiting.indices.filter { waiting[$0] == 0 }.map { Int32($0) }
    order.reserveCapacity(tasks.count)
    var next = 0
    while next < order.count {
      for task in successors.of(order[next]) {
        waiting[Int(task)] -= 1
        if waiting[Int(task)] == 0 { order.append(task) }
      }
      next += 1
    }
    return order
  }

  /// Tasks that wait for themselves, over others; empty where all can be done.
  ///
  /// - Precondition: every dependency is a task's number.
  public func cycle() -> [Int] {
    let successors = Successors(self)
    var isDone = [Bool](repeating: false, count: tasks.count)
    for task in order(successors) { isDone[Int(task)] = true }
    // Every task that is left waits for one that is left: going back from any ends in a circle.
    guard var task = isDone.firstIndex(of: false) else { return [] }
    var seen: [Int: Int] = [:]
    var path: [Int] = []
    while seen[task] == nil {
      seen[task] = path.count
      path.append(task)
      task = dependencies(of: task).first { !isDone[$0] } ?? task
    }
    return Array(path[(seen[task] ?? 0)...].reversed())
  }

  func check() throws(CollectiveError) {
    for (index, task) in tasks.enumerated() {
      let fault: String? =
        switch task {
        case .send(let from, let to, let bytes):
          !isRank(from) || !isRank(to)
            ? "a send from \(from) to \(to) of \(rankCount) ranks"
            : from == to
              ? "rank \(from) sends to itself" : !isAmount(bytes) ? "a send of \(bytes) bytes" : nil
        case .reduce(let rank, let bytes):
          !isRank(rank)
            ? "work at \(rank) of \(rankCount) ranks" : !isAmount(bytes) ? "reduces \(bytes) bytes" : nil
        case .compute(let rank, let seconds):
          !isRank(rank)
            ? "work at \(rank) of \(rankCount) ranks"
            : !(seconds >= 0 && seconds <= 1e6) ? "works for \(seconds) s" : nil
        case .join: nil
        }
      if let fault { throw .badSchedule("task \(index): \(fault)") }
    }
    for task in tasks.indices {
      for dependency in dependencies(of: task) where !tasks.indices.contains(dependency) {
        throw .badSchedule("task \(task) waits for \(dependency) of \(tasks.count) tasks")
      }
    }
    let circle = cycle()
    if !circle.isEmpty {
      let names = (circle + [circle[0]]).prefix(8).map(String.init).joined(separator: ", ")
      throw .badSchedule("tasks wait for one another: \(names)")
    }
  }

  private func isRank(_ rank: Int) -> Bool { (0..<rankCount).contains(rank) }

  private func isAmount(_ bytes: Double) -> Bool { bytes >= 0 && bytes <= 1e18 }

  /// For each task those that wait for it, and how many it waits for.
  struct Successors {
    private(set) var waiting: [Int32]
    private var starts: [Int32]
    private var tasks: [Int32]

    init(_ graph: MessageGraph) {
      let count = graph.tasks.count
      waiting = (0..<count).map { graph.starts[$0 + 1] - graph.starts[$0] }
      starts = Array(repeating: 0, count: count + 1)
      for task in graph.predecessors { starts[Int(task) + 1] += 1 }
      for task in 0..<count { starts[task + 1] += starts[task] }
      var next = starts
      tasks = Array(repeating: 0, count: graph.predecessors.count)
      for task in 0..<count {
        for before in graph.predecessors[Int(graph.starts[task])..<Int(graph.starts[task + 1])] {
          tasks[Int(next[Int(before)])] = Int32(task)
          next[Int(before)] += 1
        }
      }
    }

    func of(_ task: Int32) -> ArraySlice<Int32> {
      tasks[Int(starts[Int(task)])..<Int(starts[Int(task) + 1])]
    }
  }
}
