import Fabrics

extension NetworkLayout {
  /// Routers of a grid or hypercube in slices, each with what hangs on it beside it.
  mutating func drawGrid(_ plan: GridPlan, _ wiring: Wiring) {
    let cellsAcross = Double(plan.across * plan.shownColumns) + 0.8 * Double(plan.across - 1)
    let pitch = plan.pitch(width: width)
    let used = pitch * cellsAcross
    let left = (width - used) / 2
    let hasSlices = plan.slices > 1
    let sliceHeight = pitch * Double(plan.shownRows) + (hasSlices ? 34 : 0) + 0.6 * pitch
    let firstRouter = wiring.hostCount
    for place in 0..<plan.placeCount where plan.isShown(place) {
      let (slice, row, column) = plan.position(place)
      let x =
        left + pitch
        * (Double(slice % plan.across) * (Double(plan.shownColumns) + 0.8) + Double(column) + 0.5)
      let y = 14 + Double(slice / plan.across) * sliceHeight + pitch * (Double(row) + 0.6)
      let router = firstRouter + place
      places.append(
        Place(vertex: VertexID(router), kind: wiring.kinds[router], at: Point(x, y), row: slice))
      hang(
        wiring.neighbours[router].map { Int($0) }.filter { !wiring.isRouter($0, plan) }, at: Point(x, y),
        pitch, wiring, slice)
    }
    if hasSlices { captionSlices(plan, left: left, pitch: pitch, sliceHeight: sliceHeight) }
    joinGrid(plan, wiring, pitch)
    note(plan)
    if wiring.hasInsides { drawInsides(wiring) }
  }

  /// Hosts or adapters of a router at its lower left, one below the other.
  private mutating func hang(
    _ vertices: [Int], at router: Point, _ pitch: Double, _ wiring: Wiring, _ slice: Int
  ) {
    for (index, vertex) in vertices.enumerated() {
      let reach = pitch * 0.27
      let at = Point(router.x - reach, router.y + reach + Double(index) * pitch * 0.3)
      places.append(Place(vertex: VertexID(vertex), kind: wiring.kinds[vertex], at: at, row: slice))
    }
  }

  private mutating func captionSlices(_ plan: GridPlan, left: Double, pitch: Double, sliceHeight: Double) {
    for slice in 0..<plan.shownSlices {
      let x = left + pitch * Double(slice % plan.across) * (Double(plan.shownColumns) + 0.8)
      let y = 14 + Double(slice / plan.across) * sliceHeight
      let low = y + pitch * (Double(plan.shownRows) + 0.35)
      let isFolded = plan.shownSlices < plan.slices
      let word = plan.isBinary ? "subcube" : "slice"
      frames.append(
        Frame(
          upperLeft: Point(x, y), lowerRight: Point(x + pitch * Double(plan.shownColumns), low + 18),
          label: isFolded ? "× \(plan.slices) \(word)s" : "\(word) \(slice)",
          count: isFolded ? plan.slices : 1))
    }
  }

  /// Straight lines to neighbours, arcs round the rings and between far places of a row, short strokes from slice
  /// to slice.
  private mutating func joinGrid(_ plan: GridPlan, _ wiring: Wiring, _ pitch: Double) {
    let firstRouter = wiring.hostCount
    func cell(_ place: Place) -> (slice: Int, row: Int, column: Int)? {
      let index = Int(place.vertex.index) - firstRouter
      return (0..<plan.placeCount).contains(index) ? plan.position(index) : nil
    }
    joinPlaces(
      wiring,
      bend: { a, b in
        guard let from = cell(a), let to = cell(b) else { return 0 }
        let steps = (from.row - to.row).magnitude + (from.column - to.column).magnitude
        if steps <= 1 { return 0 }
        let isForward = to.row > from.row || to.column > from.column
        let out = plan.isBinary ? 0.16 + 0.07 * Double(steps) : 0.3
        return (isForward ? 1 : -1) * out * pitch
      },
      strokes: { a, b in
        guard let from = cell(a), let to = cell(b), from.slice != to.slice else { return nil }
        let reach = pitch * 0.27
        // Round a ring the last slice is before the first.
        let isForward = (from.slice < to.slice) == ((from.slice - to.slice).magnitude == 1 || plan.isBinary)
        let (before, after) = isForward ? (a.at, b.at) : (b.at, a.at)
        return [
          [before, Point(before.x + reach, before.y - reach)],
          [after, Point(after.x + reach, after.y + reach)],
        ]
      })
  }

  private mutating func note(_ plan: GridPlan) {
    if plan.shownSlices > 1 {
      notes.append(
        "short strokes lead to \(plan.isBinary ? "other subcubes" : "the slices before and after")")
    }
    if plan.shownRows < plan.rows || plan.shownColumns < plan.columns {
      notes.append(
        "\(plan.shownRows) × \(plan.shownColumns) of \(plan.rows) × \(plan.columns) routers are drawn")
    }
    if plan.shownSlices < plan.slices {
      notes.append("one of \(plan.slices) \(plan.isBinary ? "subcubes" : "slices") is drawn")
    }
  }

  /// What is inside one node of each size, below; its devices stand in both.
  private mutating func drawInsides(_ wiring: Wiring) {
    let first = places.count
    var seen: [Int: Int] = [:]
    var order: [(vertices: [Int], count: Int)] = []
    for node in 0..<wiring.network.nodeCount {
      let vertices = wiring.inside(of: NodeID(node))
      let size = vertices.count
      if let place = seen[size] {
        order[place].count += 1
      } else {
        seen[size] = order.count
        order.append((vertices, 1))
      }
    }
    let tiers = wiring.tiers()
    trim()
    for (vertices, count) in order.prefix(3) {
      let rows = vertices.map { tiers[$0] }
      guard let low = rows.min(), let top = rows.max() else { continue }
      let step = min(60, (width - 120) / Double(max(1, vertices.filter { tiers[$0] == 0 }.count)))
      let start = height + 32
      for tier in low...top {
        let members = vertices.filter { tiers[$0] == tier }
        let breadth = step * Double(members.count)
        for (index, vertex) in members.enumerated() {
          let at = Point(
            width / 2 - breadth / 2 + step * (Double(index) + 0.5), start + 52 * Double(top - tier))
          places.append(Place(vertex: VertexID(vertex), kind: wiring.kinds[vertex], at: at, row: -2 - tier))
        }
      }
      let bottom = start + 52 * Double(top - low) + 28
      let half = step * Double(vertices.filter { tiers[$0] == 0 }.count) / 2 + 8
      frames.append(
        Frame(
          upperLeft: Point(width / 2 - half, start - 14), lowerRight: Point(width / 2 + half, bottom),
          label: "inside of a node, × \(count)", count: count))
      height = bottom + 12
    }
    joinPlaces(wiring, from: first)
  }
}

extension Wiring {
  /// Whether a vertex is a router of a grid; routers follow the hosts.
  func isRouter(_ vertex: Int, _ plan: GridPlan) -> Bool {
    (hostCount..<hostCount + plan.placeCount).contains(vertex)
  }

  /// Hosts of a node and the switches and adapters that hang on them.
  func inside(of node: NodeID) -> [Int] {
    let hosts = network.hosts(of: node)
    var found = Set(hosts)
    var queue = Array(hosts)
    var head = 0
    while head < queue.count {
      for neighbour in neighbours[queue[head]] {
        let vertex = Int(neighbour)
        switch kinds[vertex] {
        case .nodeSwitch, .pcieSwitch, .adapter:
          if found.insert(vertex).inserted { queue.append(vertex) }
        default: break
        }
      }
      head += 1
    }
    return found.sorted()
  }
}
