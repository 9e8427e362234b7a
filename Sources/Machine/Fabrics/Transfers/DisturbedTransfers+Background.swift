import Quantities

extension DisturbedTransfers {
  /// Starts traffic without an end in the direction of a target, or in both of a cable.
  ///
  /// Between two hosts it goes by their route, and by another where that breaks; elsewhere it is a load of every
  /// link between the two, and pauses while that is down. It shares links fairly, as a flow of weight one with
  /// its rate as a cap.
  mutating func startBackground(
    _ target: NetworkEvent.Target, _ rate: Bandwidth, _ until: SimTime?, at now: SimTime
  ) {
    let ends = target.vertices
    var directions = [(ends[0], ends[1])]
    if case .cable = target { directions.append((ends[1], ends[0])) }
    for (from, to) in directions {
      for (home, latency, isPinned) in homes(from, to) {
        let index = add(
          Parcel(
            source: from, target: to, bytesLeft: .infinity, rateCap: rate.bytesPerSecond, home: home,
            homeLatency: latency, route: home, isPinned: isPinned))
        depart(index, at: now)
        if let until { timers.push(Timer(kind: .backgroundEnd, parcel: Int32(index)), at: until.ticks) }
      }
    }
  }

  private func homes(_ from: VertexID, _ to: VertexID) -> [([Int32], SimDuration, isPinned: Bool)] {
    guard network.areHosts([from, to]) else {
      return network.links(from: from, to: to).map { ([$0], .zero, true) }
    }
    var router = MultipathRouter(network, seed: seed)
    var route: [Int32] = []
    // Hosts that no route joins have no traffic between them.
    guard let latency = try? router.appendRoute(from: from, to: to, into: &route) else { return [] }
    return [(route, latency, false)]
  }

  mutating func endBackground(_ index: Int, at now: SimTime) {
    if parcels[index].phase == .moving { halt(index, at: now) }
    free(index)
  }

  /// Counts what links carry and could carry from now on only.
  public mutating func restartCounting(at now: SimTime) {
    let moving = parcels.indices.filter { parcels[$0].phase == .moving }
    for index in moving { halt(index, at: now) }
    loads = LinkLoads(conditions.capacities, from: now)
    for index in moving { move(index, at: now) }
  }

  /// What links have carried and could have carried when the run is over, background traffic included.
  public mutating func finish(at now: SimTime) -> LinkLoads {
    for index in parcels.indices where parcels[index].phase == .moving && parcels[index].isBackground {
      endBackground(index, at: now)
    }
    loads.finish(at: now)
    return loads
  }

  /// The parcels that are still under way, in no order that means anything.
  public var unfinished: [Remainder] {
    parcels.filter { $0.phase != .free && !$0.isBackground }.map {
      Remainder(
        tag: $0.tag, source: $0.source, target: $0.target, bytesLeft: $0.bytesLeft,
        isMoving: $0.phase == .moving || $0.phase == .travelling, route: $0.route,
        rerouteCount: $0.rerouteCount)
    }
  }
}
