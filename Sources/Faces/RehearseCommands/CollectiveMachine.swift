import Collectives
import CollectiveStudies
import CommandLines
import Diagnostics
import Documents
import Fabrics
import Files
import Hardware
import Quantities
import Rehearsal
import Resolution
import Scenarios
import TrafficFiles

/// What a collective runs on: a network from its description, or the cluster of a scenario or of options.
struct CollectiveMachine {
  let name: String
  let fabric: Fabric
  let device: Accelerator?
  /// What happens to the network; nothing to clusters.
  let timeline: NetworkTimeline
  /// The cluster, where it is one.
  let cluster: ClusterShape?

  /// What libraries' models look at.
  var machines: (cluster: ClusterShape, device: Accelerator)? {
    if let cluster, let device { (cluster, device) } else { nil }
  }

  var deviceName: String? { device?.name }

  /// Adding an arrived element reads two values and writes one at memory speed; free on unnamed hosts.
  var reductionSecondsPerByte: Double { device.map(reductionSecondsPerByteOf) ?? 0 }

  init(_ invocation: Invocation) throws {
    let loader = try ScenarioLoader(invocation)
    if invocation.isGiven("events") || invocation.isGiven("reroute-delay"),
      try invocation.text(ifGiven: "fabric").flatMap(networkText) == nil
    {
      throw InputError(reason: "events need a network with named links: give its description with --fabric")
    }
    guard let source = invocation.text(ifGiven: "fabric") else {
      try self.init(try loader.scenarioOfOptions(invocation), named: nil, loader)
      return
    }
    let others = ["accelerator", "nodes", "accelerators-per-node"]
    if let option = others.first(where: { invocation.isGiven($0) }) {
      throw InputError(
        reason: "--fabric already says what the machines are: leave out --\(option), "
          + "or change a scenario's with --set")
    }
    if let text = try networkText(source) {
      if invocation.isGiven("set") {
        throw InputError(reason: "--set changes keys of a scenario; \(source) describes a network")
      }
      let timed = try readTimedNetwork(text, file: source)
      try self.init(
        over: timed.network, during: try networkTimeline(invocation, of: timed), named: source,
        seed: UInt64(invocation.integer("seed")))
    } else {
      try self.init(try loader.scenario(source), named: source, loader)
    }
  }

  private init(
    over graph: NetworkGraph, during timeline: NetworkTimeline, named source: String, seed: UInt64
  ) throws(InputError) {
    let count = timeline.events.count
    name =
      "\(graph.shape.name) (\(source))" + (count == 0 ? "" : count == 1 ? ", 1 event" : ", \(count) events")
    self.timeline = timeline
    do { fabric = try Fabric(over: graph, seed: seed) } catch { throw InputError(reason: "\(error)") }
    device = nil
    cluster = nil
  }

  private init(_ scenario: Scenario, named source: String?, _ loader: ScenarioLoader) throws {
    let (shape, device) = try loader.resolver.machines(of: scenario)
    do { fabric = try Fabric(shape) } catch { throw InputError(reason: "\(error)") }
    let count = "\(shape.nodeCount * shape.devicesPerNode) x \(device.name)"
    let nodes = shape.nodeCount == 1 ? "" : ", \(shape.topology.rawValue)"
    name = count + nodes + (source.map { " (\($0))" } ?? "")
    self.device = device
    timeline = .quiet
    cluster = shape
  }

  /// The first ranks asked for; all of them, or two where only two take part.
  func ranks(_ count: Int?, for kind: CollectiveKind) throws(InputError) -> [DeviceID] {
    let wanted = count ?? (kind == .sendReceive ? min(2, fabric.deviceCount) : fabric.deviceCount)
    if wanted > fabric.deviceCount {
      throw InputError(reason: "--ranks \(wanted): the fabric has \(fabric.deviceCount) devices")
    }
    if kind == .sendReceive, wanted != 2 {
      throw InputError(reason: "\(CollectiveError.rankCountNotTwo(wanted))")
    }
    return Array(fabric.devices.prefix(wanted))
  }
}

/// γ as training has it.
private func reductionSecondsPerByteOf(_ device: Accelerator) -> Double {
  3 / (device.memoryBandwidth.bytesPerSecond * device.calibration.memoryEfficiency)
}

/// The text of a description of a network: an edge list, or a document with its kind at the top, which no
/// scenario has; nil for anything else.
private func networkText(_ path: String) throws(Diagnostics) -> String? {
  guard path.hasSuffix(".csv") || isFile(path) else { return nil }
  let text = try readTextFile(path)
  if path.hasSuffix(".csv") { return text }
  let document = try parseDocument(text, file: path)
  return document["kind"] != nil && document["model"] == nil && document["cluster"] == nil ? text : nil
}

extension ScenarioLoader {
  /// A scenario of the machines alone that the options name.
  fileprivate func scenarioOfOptions(_ invocation: Invocation) throws -> Scenario {
    guard let accelerator = invocation.text(ifGiven: "accelerator") else {
      throw InputError(
        reason: "collective needs --fabric, a network, scenario or preset, or --accelerator, a device by name"
      )
    }
    let (nodes, perNode) = (
      invocation.integer(ifGiven: "nodes") ?? 1, invocation.integer(ifGiven: "accelerators-per-node") ?? 8
    )
    if nodes * perNode > Fabric.largestDeviceCount {
      throw InputError(
        reason:
          "\(nodes) nodes of \(perNode) are more than the \(Fabric.largestDeviceCount) devices of a fabric")
    }
    var overrides = ["cluster.accelerator=\(OutputValue.string(accelerator).json(indented: false))"]
    for (option, key) in [("nodes", "nodes"), ("accelerators-per-node", "accelerators_per_node")] {
      if let count = invocation.integer(ifGiven: option) { overrides.append("cluster.\(key)=\(count)") }
    }
    return try readScenario(
      text: "model: gpt2-small", file: "rehearse", overrides: overrides + self.overrides,
      catalogue: resolver.catalogue)
  }
}

/// The group that is asked about, to hold files against.
struct GroupFacts {
  let kind: CollectiveKind
  let rankCount: Int
  let nodeCount: Int
  /// Nodes of a cluster; hosts of a network may be devices of the same node.
  private let clusterNodes: Int?

  init(_ kind: CollectiveKind, ranks: [DeviceID], on machine: CollectiveMachine) {
    self.kind = kind
    rankCount = ranks.count
    nodeCount = Set(ranks.map { machine.fabric.node(of: $0).index }).count
    clusterNodes = machine.cluster == nil ? nil : nodeCount
  }

  /// Refuses times of another collective or group; what the file does not say passes.
  func check(_ measured: MeasuredCollectives) throws(InputError) {
    if let other = measured.kind, other != kind {
      throw InputError(
        reason: "\(measured.file) holds times of \(other.rawValue), not \(kind.rawValue): "
          + "use --op \(other.rawValue)")
    }
    if let count = measured.rankCount, count != rankCount {
      throw InputError(
        reason: "\(measured.file) holds times of \(count) ranks, not \(rankCount): use --ranks \(count), "
          + "or machines that have as many")
    }
    if let count = measured.nodeCount, let clusterNodes, count != clusterNodes {
      throw InputError(
        reason: "\(measured.file) holds times of \(rankCount) ranks on \(nodes(count)), not "
          + "\(nodes(clusterNodes)): use machines of as many nodes")
    }
  }

  func check(_ calibration: CollectiveCalibration) throws(InputError) {
    do throws(CollectiveError) {
      try calibration.check(kind, rankCount: rankCount, nodeCount: clusterNodes)
    } catch { throw InputError(reason: "\(error)") }
  }

  private func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }
}
