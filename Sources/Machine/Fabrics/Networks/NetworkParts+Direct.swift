import Quantities

extension NetworkParts {
  mutating func buildFullMesh(_ hosts: Int, _ wire: NetworkWire) {
    addHosts(hosts)
    for a in 0..<hosts {
      for b in (a + 1)..<max(a + 1, hosts) { join(a, b, wire) }
    }
  }

  mutating func buildRing(_ hosts: Int, _ wire: NetworkWire) {
    addHosts(hosts)
    hostsForward = true
    for host in 0..<(hosts > 2 ? hosts : hosts - 1) { join(host, (host + 1) % hosts, wire) }
  }

  mutating func buildTree(_ hosts: Int, _ wire: NetworkWire) {
    addHosts(hosts)
    hostsForward = true
    for host in 1..<max(1, hosts) { join((host - 1) / 2, host, wire) }
  }

  mutating func buildStar(_ hosts: Int, _ wire: NetworkWire) {
    addHosts(hosts)
    let middle = addSwitches(["switch"])
    for host in 0..<hosts { join(host, middle, wire) }
  }

  /// The group of a host at a level holds the hosts that differ from it in that level's place alone.
  mutating func build(_ levels: [NetworkLevel]) {
    let count = levels.reduce(1) { $0 * $1.size }
    let isNested = levels.count > 1
    addHosts(count, perNode: isNested ? levels[0].size : 1)
    hostsForward = true
    var stride = 1
    for (depth, level) in levels.enumerated() {
      let isInside = isNested && depth == 0
      func add(_ a: Int, _ b: Int) {
        if isInside { joinInside(a, b, level.wire) } else { join(a, b, level.wire) }
      }
      let groups = (0..<count).filter { $0 / stride % level.size == 0 }
      let middle =
        level.kind == .star && level.size > 1
        ? addSwitches(groups.indices.map { "level \(depth) switch \($0)" }) : 0
      for (group, first) in groups.enumerated() where level.size > 1 {
        for place in 0..<level.size {
          let host = first + place * stride
          switch level.kind {
          case .star: add(host, middle + group)
          case .fullMesh:
            for other in (place + 1)..<max(place + 1, level.size) { add(host, first + other * stride) }
          case .ring where place + 1 < level.size: add(host, host + stride)
          case .ring: if level.size > 2 { add(host, first) }
          }
        }
      }
      stride *= level.size
    }
  }

  mutating func build(_ sites: [NetworkSite], _ spans: [NetworkSpan]) {
    addHosts(sites.reduce(0) { $0 + $1.hosts })
    let middle = addSwitches(sites.map { "site \($0.name)" })
    var host = 0
    for (index, site) in sites.enumerated() {
      for _ in 0..<site.hosts {
        join(host, middle + index, site.wire)
        host += 1
      }
    }
    for span in spans {
      guard let from = sites.firstIndex(where: { $0.name == span.from }),
        let to = sites.firstIndex(where: { $0.name == span.to })
      else { continue }
      join(middle + from, middle + to, span.wire)
    }
  }
}
