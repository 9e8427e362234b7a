import Diagnostics

extension Scenario {
  /// As of `cluster.nodes`.
  private static let largestNodeCount = 1_000_000

  /// Lets groups of nodes say the device and the nodes, and refuses what says otherwise.
  mutating func completeGroups(_ problems: inout Diagnostics) {
    guard let first = cluster.groups.first else { return }
    let nodes = cluster.groups.reduce(0) { $0 + $1.nodes }
    if places.contains("cluster.nodes"), cluster.nodes != nodes {
      problems.report(
        .conflict("the groups have \(nodes) nodes, not \(cluster.nodes)"), at: places["cluster.nodes"],
        mend: "leave it out, or change the groups")
    }
    if places.contains("cluster.accelerator"), cluster.accelerator != .named(first.accelerator) {
      problems.report(
        .conflict("the groups say which accelerators there are"), at: places["cluster.accelerator"],
        mend: "leave it out, or the groups")
    }
    if cluster.node != nil {
      problems.report(
        .conflict("a catalogue node is of one kind, and the groups are of several"),
        at: places["cluster.node"], mend: "leave it out, or the groups")
    }
    if generatesAnswers {
      problems.report(
        .unsupported("answers written on accelerators of several kinds"), at: places["cluster.groups"],
        mend: "use one kind of accelerator where a stage writes answers")
    }
    if nodes > Self.largestNodeCount {
      problems.report(
        .outOfRange(value: "\(nodes) nodes in all groups", allowed: "1 to \(Self.largestNodeCount)"),
        at: places["cluster.groups"], mend: "use fewer nodes")
    }
    cluster.nodes = min(nodes, Self.largestNodeCount)
    cluster.accelerator = .named(first.accelerator)
  }
}
