import Diagnostics

extension Scenario {
  /// Refuses keys of a fabric that its kind has no use for, and asks for those that it cannot do without.
  func checkFabricKeys(_ problems: inout Diagnostics) {
    let kind = cluster.fabric.kind
    for (key, kinds) in FabricKind.ownKeys where isGiven(key) && !kinds.contains(kind) {
      problems.report(
        .conflict("a \(kind.rawValue) fabric has no \(key)"), at: places["cluster.fabric.\(key)"],
        mend: "leave it out, or use \(alternatives(kinds.map(\.rawValue)))")
    }
    for (key, said) in FabricKind.saidElsewhere where said == kind && !isAutomatic(key) {
      problems.report(
        .conflict("a \(kind.rawValue) fabric says its own \(key)"), at: places["cluster.fabric.\(key)"],
        mend: "leave it out")
    }
    if kind == .file, cluster.fabric.file == nil {
      problems.report(
        .missingKey("cluster.fabric.file"), at: places["cluster.fabric.file"],
        mend: "name the description of the network, like network.yaml")
    }
    if kind == .hierarchical, cluster.fabric.levels.isEmpty {
      problems.report(
        .missingKey("cluster.fabric.levels"), at: places["cluster.fabric.levels"],
        mend: "list the levels, like [{kind: ring, size: 4, bandwidth: 50 GB/s}]")
    }
  }

  private func isGiven(_ key: String) -> Bool {
    let fabric = cluster.fabric
    return switch key {
    case "k": fabric.k != nil
    case "leaf_radix": fabric.leafRadix != nil
    case "oversubscription": fabric.oversubscription != nil
    case "dimensions": !fabric.dimensions.isEmpty
    case "groups": fabric.groups != nil
    case "routers_per_group": fabric.routersPerGroup != nil
    case "hosts_per_router": fabric.hostsPerRouter != nil
    case "levels": !fabric.levels.isEmpty
    case "file": fabric.file != nil
    case "nics": fabric.nics != nil
    case "routing": fabric.routing != .auto
    default: false
    }
  }

  private func isAutomatic(_ key: String) -> Bool {
    let fabric = cluster.fabric
    return switch key {
    case "nic": fabric.nic == nil
    case "nic_latency": fabric.nicLatency == nil
    case "switch_latency": fabric.switchLatency == nil
    case "intra_node.bandwidth": fabric.intraNode.bandwidth == nil
    case "intra_node.latency": fabric.intraNode.latency == nil
    default: true
    }
  }
}
