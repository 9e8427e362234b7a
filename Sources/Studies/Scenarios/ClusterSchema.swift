import MemoryModels
import Fabrics
import Collectives
import Diagnostics
import Documents
import Hardware
import Quantities

let clusterFields: [SchemaField<Scenario>] =
  [
    .init(
      "cluster.accelerator", \.cluster.accelerator, .accelerator, example: "H100-SXM-80GB",
      "The device: a catalogue name, or a mapping of its figures."),
    .init(
      "cluster.node", \.cluster.node, ValueForm<DeclaredName>.name.orWord("none"), example: "DGX-H100",
      "A catalogue node, for the links and memory that are not declared here."),
    .init("cluster.nodes", \.cluster.nodes, .integer(1...1_000_000), example: "8", "Nodes."),
    .init(
      "cluster.groups", \.cluster.groups,
      ValueForm<NodeGroup>.object(groupFields, NodeGroup()).list(
        type: "list of node groups", count: 0...1000),
      example: "[{accelerator: H100-SXM-80GB, nodes: 2}, {accelerator: A100-SXM-80GB, nodes: 6}]",
      "Nodes of several kinds in the order of their ranks, in place of `accelerator` and `nodes`. Links that are not "
        + "declared are those of the kind with the slowest."),
    .init(
      "cluster.accelerators_per_node", \.cluster.acceleratorsPerNode, .automaticInteger(1...4096),
      example: "8",
      "Devices of one node; `auto`: as `cluster.node` has it, else 8."),
    .init(
      "cluster.fabric.kind", \.cluster.fabric.kind, .spelledChoice("fabric") { FabricKind(spelling: $0) },
      example: "torus_2d",
      "How the nodes are joined. The first seven give a node ONE port that its devices share; the others give it an "
        + "adapter for each device, and those take the network's places in order."),
    .init(
      "cluster.fabric.nic", \.cluster.fabric.nic, ValueForm<Bandwidth>.bandwidth.orAutomatic,
      example: "400 Gb/s",
      "Bandwidth of ONE node into the network, one direction, shared by its devices; of kinds with adapters, of "
        + "ONE adapter; `auto`: the catalogue's."),
    .init(
      "cluster.fabric.nic_latency", \.cluster.fabric.nicLatency, ValueForm<SimDuration>.duration.orAutomatic,
      example: "2 us",
      "Time from one node to the next without switches, in a torus, mesh or hypercube of each hop between routers; "
        + "`auto`: the catalogue's."),
    .init(
      "cluster.fabric.switch_latency", \.cluster.fabric.switchLatency,
      ValueForm<SimDuration>.duration.orAutomatic,
      example: "300 ns", "Time that every switch or forwarding node on the way adds; `auto`: the catalogue's."
    ),
    .init(
      "cluster.fabric.intra_node.bandwidth", \.cluster.fabric.intraNode.bandwidth,
      ValueForm<Bandwidth>.bandwidth.orAutomatic, example: "300 GB/s",
      "Bandwidth of one device to the others of its node, one direction; `auto`: the device's."),
    .init(
      "cluster.fabric.intra_node.latency", \.cluster.fabric.intraNode.latency,
      ValueForm<SimDuration>.duration.orAutomatic, example: "1 us",
      "Time from one device to another of its node; `auto`: the catalogue's."),
    .init(
      "cluster.fabric.rows", \.cluster.fabric.rows, .automaticInteger(1...1_000_000), example: "4",
      "Rows of a `torus_2d` or `mesh_2d`; `auto`: as near to a square as the node count allows."),
    .init(
      "cluster.fabric.columns", \.cluster.fabric.columns, .automaticInteger(1...1_000_000), example: "8",
      "Columns of a `torus_2d` or `mesh_2d`; `auto`: nodes / rows."),
    .init(
      "cluster.fabric.links", \.cluster.fabric.links,
      ValueForm<LinkDeclaration>.object(linkFields, LinkDeclaration()).list(
        type: "list of links", count: 0...1_000_000),
      example: "[{from: 0, to: 1, bandwidth: 100 Gb/s}]", "The links of a `custom` fabric."),
  ] + networkFields + [
    collective(
      "all_reduce", \.cluster.collectives.allReduce, of: [.auto] + CollectiveKind.allReduce.algorithms,
      "of gradients"),
    collective(
      "reduce_scatter", \.cluster.collectives.reduceScatter,
      of: [.auto] + CollectiveKind.reduceScatter.algorithms),
    collective(
      "all_gather", \.cluster.collectives.allGather, of: [.auto] + CollectiveKind.allGather.algorithms),
    collective(
      "broadcast", \.cluster.collectives.broadcast, of: [.auto] + CollectiveKind.broadcast.algorithms),
    collective("reduce", \.cluster.collectives.reduce, of: [.auto] + CollectiveKind.reduce.algorithms),
    collective("gather", \.cluster.collectives.gather, of: [.auto] + CollectiveKind.gather.algorithms),
    collective("scatter", \.cluster.collectives.scatter, of: [.auto] + CollectiveKind.scatter.algorithms),
    collective(
      "all_to_all", \.cluster.collectives.allToAll, of: [.auto] + CollectiveKind.allToAll.algorithms),
    .init(
      "cluster.collectives.tuner", \.cluster.collectives.tuner, .choice("tuner", of: TunerName.choosing),
      example: "nccl",
      "Who chooses the algorithm where `all_reduce` is `auto`: a library by its own model or rules, the `least` closed "
        + "form, or `auto`, the library of the devices' vendor where it suits the group. NCCL and RCCL say the time too."
    ),
    .init(
      "cluster.collectives.calibration", \.cluster.collectives.calibration,
      ValueForm<DeclaredName>.name.orWord("none"), example: "calibration.yaml",
      "A file of `rehearse collective --save`: its measured times are those of the all-reduce of gradients."),
    .init(
      "cluster.host_memory", \.cluster.hostMemory, ValueForm<ByteCount>.bytes.orAutomatic, example: "1 TiB",
      "Memory of one node's host; `auto`: the catalogue's."),
    .init(
      "cluster.disk.capacity", \.cluster.disk.capacity, ValueForm<ByteCount>.bytes.orAutomatic,
      example: "4 TB",
      "Local disk of one node; `auto`: the catalogue's."),
    .init(
      "cluster.disk.bandwidth", \.cluster.disk.bandwidth, ValueForm<Bandwidth>.bandwidth.orAutomatic,
      example: "5 GB/s", "Bandwidth between disk and host, one direction; `auto`: the catalogue's."),
    .init(
      "cluster.host_link", \.cluster.hostLink, ValueForm<Bandwidth>.bandwidth.orAutomatic, example: "16 GB/s",
      "Bandwidth between host and device, one direction; `auto`: the accelerator's."),
  ]

private func collective(
  _ name: String, _ property: any WritableKeyPath<Scenario, CollectiveAlgorithm> & Sendable,
  of algorithms: [CollectiveAlgorithm], _ what: String = ""
) -> SchemaField<Scenario> {
  let words = name.split(separator: "_").joined(separator: "-")
  return .init(
    "cluster.collectives.\(name)", property, .choice("\(words) algorithm", of: algorithms),
    example: algorithms[1].rawValue,
    "Algorithm of every \(words)\(what.isEmpty ? "" : " \(what)"); `auto`: the fastest for its size.")
}

private let groupFields: [SchemaField<NodeGroup>] = [
  .init(
    "accelerator", \.accelerator, ValueForm<DeclaredName>.name, example: "H100-SXM-80GB", required: true,
    "The device of these nodes: a catalogue name."),
  .init("nodes", \.nodes, .integer(1...1_000_000), example: "2", "Nodes of this kind."),
]

private let linkFields: [SchemaField<LinkDeclaration>] = [
  .init("from", \.from, .integer(0...10_000_000), example: "0", required: true, endMeaning),
  .init("to", \.to, .integer(0...10_000_000), example: "1", required: true, endMeaning),
  .init(
    "bandwidth", \.bandwidth, .bandwidth, example: "100 Gb/s", required: true, "Bandwidth of one direction."),
  .init("latency", \.latency, .duration, example: "1 us", "Time of the first byte from end to end."),
  .init("one_way", \.oneWay, .boolean, example: "true", "Whether bytes go from `from` to `to` alone."),
]

private let endMeaning = "One end: a node below the node count, a switch from there on."

private let acceleratorFields: [SchemaField<InlineAccelerator>] = [
  .init("name", \.name, .text, example: "my-device", "Name in reports."),
  .init(
    "base", \.base, ValueForm<DeclaredName>.name.orWord("none"), example: "H100-SXM-80GB",
    "A catalogue device that has what is not given here."),
  .init("kind", \.kind, .deviceKind, example: "tpu", "What kind of device it is."),
  .init(
    "tensor_peak", \.tensorPeak, ValueForm<FLOPRate>.rate.orAutomatic, example: "989 TFLOP/s",
    "Dense 16-bit peak to which the peaks of `base` are scaled, all by one factor."),
  .init(
    "peak", \.peak, .peaks, example: "{bf16: 312 TFLOP/s, fp32: 19.5 TFLOP/s}",
    "Dense peak by number format; with `base`, of the formats that differ."),
  .init(
    "memory", \.memory, ValueForm<ByteCount>.bytes.orAutomatic, example: "80 GiB",
    "Device memory; `auto`: as `base` has it."),
  .init(
    "memory_bandwidth", \.memoryBandwidth, ValueForm<Bandwidth>.bandwidth.orAutomatic, example: "2 TB/s",
    "Bandwidth of the device memory; `auto`: as `base` has it."),
  .init(
    "multiprocessors", \.multiprocessors, ValueForm<Int>.integer(1...1_000_000).orAutomatic, example: "108",
    "Units over which tiles are spread; `auto`: as `base` has it, else 1."),
  .init(
    "link", \.link, ValueForm<Bandwidth>.bandwidth.orAutomatic, example: "300 GB/s",
    "Bandwidth to the other devices of its node, one direction; `auto`: as `base` has it, else none."),
  .init(
    "power", \.power, ValueForm<Double>.power.orAutomatic, example: "400 W",
    "Power at full load; `auto`: as `base` has it, else unknown."),
]

private let inlineForm = ValueForm<InlineAccelerator>.object(acceleratorFields, InlineAccelerator())

extension ValueForm where Value == AcceleratorDeclaration {
  static var accelerator: ValueForm {
    ValueForm(type: "name or mapping", nested: inlineForm.nested) { node, context in
      if case .mapping = node.content {
        return inlineForm.read(node, &context).flatMap { checked($0, at: node, &context) }
      }
      return ValueForm<DeclaredName>.name.read(node, &context).map { .named($0) }
    } write: { accelerator in
      switch accelerator {
      case .named(let name): .string(name.text)
      case .inline(let device): inlineForm.write(device)
      }
    }
  }
}

/// Without a base, a device needs the figures that time and memory are computed from.
private func checked(
  _ device: InlineAccelerator, at node: DocumentNode, _ context: inout ReadingContext
) -> AcceleratorDeclaration? {
  if device.base != nil { return .inline(device) }
  let missing = [
    ("peak", device.peak.isEmpty), ("memory", device.memory == nil),
    ("memory_bandwidth", device.memoryBandwidth == nil),
  ].filter(\.1).map(\.0)
  for key in missing {
    context.problems.report(
      .missingKey(key), at: node.location, mend: "give it, or name a catalogue device as 'base'")
  }
  if device.tensorPeak != nil {
    context.problems.report(
      .conflict("'tensor_peak' scales the peaks of a base, and there is none"), at: node.location,
      mend: "give 'peak', or name a catalogue device as 'base'")
    return nil
  }
  return missing.isEmpty ? .inline(device) : nil
}

extension ValueForm where Value == DeviceKind {
  fileprivate static var deviceKind: ValueForm {
    let words = DeviceKind.allCases.map(\.rawValue).joined(separator: ", ")
    return ValueForm(type: "word", allowed: words) { node, context in
      if case .string(let word) = node.content, let kind = DeviceKind(rawValue: word) { return kind }
      context.wrongType(node, expected: "one of \(words)")
      return nil
    } write: {
      .string($0.rawValue)
    }
  }
}

extension ValueForm where Value == [PeakRate] {
  fileprivate static var peaks: ValueForm {
    let formats = DataType.allCases.map(\.rawValue)
    return ValueForm(type: "mapping of rates", allowed: formats.joined(separator: ", ")) { node, context in
      guard let entries = node.entries else {
        context.wrongType(node, expected: "a mapping of rates", mend: "write it like {bf16: 312 TFLOP/s}")
        return nil
      }
      var rates: [DataType: FLOPRate] = [:]
      for entry in entries {
        guard let dataType = DataType(rawValue: entry.key) else {
          let near = nearestName(to: entry.key, in: formats).map { "did you mean '\($0)'?" }
          context.problems.report(
            .unknownName(kind: "number format", name: entry.key), at: entry.keyLocation,
            mend: near ?? "use \(alternatives(formats))")
          continue
        }
        rates[dataType] = ValueForm<FLOPRate>.rate.read(entry.value, &context)
      }
      guard rates.count == entries.count else { return nil }
      return DataType.allCases.compactMap { type in rates[type].map { PeakRate(dataType: type, rate: $0) } }
    } write: { peaks in
      .object(peaks.map { .init($0.dataType.rawValue, ValueForm<FLOPRate>.rate.write($0.rate)) })
    }
  }
}
