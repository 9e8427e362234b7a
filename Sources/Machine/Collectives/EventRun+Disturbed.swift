import Fabrics
import Quantities

/// Messages over a network that things happen to.
extension EventRun {
  /// What carries the messages where there are events.
  static func disturbance(
    of fabric: Fabric, _ timeline: NetworkTimeline
  ) throws(CollectiveError) -> DisturbedTransfers? {
    if timeline.events.isEmpty { return nil }
    guard let graph = fabric.graph else {
      throw .fabric(.network(.badShape("events need a fabric over a network graph")))
    }
    do throws(NetworkError) {
      return try DisturbedTransfers(over: graph.network, during: timeline, seed: graph.seed)
    } catch { throw .fabric(.network(error)) }
  }

  /// Brings bytes on the way, and takes in what arrives until nothing more does at this instant.
  mutating func settleDisturbed() {
    var isQuiet = disturbed == nil
    while !isQuiet {
      disturbed?.settle(at: now)
      isQuiet = true
      while let arrival = disturbed?.popArrived() {
        arrive(arrival.tag)
        isQuiet = false
      }
    }
  }

  /// Takes over what the links have carried.
  ///
  /// - Returns: whether all messages have arrived; else they would beyond the clock.
  /// - Throws: `CollectiveError.cutOff`.
  mutating func finishDisturbed() throws(CollectiveError) -> Bool {
    if let graph = fabric.graph, let message = disturbed?.unfinished.first(where: { !$0.isMoving }) {
      throw .cutOff(
        from: graph.network.name(of: message.source), to: graph.network.name(of: message.target),
        bytesLeft: message.bytesLeft)
    }
    if disturbed?.unfinished.isEmpty == false {
      now = .endOfClock
      return false
    }
    if let loads = disturbed?.finish(at: now) { bytesOnLink = loads.bytes }
    if let print = disturbed?.fingerprint { fingerprint.combine(print) }
    return true
  }
}
