import Diagnostics
import Documents
import Hardware
import Quantities

/// An accelerator of the catalogue with its names, prices and sources.
public struct AcceleratorEntry: Sendable, Equatable {
  public var accelerator: Accelerator
  public var aliases: [String]
  public var purchasePriceUSD: Double?
  public var cloudPriceUSDPerHour: Double?
  public var source: String
  public var note: String?
  /// What the calibration constants were fitted on, or `default`.
  public var calibrationSource: String

  public var name: String { accelerator.name }
}

extension AcceleratorEntry: CatalogueEntry {
  static let kindName = "accelerator"
  static let folder = "accelerators"

  /// Reads one file under `accelerators/`.
  init?(_ node: DocumentNode, _ findings: Findings) {
    var fields = FieldReader(node, findings)
    for key in ["name", "memory", "memory_bandwidth", "source"] where fields.lacks(key) {
      fields.missing(key)
    }
    if fields.lacks("dense_peak") { fields.missing("dense_peak") }
    let name = fields.text("name")
    let aliases = fields.texts("aliases")
    let vendor = fields.text("vendor") ?? ""
    let kind = fields.choice("kind", DeviceKind.self) ?? .gpu
    let dense = fields.peaks("dense_peak")
    let sparse = fields.peaks("sparse_peak")
    let memory = fields.quantity("memory", .bytes)
    let memoryBandwidth = fields.quantity("memory_bandwidth", .bandwidth)
    let multiprocessors = fields.integer("multiprocessors", 1...10_000_000) ?? 1
    var scaleUp = fields.child("scale_up")
    let scaleUpBandwidth = scaleUp?.quantity("bandwidth", .bandwidth)
    let scaleUpLink = scaleUp?.text("link") ?? ""
    scaleUp?.finish()
    let scaleOut = fields.quantity("scale_out_bandwidth", .bandwidth)
    let hostLink = fields.quantity("host_link", .bandwidth)
    let power = fields.quantity("power", .power)
    let year = fields.integer("release_year", 1990...2100)
    let purchase = fields.number("purchase_usd", 0...1e9)
    let hourly = fields.number("cloud_usd_per_hour", 0...1e6)
    let layouts = fields.choice("fp8_layouts", NarrowLayouts.self) ?? .summed
    let calibration = fields.calibration()
    let source = fields.text("source")
    let note = fields.text("note")
    fields.finish()
    guard let name, let memory, let memoryBandwidth, let source else { return nil }
    self.init(
      accelerator: Accelerator(
        name: name, vendor: vendor, kind: kind, densePeak: dense, sparsePeak: sparse,
        memory: ByteCount(rounding: memory), memoryBandwidth: Bandwidth(bytesPerSecond: memoryBandwidth),
        multiprocessorCount: multiprocessors,
        scaleUpBandwidth: scaleUpBandwidth.map { Bandwidth(bytesPerSecond: $0) }, scaleUpLink: scaleUpLink,
        scaleOutBandwidth: scaleOut.map { Bandwidth(bytesPerSecond: $0) },
        hostLink: hostLink.map { Bandwidth(bytesPerSecond: $0) } ?? .gigabytesPerSecond(16),
        powerWatts: power, releaseYear: year, takesAnyLayoutInFP8: layouts == .any,
        calibration: calibration.constants),
      aliases: aliases, purchasePriceUSD: purchase, cloudPriceUSDPerHour: hourly, source: source, note: note,
      calibrationSource: calibration.source)
  }
}

/// How operands of 8-bit products with one scale a tensor may lie: along the summed dimension, or in any way.
private enum NarrowLayouts: String, CaseIterable, Sendable {
  case summed, any
}

extension FieldReader {
  /// Peak rates by data type, e.g. `{fp16: 312 TFLOP/s}`.
  mutating func peaks(_ key: String) -> [DataType: FLOPRate] {
    guard let node = value(key) else { return [:] }
    return dataTypeEntries(node).reduce(into: [:]) { rates, entry in
      if let rate = FieldReader.quantity(of: entry.value, .floatingPointRate, findings) {
        rates[entry.type] = FLOPRate(perSecond: rate)
      }
    }
  }

  /// The entries of a mapping keyed by data types.
  func dataTypeEntries(_ node: DocumentNode) -> [(type: DataType, value: DocumentNode)] {
    guard let entries = node.entries else {
      report(.wrongType(expected: "a mapping of data types", found: node.kindName), node)
      return []
    }
    return entries.compactMap { entry in
      if let type = DataType(rawValue: entry.key) { return (type, entry.value) }
      let names = DataType.allCases.map(\.rawValue)
      findings.diagnostics.report(
        .unknownName(kind: "data type", name: entry.key), at: entry.keyLocation,
        mend: "use one of \(names.joined(separator: ", "))")
      return nil
    }
  }

  /// The `calibration:` mapping; absent constants keep their defaults.
  mutating func calibration() -> (constants: DeviceCalibration, source: String) {
    var constants = DeviceCalibration()
    guard var part = child("calibration") else { return (constants, "default") }
    if let node = part.value("matrix_efficiency") {
      for (type, value) in part.dataTypeEntries(node) {
        if let share = FieldReader.number(of: value, 0.001...1, findings) {
          constants.matrixEfficiency[type] = share
        }
      }
    }
    if let share = part.number("default_matrix_efficiency", 0.001...1) {
      constants.defaultMatrixEfficiency = share
    }
    if let factor = part.number("convolution_factor", 0.001...2) { constants.convolutionFactor = factor }
    if let factor = part.number("attention_factor", 0.001...2) { constants.attentionFactor = factor }
    if let share = part.number("memory_efficiency", 0.001...1) { constants.memoryEfficiency = share }
    if let overhead = part.number("kernel_overhead_microseconds", 0...1e6) {
      constants.kernelOverhead = .microseconds(overhead)
    }
    if let nccl = part.child("nccl") { constants.nccl = NCCLCalibration(nccl) }
    let source = part.text("source") ?? "default"
    part.finish()
    return (constants, source)
  }
}
