extension FlowSharer {
  /// Storage of one component while it is filled.
  struct Filling: Sendable {
    var flows: [Int32] = []
    var links: [Int32] = []
    /// A binary heap of links by the level at which they fill; entries may be too low, never too high.
    var levels: [LinkLevel] = []
    /// Flows with a cap, by the level at which they reach it.
    var caps: [FlowCap] = []
  }

  struct LinkLevel: BitwiseCopyable {
    var level: Double
    var link: Int32
  }

  struct FlowCap: BitwiseCopyable {
    var level: Double
    var slot: Int32
  }

  mutating func fillComponent(ofFlow slot: Int32) {
    filling.flows.removeAll(keepingCapacity: true)
    filling.links.removeAll(keepingCapacity: true)
    collect(flow: slot)
    fill()
  }

  mutating func fillComponent(ofLink link: Int32) {
    filling.flows.removeAll(keepingCapacity: true)
    filling.links.removeAll(keepingCapacity: true)
    links[Int(link)].mark = epoch
    filling.links.append(link)
    fill()
  }

  private mutating func collect(flow slot: Int32) {
    flows[Int(slot)].mark = epoch
    flows[Int(slot)].isFrozen = false
    filling.flows.append(slot)
    let base = slot << strideShift
    for hop in 0..<flows[Int(slot)].hopCount {
      let link = entries[Int(base + hop)].link
      if links[Int(link)].mark != epoch {
        links[Int(link)].mark = epoch
        filling.links.append(link)
      }
    }
  }

  /// Finds the rest of the component, then raises the level until every flow is frozen.
  private mutating func fill() {
    var visited = 0
    while visited < filling.links.count {
      let link = Int(filling.links[visited])
      visited += 1
      var demand = 0.0
      var entry = links[link].firstEntry
      while entry >= 0 {
        let slot = entry >> strideShift
        if flows[Int(slot)].mark != epoch { collect(flow: slot) }
        demand += flows[Int(slot)].weight * flows[Int(slot)].multiplicity
        entry = entries[Int(entry)].next
      }
      links[link].left = links[link].capacity
      links[link].demand = demand
      links[link].unfrozen = links[link].occupancy
    }
    prepareLevels()

    var unfrozen = filling.flows.count
    var level = 0.0
    var nextCap = 0
    while unfrozen > 0 {
      let link = lowestLink()
      while nextCap < filling.caps.count, flows[Int(filling.caps[nextCap].slot)].isFrozen { nextCap += 1 }
      if nextCap < filling.caps.count, filling.caps[nextCap].level <= link.level {
        let slot = filling.caps[nextCap].slot
        level = max(level, filling.caps[nextCap].level)
        freeze(slot, at: flows[Int(slot)].rateCap)
        unfrozen -= 1
        continue
      }
      // Levels only rise; a lower one would be rounding of what is left.
      level = max(level, link.level)
      var entry = links[Int(link.link)].firstEntry
      while entry >= 0 {
        let slot = entry >> strideShift
        if !flows[Int(slot)].isFrozen {
          freeze(slot, at: min(flows[Int(slot)].weight * level, flows[Int(slot)].rateCap))
          unfrozen -= 1
        }
        entry = entries[Int(entry)].next
      }
    }
  }

  private mutating func prepareLevels() {
    filling.levels.removeAll(keepingCapacity: true)
    for link in filling.links where links[Int(link)].unfrozen > 0 {
      filling.levels.append(LinkLevel(level: fillLevel(of: link), link: link))
    }
    for index in stride(from: filling.levels.count / 2 - 1, through: 0, by: -1) { sinkLevel(at: index) }
    filling.caps.removeAll(keepingCapacity: true)
    for slot in filling.flows where flows[Int(slot)].rateCap < .infinity {
      filling.caps.append(
        FlowCap(level: flows[Int(slot)].rateCap / flows[Int(slot)].weight, slot: slot))
    }
    filling.caps.sort { ($0.level, $0.slot) < ($1.level, $1.slot) }
  }

  private mutating func freeze(_ slot: Int32, at rate: Double) {
    flows[Int(slot)].isFrozen = true
    setRate(rate, of: slot)
    let taken = rate * flows[Int(slot)].multiplicity
    let demand = flows[Int(slot)].weight * flows[Int(slot)].multiplicity
    let base = slot << strideShift
    for hop in 0..<flows[Int(slot)].hopCount {
      let link = Int(entries[Int(base + hop)].link)
      links[link].left -= taken
      links[link].demand -= demand
      links[link].unfrozen -= 1
    }
  }

  private func fillLevel(of link: Int32) -> Double {
    max(0, links[Int(link)].left) / links[Int(link)].demand
  }

  /// The unfrozen link that fills first, left at the top of the heap.
  private mutating func lowestLink() -> LinkLevel {
    while let top = filling.levels.first {
      if links[Int(top.link)].unfrozen == 0 {
        let last = filling.levels.removeLast()
        if !filling.levels.isEmpty {
          filling.levels[0] = last
          sinkLevel(at: 0)
        }
        continue
      }
      let level = fillLevel(of: top.link)
      if level <= top.level { return LinkLevel(level: level, link: top.link) }
      filling.levels[0].level = level
      sinkLevel(at: 0)
      if filling.levels[0].link == top.link { return filling.levels[0] }
    }
    preconditionFailure("every unfrozen flow crosses an unfrozen link")
  }

  private mutating func sinkLevel(at start: Int) {
    var index = start
    let moving = filling.levels[start]
    while true {
      var child = 2 * index + 1
      guard child < filling.levels.count else { break }
      if child + 1 < filling.levels.count, filling.levels[child + 1].level < filling.levels[child].level {
        child += 1
      }
      guard filling.levels[child].level < moving.level else { break }
      filling.levels[index] = filling.levels[child]
      index = child
    }
    filling.levels[index] = moving
  }
}
