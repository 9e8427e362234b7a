import Quantities

extension DisturbedTransfers {
  /// Sends a parcel off by its own route, or has it stopped until the network has noticed that it is broken.
  mutating func depart(_ index: Int, at now: SimTime) {
    if conditions.isUp(parcels[index].home) {
      take(parcels[index].home, parcels[index].homeLatency, index, at: now)
      return
    }
    var noticed = now
    for link in parcels[index].home where conditions.capacities[Int(link)] == 0 {
      noticed = max(noticed, conditions.downSince[Int(link)] + timeline.rerouteDelay)
    }
    stop(index, until: noticed, at: now)
  }

  private mutating func stop(_ index: Int, until noticed: SimTime, at now: SimTime) {
    noteStop(index, at: now)
    parcels[index].phase = .stopped
    parcels[index].epoch += 1
    timers.push(
      Timer(kind: .reroute, parcel: Int32(index), epoch: parcels[index].epoch), at: noticed.ticks)
  }

  /// Stops what crosses a link that is down.
  ///
  /// - Returns: how many parcels, background traffic left out.
  mutating func stopBroken(at now: SimTime) -> Int {
    var count = 0
    for index in parcels.indices {
      let phase = parcels[index].phase
      guard phase == .moving || phase == .travelling, !conditions.isUp(parcels[index].route) else { continue }
      if phase == .moving {
        halt(index, at: now)
        if parcels[index].bytesLeft == 0 {
          arrive(index, at: now)
          continue
        }
      }
      stop(index, until: now + timeline.rerouteDelay, at: now)
      if !parcels[index].isBackground { count += 1 }
    }
    return count
  }

  /// Puts a parcel that has stopped on a route that works: its own, else one by the network's rule among the
  /// links that are left, with the same hash. It waits if there is none.
  mutating func reroute(_ index: Int, at now: SimTime) {
    let parcel = parcels[index]
    noteReroute(index, at: now)
    if conditions.isUp(parcel.home) {
      take(parcel.home, parcel.homeLatency, index, at: now)
      return
    }
    if let (route, latency) = detour(of: parcel) {
      take(route, latency, index, at: now)
    } else {
      parcels[index].phase = .waiting
    }
  }

  private mutating func detour(of parcel: Parcel) -> (route: [Int32], latency: SimDuration)? {
    if parcel.isPinned { return nil }
    var router = detours ?? MultipathRouter(conditions.survivingNetwork(), seed: seed)
    // Lent out and put back, so that its search is not copied.
    detours = nil
    defer { detours = router }
    var route: [Int32] = []
    guard let latency = try? router.appendRoute(from: parcel.source, to: parcel.target, into: &route) else {
      return nil
    }
    return (route, latency)
  }

  private mutating func take(_ route: [Int32], _ latency: SimDuration, _ index: Int, at now: SimTime) {
    if parcels[index].route != route { parcels[index].rerouteCount += 1 }
    parcels[index].route = route
    parcels[index].phase = .travelling
    parcels[index].epoch += 1
    timers.push(
      Timer(kind: .firstByte, parcel: Int32(index), epoch: parcels[index].epoch),
      at: (now + latency).ticks)
  }

  /// The network has noticed a recovery.
  mutating func lookAgain(at now: SimTime) {
    for index in parcels.indices {
      switch parcels[index].phase {
      case .free, .stopped: break
      case .waiting: reroute(index, at: now)
      case .travelling where isAstray(index): goHome(index, at: now)
      case .moving where isAstray(index):
        halt(index, at: now)
        goHome(index, at: now)
        move(index, at: now)
      case .travelling, .moving: break
      }
    }
  }

  /// Whether a parcel is on a detour that it no longer needs.
  private func isAstray(_ index: Int) -> Bool {
    parcels[index].route != parcels[index].home && conditions.isUp(parcels[index].home)
  }

  private mutating func goHome(_ index: Int, at now: SimTime) {
    parcels[index].route = parcels[index].home
    parcels[index].rerouteCount += 1
    noteReroute(index, at: now)
  }
}
