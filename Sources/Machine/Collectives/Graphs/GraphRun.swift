import EventCore
import Fabrics
import Quantities

/// A graph of messages run message by message.
///
/// A message leaves when all that it waits for is done: first the latency of its route, then its bytes, at the
/// rate that max-min sharing gives it. A rank's reductions and other work follow each other in the order in
/// which they become free. At one instant first bytes come before completions, and tasks freed together start
/// in the order of their numbers.
struct GraphRun: ~Copyable {
  private enum EventKind: UInt32 { case firstByte = 16, lastByte, worked }

  private struct Path: BitwiseCopyable {
    var firstHop: Int32
    var hopCount: Int32
    var latency: SimDuration
  }

  private let fabric: Fabric
  private let devices: [DeviceID]
  private let graph: MessageGraph
  private let successors: MessageGraph.Successors
  private let gamma: Double
  private var now = SimTime.zero
  private var transfers: Transfers
  private var timers = RadixHeap<Int32>()
  private var waiting: [Int32]
  private var ready: [Int32] = []
  private var busyUntil: [SimTime]
  private var pathOfPair: [Int: Path] = [:]
  private var routes: [Int32] = []
  private var doneCount = 0
  private var eventCount = 0
  private var bytesSent = 0.0
  private var bytesReceived = 0.0
  private var bytesOnLink: [Double]
  private var ends: [SimTime]
  private var fingerprint = Fingerprint()

  init(_ graph: MessageGraph, devices: [DeviceID], on fabric: Fabric, reductionSecondsPerByte: Double) {
    self.graph = graph
    self.devices = devices
    self.fabric = fabric
    gamma = reductionSecondsPerByte
    successors = MessageGraph.Successors(graph)
    waiting = successors.waiting
    transfers = Transfers(over: fabric)
    busyUntil = Array(repeating: .zero, count: devices.count)
    bytesOnLink = Array(repeating: 0, count: fabric.linkCount)
    ends = Array(repeating: .zero, count: graph.tasks.count)
  }

  mutating func execute() throws(CollectiveError) {
    for task in waiting.indices where waiting[task] == 0 { ready.append(Int32(task)) }
    try startReady()
    while true {
      transfers.settle(at: now)
      let timer = timers.nextKey ?? .max
      let completion = transfers.nextCompletion?.ticks ?? .max
      let next = min(timer, completion)
      if next == .max { break }
      now = SimTime(ticks: next)
      repeat {
        while let (_, task) = timers.pop(through: next) { try handle(task) }
        while let task = transfers.popCompleted(at: now) { try arrive(task) }
      } while timers.nextKey == next
    }
    // Sums of time stop at the end of the clock; what would come after never does.
    if doneCount < graph.tasks.count || now == .endOfClock { throw .badSchedule("it takes over 106 days") }
  }

  func result() -> CollectiveRun {
    CollectiveRun(
      algorithm: nil, duration: now - .zero, sendCount: graph.sendCount, eventCount: eventCount,
      bytesSent: bytesSent, bytesReceived: bytesReceived, bytesOnLink: bytesOnLink, stepEnds: ends,
      isExact: true, fingerprint: fingerprint)
  }

  private mutating func startReady() throws(CollectiveError) {
    var next = 0
    while next < ready.count {
      let task = ready[next]
      next += 1
      switch graph.tasks[Int(task)] {
      case .send(let from, let to, let bytes):
        let path = try path(from: from, to: to)
        for hop in path.firstHop..<(path.firstHop + path.hopCount) {
          bytesOnLink[Int(routes[Int(hop)])] += bytes
        }
        bytesSent += bytes
        timers.push(task, at: (now + path.latency).ticks)
      case .reduce(let rank, let bytes): work(task, at: rank, for: bytes * gamma)
      case .compute(let rank, let seconds): work(task, at: rank, for: seconds)
      case .join: finish(task)
      }
    }
    ready.removeAll(keepingCapacity: true)
  }

  /// Puts work behind what the rank already has to do; work without a duration is done at once.
  private mutating func work(_ task: Int32, at rank: Int, for seconds: Double) {
    if seconds == 0 {
      finish(task)
      return
    }
    let end = max(now, busyUntil[rank]) + SimDuration(seconds: seconds)
    busyUntil[rank] = end
    timers.push(task, at: end.ticks)
  }

  private mutating func handle(_ task: Int32) throws(CollectiveError) {
    guard case .send(let from, let to, let bytes) = graph.tasks[Int(task)] else {
      eventCount += 1
      fingerprint.combine(time: now, kind: EventKind.worked.rawValue, subject: task)
      finish(task)
      try startReady()
      return
    }
    if bytes == 0 {
      try arrive(task)
      return
    }
    eventCount += 1
    fingerprint.combine(time: now, kind: EventKind.firstByte.rawValue, subject: task, value: bytes)
    let path = try path(from: from, to: to)
    transfers.start(
      route: routes, hops: Int(path.firstHop)..<Int(path.firstHop + path.hopCount), bytes: bytes, tag: task,
      at: now)
  }

  private mutating func arrive(_ task: Int32) throws(CollectiveError) {
    guard case .send(_, _, let bytes) = graph.tasks[Int(task)] else { return }
    eventCount += 1
    fingerprint.combine(time: now, kind: EventKind.lastByte.rawValue, subject: task, value: bytes)
    bytesReceived += bytes
    finish(task)
    try startReady()
  }

  private mutating func finish(_ task: Int32) {
    ends[Int(task)] = now
    doneCount += 1
    for successor in successors.of(task) {
      waiting[Int(successor)] -= 1
      if waiting[Int(successor)] == 0 { ready.append(successor) }
    }
  }

  private mutating func path(from: Int, to: Int) throws(CollectiveError) -> Path {
    let pair = from * devices.count + to
    if let known = pathOfPair[pair] { return known }
    let start = routes.count
    do throws(FabricError) {
      let route = try fabric.appendRoute(from: devices[from], to: devices[to], into: &routes)
      let path = Path(
        firstHop: Int32(start), hopCount: Int32(routes.count - start), latency: route.latency)
      pathOfPair[pair] = path
      return path
    } catch { throw .fabric(error) }
  }
}
