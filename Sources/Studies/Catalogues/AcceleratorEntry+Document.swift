import Documents
import Hardware
import Quantities

extension AcceleratorEntry {
  /// The entry as a file of the catalogue has it; read again it is the same.
  public var document: OutputValue {
    let device = accelerator
    func peaks(_ rates: [DataType: FLOPRate]) -> OutputValue {
      .object(
        DataType.allCases.compactMap { type in
          rates[type].map { .init(type.rawValue, .string("\($0.perSecond) FLOP/s")) }
        })
    }
    func rate(_ bandwidth: Bandwidth) -> OutputValue { .string("\(bandwidth.bytesPerSecond) B/s") }
    var fields: [OutputValue.Field] = [.init("name", .string(device.name))]
    if !aliases.isEmpty { fields.append(.init("aliases", .list(aliases.map { .string($0) }))) }
    if !device.vendor.isEmpty { fields.append(.init("vendor", .string(device.vendor))) }
    fields.append(.init("kind", .string(device.kind.rawValue)))
    fields.append(.init("dense_peak", peaks(device.densePeak)))
    if !device.sparsePeak.isEmpty { fields.append(.init("sparse_peak", peaks(device.sparsePeak))) }
    fields += [
      .init("memory", .string("\(device.memory.bytes) B")),
      .init("memory_bandwidth", rate(device.memoryBandwidth)),
      .init("multiprocessors", .count(device.multiprocessorCount)),
    ]
    var scaleUp: [OutputValue.Field] = []
    if let bandwidth = device.scaleUpBandwidth { scaleUp.append(.init("bandwidth", rate(bandwidth))) }
    if !device.scaleUpLink.isEmpty { scaleUp.append(.init("link", .string(device.scaleUpLink))) }
    if !scaleUp.isEmpty { fields.append(.init("scale_up", .object(scaleUp))) }
    if let bandwidth = device.scaleOutBandwidth {
      fields.append(.init("scale_out_bandwidth", rate(bandwidth)))
    }
    fields.append(.init("host_link", rate(device.hostLink)))
    if let watts = device.powerWatts { fields.append(.init("power", .string("\(watts) W"))) }
    if let year = device.releaseYear { fields.append(.init("release_year", .count(year))) }
    if let price = purchasePriceUSD { fields.append(.init("purchase_usd", .real(price))) }
    if let price = cloudPriceUSDPerHour { fields.append(.init("cloud_usd_per_hour", .real(price))) }
    if device.takesAnyLayoutInFP8 { fields.append(.init("fp8_layouts", "any")) }
    fields.append(.init("calibration", calibrationDocument))
    fields.append(.init("source", .string(source)))
    if let note { fields.append(.init("note", .string(note))) }
    return .object(fields)
  }

  private var calibrationDocument: OutputValue {
    let constants = accelerator.calibration
    let shares = DataType.allCases.compactMap { type in
      constants.matrixEfficiency[type].map { OutputValue.Field(type.rawValue, .real($0)) }
    }
    var fields: [OutputValue.Field] = []
    if !shares.isEmpty { fields.append(.init("matrix_efficiency", .object(shares))) }
    fields += [
      .init("default_matrix_efficiency", .real(constants.defaultMatrixEfficiency)),
      .init("convolution_factor", .real(constants.convolutionFactor)),
      .init("attention_factor", .real(constants.attentionFactor)),
      .init("memory_efficiency", .real(constants.memoryEfficiency)),
      .init("kernel_overhead_microseconds", .real(constants.kernelOverhead.seconds * 1e6)),
    ]
    if let nccl = constants.nccl { fields.append(.init("nccl", nccl.document)) }
    return .object(fields + [.init("source", .string(calibrationSource))])
  }
}
