import Catalogues
import CommandLines
import Documents
import Scenarios
import Terminal

func performList(_ invocation: Invocation) throws -> ExitStatus {
  let catalogue = try loadCatalogue(invocation)
  let listing: Listing
  switch invocation.text("kind") {
  case "accelerators": listing = .accelerators(catalogue)
  case "models": listing = .models(catalogue)
  case "nodes": listing = .nodes(catalogue)
  case "links": listing = .links(catalogue)
  case "presets": listing = .presets
  default: listing = .keys
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(listing.document.json())
  case .csv: try printed(commaSeparatedText(columns: listing.keys, rows: listing.values))
  case .text: try printed(listing.table.text(on: TextStream.standardOutput.screen))
  }
  return .done
}

/// Rows of something that can be listed, for a table and for documents.
private struct Listing {
  var keys: [String]
  var values: [[OutputValue]]
  var table: TextTable

  var document: OutputValue {
    .list(values.map { row in .object(zip(keys, row).map { .init($0, $1) }) })
  }

  static func accelerators(_ catalogue: Catalogue) -> Listing {
    var table = TextTable([
      "Name", .number("fp32 TFLOP/s"), .number("16-bit"), .number("Memory"), .number("Bandwidth"),
    ])
    var values: [[OutputValue]] = []
    for entry in catalogue.accelerators {
      let device = entry.accelerator
      func peak(_ rate: Double?) -> String { rate.map { Readable.number($0 / 1e12) } ?? "" }
      let half = device.densePeak[.bf16] ?? device.densePeak[.fp16]
      table.add([
        device.name, peak(device.densePeak[.fp32]?.perSecond), peak(half?.perSecond),
        Readable.bytes(Double(device.memory.bytes)),
        Readable.metric(device.memoryBandwidth.bytesPerSecond, unit: "B/s"),
      ])
      values.append([
        .string(device.name), .string(device.vendor), .string(device.kind.rawValue),
        device.densePeak[.fp32].map { .real($0.perSecond) } ?? .null,
        half.map { .real($0.perSecond) } ?? .null, .integer(device.memory.bytes),
        .real(device.memoryBandwidth.bytesPerSecond),
      ])
    }
    return Listing(
      keys: [
        "name", "vendor", "kind", "fp32_flops_per_second", "half_flops_per_second", "memory_bytes",
        "memory_bandwidth_bytes_per_second",
      ], values: values, table: table)
  }

  static func models(_ catalogue: Catalogue) -> Listing {
    var table = TextTable(["Name", "Family", .number("Parameters"), .number("Sequence")])
    var values: [[OutputValue]] = []
    for entry in catalogue.models {
      let count = entry.architecture.parameterCount
      table.add([
        entry.name, entry.family, Readable.count(Int(count)),
        entry.sequenceLength > 1 ? Readable.count(entry.sequenceLength) : "",
      ])
      values.append([
        .string(entry.name), .string(entry.family), .integer(count), .count(entry.sequenceLength),
      ])
    }
    return Listing(keys: ["name", "family", "parameters", "sequence_length"], values: values, table: table)
  }

  static func nodes(_ catalogue: Catalogue) -> Listing {
    var table = TextTable(["Name", "Accelerators", .number("Network"), "Joined by"])
    var values: [[OutputValue]] = []
    for entry in catalogue.nodes {
      let rate = entry.networkPortBandwidth.map { $0.bytesPerSecond * Double(entry.networkPorts) }
      table.add([
        entry.name, "\(entry.acceleratorsPerNode) × \(entry.accelerator)",
        rate.map { Readable.metric($0, unit: "B/s") } ?? "", entry.scaleUpTopology,
      ])
      values.append([
        .string(entry.name), .string(entry.accelerator), .count(entry.acceleratorsPerNode),
        rate.map { .real($0) } ?? .null,
      ])
    }
    return Listing(
      keys: ["name", "accelerator", "accelerators_per_node", "network_bytes_per_second"], values: values,
      table: table)
  }

  static func links(_ catalogue: Catalogue) -> Listing {
    var table = TextTable(["Name", .number("Bandwidth"), .number("Latency"), .number("Efficiency")])
    var values: [[OutputValue]] = []
    for entry in catalogue.links {
      let link = entry.link
      table.add([
        link.name, Readable.metric(link.bandwidth.bytesPerSecond, unit: "B/s"),
        Readable.seconds(link.latency.seconds), Readable.percent(link.efficiency),
      ])
      values.append([
        .string(link.name), .real(link.bandwidth.bytesPerSecond), .real(link.latency.seconds),
        .real(link.efficiency),
      ])
    }
    return Listing(
      keys: ["name", "bandwidth_bytes_per_second", "latency_seconds", "efficiency"], values: values,
      table: table)
  }

  static var presets: Listing {
    var table = TextTable(["Name", "Scenario"])
    var values: [[OutputValue]] = []
    for preset in scenarioPresets {
      let description = (try? readScenario(text: preset.text, file: preset.name))?.description ?? ""
      table.add([preset.name, description])
      values.append([.string(preset.name), .string(description)])
    }
    return Listing(keys: ["name", "description"], values: values, table: table)
  }

  static var keys: Listing {
    var table = TextTable(["Key", "Default", "Meaning"])
    var values: [[OutputValue]] = []
    for key in Scenario.schema {
      table.add([key.path, key.defaultText, key.meaning])
      values.append([.string(key.path), .string(key.defaultText), .string(key.meaning)])
    }
    return Listing(keys: ["key", "default", "meaning"], values: values, table: table)
  }
}
