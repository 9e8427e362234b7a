import Fabrics
import Glibc

extension NetworkLayout {
  /// Hosts, or routers with their hosts outside of them, on a circle.
  mutating func drawCircle(_ wiring: Wiring, ofRouters isRouters: Bool) {
    let count = wiring.hostCount
    var isComplete = false
    if case .fullMesh = wiring.network.shape { isComplete = true }
    // Cables of a full mesh grow with the square of its hosts.
    let shown = min(count, isComplete ? 20 : 64)
    let radius = min(230, max(70, 9 * Double(shown)))
    let centre = Point(width / 2, radius + (isRouters ? 48 : 34))
    for place in 0..<shown {
      let vertex = isRouters ? wiring.hostCount + place : place
      let turn = Double(place) / Double(shown)
      let at = centre.moved(radius, turn)
      places.append(Place(vertex: VertexID(vertex), kind: wiring.kinds[vertex], at: at))
      if isRouters {
        places.append(
          Place(vertex: VertexID(place), kind: wiring.kinds[place], at: centre.moved(radius + 22, turn)))
      }
      if shown <= 48 {
        let out = centre.moved(radius + (isRouters ? 38 : 18), turn)
        captions.append(Caption(at: out, text: "\(place)", isCentred: true))
      }
    }
    joinPlaces(wiring, bend: { _, _ in 0 })
    if shown < count {
      notes.append(
        "\(shown) of \(count) \(wiring.kinds[0].plural) are drawn, the others are joined like them")
      captions.append(Caption(at: centre, text: "\(shown) of \(count)", isCentred: true))
    }
  }

  /// Groups of routers on a circle, hosts outside; of many groups the first alone, the others as dots about it.
  mutating func drawGroups(_ groups: Int, of routers: Int, _ wiring: Wiring) {
    let hosts = wiring.hostCount / max(1, groups * routers)
    let isSmall = groups <= 21 && groups * routers * (1 + hosts) <= 480 && routers <= 16
    let centre = Point(width / 2, 262)
    if isSmall {
      // Groups touch neither each other nor the edge.
      let radius = groups > 1 ? 186.0 : 0
      let room = groups > 1 ? min(66, radius * sin(.pi / Double(groups)) - 6) : 120
      for group in 0..<groups {
        let turn = Double(group) / Double(groups)
        let middle = centre.moved(radius, turn)
        drawGroup(
          group, routers, hosts, at: middle, radius: max(10, room - (hosts > 0 ? 15 : 4)), turn, wiring)
        if groups > 1 {
          captions.append(
            Caption(at: centre.moved(radius + room + 7, turn), text: "\(group)", isCentred: true))
        }
      }
    } else {
      let shown = min(routers, 32)
      drawGroup(0, shown, min(hosts, 8), at: centre, radius: min(110, 40 + 6 * Double(shown)), 0, wiring)
      // Near the router that their cable sits on.
      let others = (1..<groups).filter { ($0 - 1) % routers < shown }
        .sorted { (($0 - 1) % routers, $0) < (($1 - 1) % routers, $1) }.prefix(96)
      for (index, other) in others.enumerated() {
        // The router that the cable of group 0 ends at stands for the group.
        let router = wiring.hostCount + other * routers + (groups - other - 1) % routers
        let turn = (Double(index) + 0.5) / Double(others.count) - 0.5 / Double(shown)
        places.append(
          Place(
            vertex: VertexID(router), kind: wiring.kinds[router], at: centre.moved(232, turn), row: 1 + other)
        )
      }
      captions.append(
        Caption(
          at: Point(centre.x, centre.y + 254), text: "group 0 in the middle, and where its cables lead",
          isCentred: true))
      notes.append("one of \(groups) groups of \(routers) routers with \(hosts) hosts each is drawn")
    }
    joinPlaces(wiring, bend: { _, _ in 0 })
  }

  private mutating func drawGroup(
    _ group: Int, _ routers: Int, _ hosts: Int, at middle: Point, radius: Double, _ turn: Double,
    _ wiring: Wiring
  ) {
    let perGroup = routersOfGroup(wiring)
    let perRouter = wiring.hostCount / max(1, wiring.vertexCount - wiring.hostCount)
    for index in 0..<routers {
      let vertex = wiring.hostCount + group * perGroup + index
      // The first router looks outwards.
      let at = turn + Double(index) / Double(routers)
      places.append(
        Place(
          vertex: VertexID(vertex), kind: wiring.kinds[vertex],
          at: routers > 1 ? middle.moved(radius, at) : middle, row: group))
      for host in 0..<hosts {
        let spread = routers > 1 ? 0.8 / Double(routers) : 1
        let fan = at + spread * ((Double(host) + 0.5) / Double(hosts) - 0.5)
        let number = (group * perGroup + index) * perRouter + host
        places.append(
          Place(
            vertex: VertexID(number), kind: wiring.kinds[number], at: middle.moved(radius + 13, fan),
            row: group))
      }
    }
  }

  private func routersOfGroup(_ wiring: Wiring) -> Int {
    if case .dragonfly(_, let routers, _) = wiring.network.shape { return routers }
    preconditionFailure("only a dragonfly has groups")
  }

  /// Sites apart from each other, each with its hosts about it.
  mutating func drawSites(_ sites: Int, _ wiring: Wiring) {
    let radius = sites > 1 ? min(180, 70 + 22 * Double(sites)) : 0
    let shown = min(sites, 24)
    let room = sites > 1 ? min(64, radius * sin(.pi / Double(shown)) - 10) : 90
    let centre = Point(width / 2, radius + room + 40)
    for site in 0..<shown {
      let vertex = wiring.hostCount + site
      let turn = Double(site) / Double(shown)
      // Wide rather than high: there is more room across.
      let stretch = sites > 1 ? min(1.25, (width / 2 - room - 60) / radius) : 1
      let ring = centre.moved(radius, turn)
      let middle = Point(centre.x + (ring.x - centre.x) * stretch, ring.y)
      places.append(Place(vertex: VertexID(vertex), kind: wiring.kinds[vertex], at: middle, row: site))
      let hosts = wiring.neighbours[vertex].map { Int($0) }.filter { $0 < wiring.hostCount }
      // As many as stand apart on the circle about the site.
      let limit = max(1, Int(2 * .pi * max(12, room) / 12))
      let isFolded = hosts.count > limit
      for (index, host) in (isFolded ? hosts.prefix(1) : hosts[...]).enumerated() {
        let out = turn + (hosts.count == 1 || isFolded ? 0 : Double(index) / Double(hosts.count))
        places.append(
          Place(
            vertex: VertexID(host), kind: wiring.kinds[host], at: middle.moved(max(12, room), out),
            count: isFolded ? hosts.count : 1, row: site))
      }
      let text = wiring.network.vertexNames[vertex] + (isFolded ? ", × \(hosts.count) hosts" : "")
      let isUpper = middle.y < centre.y
      let away = max(12, room) + 16
      captions.append(
        Caption(at: Point(middle.x, middle.y + (isUpper ? -away : away)), text: text, isCentred: true))
    }
    joinPlaces(wiring, bend: { _, _ in 0 })
    if shown < sites { notes.append("\(shown) of \(sites) sites are drawn") }
  }
}

extension NetworkLayout.Point {
  /// A point at a distance, in a direction told in turns clockwise from the top.
  func moved(_ distance: Double, _ turn: Double) -> NetworkLayout.Point {
    NetworkLayout.Point(x + distance * sin(2 * .pi * turn), y - distance * cos(2 * .pi * turn))
  }
}
