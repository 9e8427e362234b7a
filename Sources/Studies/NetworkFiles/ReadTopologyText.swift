import Diagnostics
import Fabrics
import Quantities

/// The first line of a topology text: how many parts there are.
///
///     nodes gpus_per_server nvswitches switches links gpu_type     SimAI
///     nodes switches links                                         ns-3, as ASTRA-sim runs it
struct TopologyTextHeader {
  var nodeCount = 0
  var hostsPerServer: Int?
  var nodeSwitchCount = 0
  var switchCount = 0
  var linkCount = 0

  /// Whether a line is such a header.
  static func recognises(_ fields: [DelimitedText.Field]) -> Bool {
    let numbers = fields.prefix { !$0.text.isEmpty && $0.text.allSatisfy(\.isNumber) }.count
    return fields.count == 6 && numbers == 5 || fields.count == 3 && numbers == 3
  }

  init(_ fields: [DelimitedText.Field], _ findings: inout Diagnostics) {
    let limit = Double(NetworkGraph.largestCount)
    var numbers: [Int] = []
    for field in fields.prefix(5) {
      numbers.append(Int(field.number(0...limit, "0 to \(NetworkGraph.largestCount)", &findings) ?? 0))
    }
    nodeCount = numbers[0]
    if fields.count == 3 {
      (switchCount, linkCount) = (numbers[1], numbers[2])
    } else {
      hostsPerServer = numbers[1]
      (nodeSwitchCount, switchCount, linkCount) = (numbers[2], numbers[3], numbers[4])
    }
    guard findings.isEmpty else { return }
    if nodeSwitchCount + switchCount >= nodeCount {
      findings.report(
        .conflict("\(nodeCount) nodes with \(nodeSwitchCount + switchCount) switches leave no host"),
        at: fields[0].location)
    }
  }
}

/// Reads the topology text of SimAI, and that of ns-3 as ASTRA-sim runs it.
///
///     34 8 2 16 96 H20
///     16 17 18 … 33
///     0 16 900Gbps 0.000025ms 0
///     0 18 200Gbps 0.001ms 0
///
/// The first line counts nodes, GPUs of a server, NVSwitches, other switches and links; the second numbers the
/// NVSwitches, then the other switches; every further line is a cable with its rate, one way, its delay and its
/// error rate. GPUs are the hosts; of consecutive ones, as many as the first line says are a server.
///
/// - Throws: all that is wrong, with line and column.
/// - Source: aliyun/SimAI, `gen_Topo_Template.py`; rates and delays as ns-3's `DataRate` and `Time` read them.
func readTopologyText(_ lines: [[DelimitedText.Field]]) throws(Diagnostics) -> NetworkDescription {
  var findings = Diagnostics()
  let header = TopologyTextHeader(lines[0], &findings)
  try findings.throwIfAny()
  var reader = TopologyTextReader(header, findings)
  return try reader.network(lines)
}

private struct TopologyTextReader {
  let header: TopologyTextHeader
  var findings: Diagnostics
  var network: NetworkDescription
  var places: [NetworkDescription.Place?]

  init(_ header: TopologyTextHeader, _ findings: Diagnostics) {
    self.header = header
    self.findings = findings
    network = NetworkDescription(header.hostsPerServer == nil ? "ns-3 topology" : "SimAI topology")
    places = Array(repeating: nil, count: header.nodeCount)
  }

  mutating func network(_ lines: [[DelimitedText.Field]]) throws(Diagnostics) -> NetworkDescription {
    let switches = header.nodeSwitchCount + header.switchCount
    let links = lines.dropFirst(switches > 0 ? 2 : 1)
    if links.count < header.nodeCount - 1 {
      // Before anything is put down, so that a wrong count costs nothing.
      findings.report(
        .conflict("\(links.count) links do not join \(header.nodeCount) nodes"), at: lines[0][0].location)
      throw findings
    }
    if switches > 0 { readSwitches(lines.count > 1 ? lines[1] : [], switches, after: lines[0][0]) }
    try findings.throwIfAny()
    for node in places.indices where places[node] == nil {
      places[node] = network.addHost(header.hostsPerServer == nil ? "node \(node)" : "GPU \(node)")
    }
    groupHosts(lines[0])
    for fields in links { readLink(fields) }
    if links.count != header.linkCount {
      findings.report(
        .conflict("the first line counts \(header.linkCount) links, the file has \(links.count)"),
        at: (lines[0].count == 3 ? lines[0][2] : lines[0][4]).location)
    }
    try findings.throwIfAny()
    return network
  }

  private mutating func readSwitches(
    _ fields: [DelimitedText.Field], _ count: Int, after first: DelimitedText.Field
  ) {
    if fields.count != count {
      findings.report(
        .conflict("the first line counts \(count) switches, \(fields.count) are numbered"),
        at: (fields.first ?? first).location)
    }
    for (index, field) in fields.prefix(count).enumerated() {
      guard let node = node(field) else { continue }
      if places[node] != nil {
        findings.report(.conflict("switch \(node) is numbered twice"), at: field.location)
        continue
      }
      places[node] =
        index < header.nodeSwitchCount
        ? network.addSwitch("NVSwitch \(node)", .nodeSwitch)
        : network.addSwitch("switch \(node)", .networkSwitch)
    }
  }

  private mutating func groupHosts(_ header: [DelimitedText.Field]) {
    guard let size = self.header.hostsPerServer else { return }
    let count = network.hosts.count
    if size < 1 || count % size != 0 {
      findings.report(
        .conflict("servers of \(size) GPUs do not make \(count) GPUs"), at: header[1].location)
    } else {
      network.nodeSizes = Array(repeating: size, count: count / size)
    }
  }

  private mutating func readLink(_ fields: [DelimitedText.Field]) {
    guard fields.count == 5 else {
      findings.report(
        .malformed(reason: "a link has 5 fields, not \(fields.count)"), at: fields[0].location,
        mend: "write source, target, rate, delay and error rate, such as 0 16 900Gbps 0.000025ms 0")
      return
    }
    let from = node(fields[0])
    let to = node(fields[1])
    let rate = fields[2].networkSimulatorValue(dataRateUnits, "900Gbps", 1...1e18, &findings)
    let delay = fields[3].networkSimulatorValue(timeUnits, "0.001ms", 0...3600, &findings)
    if let errors = fields[4].number(0...1, "0 to 1", &findings), errors > 0 {
      findings.report(
        .unsupported("links that lose packets are not simulated"), at: fields[4].location,
        mend: "set the error rate to 0")
    }
    guard let from, let to, let rate, let delay, let a = places[from], let b = places[to] else { return }
    if from == to {
      findings.report(.conflict("a link joins \(from) to itself"), at: fields[1].location)
      return
    }
    network.join(
      a, b,
      NetworkWire(bandwidth: Bandwidth(bytesPerSecond: rate / 8), latency: SimDuration(seconds: delay)))
  }

  private mutating func node(_ field: DelimitedText.Field) -> Int? {
    guard let node = Int(field.text) else {
      findings.report(.notANumber(field.text), at: field.location)
      return nil
    }
    if places.indices.contains(node) { return node }
    findings.report(
      .outOfRange(value: field.text, allowed: "nodes are 0 to \(places.count - 1)"), at: field.location)
    return nil
  }
}
