import Collectives
import Diagnostics

/// Joins the traces of all ranks into messages that wait for one another: one task a node.
struct ChakraGraph {
  private static let largest = 1_000_000_000_000_000

  private let traces: [[ChakraNode]]
  private let files: [String]
  /// The task of each rank's first node.
  private let firstTask: [Int]
  private var findings = Diagnostics()
  /// The message that each receive waits for, by task.
  private var messages: [Int: Int] = [:]

  private struct Pair: Hashable {
    var from: Int
    var to: Int
    var tag: Int64
  }

  init(_ traces: [[ChakraNode]], files: [String]) {
    self.traces = traces
    self.files = files
    var first = 0
    firstTask = traces.map { trace in
      defer { first += trace.count }
      return first
    }
  }

  mutating func build() throws(Diagnostics) -> MessageGraph {
    match()
    var graph = MessageGraph(rankCount: traces.count)
    for rank in traces.indices {
      var taskOfNode: [UInt64: Int] = [:]
      for (place, node) in traces[rank].enumerated() {
        if taskOfNode[node.id] != nil { report(.conflict("node \(node.id) appears twice"), rank, node) }
        taskOfNode[node.id] = firstTask[rank] + place
      }
      for (place, node) in traces[rank].enumerated() {
        var dependencies: [Int] = []
        for id in node.dependencies {
          if let task = taskOfNode[id] {
            dependencies.append(task)
          } else {
            report(.conflict("node \(node.id) depends on node \(id), which is not there"), rank, node)
          }
        }
        if let message = messages[firstTask[rank] + place] { dependencies.append(message) }
        graph.append(work(node, rank), after: dependencies)
      }
    }
    try findings.throwIfAny()
    let circle = graph.cycle()
    if let first = circle.first {
      let (rank, node) = node(of: first)
      let names = circle.prefix(8).map { "\(self.node(of: $0).node.id)" }.joined(separator: ", ")
      report(.conflict("nodes wait for one another: \(names)"), rank, node)
      throw findings
    }
    return graph
  }

  private mutating func work(_ node: ChakraNode, _ rank: Int) -> MessageGraph.Work {
    switch node.kind {
    case .send:
      return .send(from: rank, to: peer(node, rank, "comm_dst") ?? rank, bytes: size(node, "comm_size", rank))
    case .compute where node.durationMicroseconds == 0:
      return .reduce(
        at: rank, bytes: node.numbers["tensor_size"] == nil ? 0 : size(node, "tensor_size", rank))
    case .compute, .memoryLoad, .memoryStore:
      guard node.durationMicroseconds <= 1_000_000_000_000 else {
        report(
          .outOfRange(value: "\(node.durationMicroseconds) µs", allowed: "a duration up to 10^12 µs"), rank,
          node)
        return .join
      }
      return .compute(at: rank, seconds: Double(node.durationMicroseconds) * 1e-6)
    case .collective:
      report(
        .unsupported("node \(node.id) is a collective, which an algorithm is made of sends to do"), rank, node
      )
      return .join
    case .receive, .metadata, .invalid: return .join
    }
  }

  /// Joins every receive to its send.
  private mutating func match() {
    var sends: [Pair: [(rank: Int, place: Int)]] = [:]
    var taken: [Pair: Int] = [:]
    for rank in traces.indices {
      for (place, node) in traces[rank].enumerated() where node.kind == .send {
        guard let to = checkedPeer(node, rank, "comm_dst") else { continue }
        let pair = Pair(from: rank, to: to, tag: node.numbers["comm_tag"] ?? 0)
        sends[pair, default: []].append((rank, place))
      }
    }
    for rank in traces.indices {
      for (place, node) in traces[rank].enumerated() where node.kind == .receive {
        guard let from = checkedPeer(node, rank, "comm_src") else { continue }
        let pair = Pair(from: from, to: rank, tag: node.numbers["comm_tag"] ?? 0)
        let next = taken[pair, default: 0]
        guard let list = sends[pair], next < list.count else {
          report(
            .conflict(
              "node \(node.id) receives from rank \(from) with tag \(pair.tag), where no send is left"),
            rank, node)
          continue
        }
        taken[pair] = next + 1
        let other = traces[from][list[next].place]
        let (mine, its) = (node.numbers["comm_size"], other.numbers["comm_size"])
        if let mine, let its, mine != its {
          report(
            .conflict("node \(node.id) receives \(mine) bytes where rank \(from) sends \(its)"), rank, node)
        }
        messages[firstTask[rank] + place] = firstTask[from] + list[next].place
      }
    }
    for rank in traces.indices {
      var seen: [Pair: Int] = [:]
      for node in traces[rank] where node.kind == .send {
        guard let to = peer(node, rank, "comm_dst") else { continue }
        let pair = Pair(from: rank, to: to, tag: node.numbers["comm_tag"] ?? 0)
        seen[pair, default: 0] += 1
        if seen[pair, default: 0] > taken[pair, default: 0] {
          report(
            .conflict("node \(node.id) sends to rank \(to) with tag \(pair.tag), which no receive takes"),
            rank,
            node)
        }
      }
    }
  }

  /// The other rank, if it is one.
  private func peer(_ node: ChakraNode, _ rank: Int, _ key: String) -> Int? {
    guard let value = node.numbers[key], value >= 0, value < Int64(traces.count), value != Int64(rank) else {
      return nil
    }
    return Int(value)
  }

  private mutating func checkedPeer(_ node: ChakraNode, _ rank: Int, _ key: String) -> Int? {
    if let peer = peer(node, rank, key) { return peer }
    if let value = node.numbers[key] {
      report(
        .outOfRange(value: "\(key) \(value)", allowed: "another of ranks 0 to \(traces.count - 1)"), rank,
        node)
    } else {
      report(.missingKey(key), rank, node)
    }
    return nil
  }

  private mutating func size(_ node: ChakraNode, _ key: String, _ rank: Int) -> Double {
    guard let value = node.numbers[key] else {
      report(.missingKey(key), rank, node)
      return 0
    }
    guard (0...Int64(ChakraGraph.largest)).contains(value) else {
      report(.outOfRange(value: "\(key) \(value)", allowed: "0 to 10^15 bytes"), rank, node)
      return 0
    }
    return Double(value)
  }

  private func node(of task: Int) -> (rank: Int, node: ChakraNode) {
    // Of ranks without nodes, which begin at the same task, the last is the one that has it.
    let rank = firstTask.lastIndex { $0 <= task } ?? 0
    return (rank, traces[rank][task - firstTask[rank]])
  }

  private mutating func report(_ problem: Problem, _ rank: Int, _ node: ChakraNode) {
    findings.report(problem, at: place(files[rank], node.offset))
  }
}
