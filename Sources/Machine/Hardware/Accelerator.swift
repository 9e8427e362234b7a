import Quantities

/// What kind of device an accelerator is; it decides defaults such as the launch overhead.
public enum DeviceKind: String, Sendable, CaseIterable {
  case gpu, tpu, cpu, asic, accelerator, custom
}

/// One computing device as the vendor describes it, with the constants that calibrate its model.
public struct Accelerator: Sendable, Equatable {
  /// Canonical catalogue name, e.g. `H100-SXM-80GB`.
  public var name: String
  public var vendor: String
  public var kind: DeviceKind
  /// Dense peak rate by data type; absent where the device has no such path.
  public var densePeak: [DataType: FLOPRate]
  /// Peak with structured sparsity, where the vendor states one. Never used for time.
  public var sparsePeak: [DataType: FLOPRate]
  public var memory: ByteCount
  public var memoryBandwidth: Bandwidth
  /// Streaming multiprocessors, tensor cores or CPU cores over which tiles are spread.
  public var multiprocessorCount: Int
  /// Bandwidth to the other devices of its node, per direction; `nil` where only PCIe joins them.
  public var scaleUpBandwidth: Bandwidth?
  public var scaleUpLink: String
  /// A typical network share per device, per direction.
  public var scaleOutBandwidth: Bandwidth?
  public var hostLink: Bandwidth
  public var powerWatts: Double?
  public var releaseYear: Int?
  /// Whether 8-bit products with one scale a tensor take their operands in any layout; otherwise both must lie along
  /// the summed dimension, so that a tensor of two products exists twice.
  public var takesAnyLayoutInFP8: Bool
  public var calibration: DeviceCalibration

  public init(
    name: String, vendor: String = "", kind: DeviceKind = .gpu, densePeak: [DataType: FLOPRate],
    sparsePeak: [DataType: FLOPRate] = [:], memory: ByteCount, memoryBandwidth: Bandwidth,
    multiprocessorCount: Int = 1, scaleUpBandwidth: Bandwidth? = nil, scaleUpLink: String = "",
    scaleOutBandwidth: Bandwidth? = nil, hostLink: Bandwidth = .gigabytesPerSecond(16),
    powerWatts: Double? = nil, releaseYear: Int? = nil, takesAnyLayoutInFP8: Bool = false,
    calibration: DeviceCalibration = DeviceCalibration()
  ) {
    self.name = name
    self.vendor = vendor
    self.kind = kind
    self.densePeak = densePeak
    self.sparsePeak = sparsePeak
    self.memory = memory
    self.memoryBandwidth = memoryBandwidth
    self.multiprocessorCount = multiprocessorCount
    self.scaleUpBandwidth = scaleUpBandwidth
    self.scaleUpLink = scaleUpLink
    self.scaleOutBandwidth = scaleOutBandwidth
    self.hostLink = hostLink
    self.powerWatts = powerWatts
    self.releaseYear = releaseYear
    self.takesAnyLayoutInFP8 = takesAnyLayoutInFP8
    self.calibration = calibration
  }
}

/// Constants fitted per device, with what they were fitted on beside them in the catalogue.
public struct DeviceCalibration: Sendable, Equatable {
  /// Share of the dense peak that a large matrix product reaches, by data type.
  public var matrixEfficiency: [DataType: Double]
  /// Share used for data types without their own entry.
  public var defaultMatrixEfficiency: Double
  /// Rate of a convolution relative to a matrix product of the same shape.
  public var convolutionFactor: Double
  /// Rate of fused attention on long rows relative to a large matrix product.
  public var attentionFactor: Double
  /// Share of the memory bandwidth that streaming kernels reach.
  public var memoryEfficiency: Double
  /// Time to start one kernel on the device when launches do not overlap.
  public var kernelOverhead: SimDuration
  /// Collectives among the devices of a node; nil takes those of the generation.
  public var nccl: NCCLCalibration?

  public init(
    matrixEfficiency: [DataType: Double] = [:], defaultMatrixEfficiency: Double = 0.75,
    convolutionFactor: Double = 0.8, attentionFactor: Double = 0.64, memoryEfficiency: Double = 0.8,
    kernelOverhead: SimDuration = .microseconds(3), nccl: NCCLCalibration? = nil
  ) {
    self.matrixEfficiency = matrixEfficiency
    self.defaultMatrixEfficiency = defaultMatrixEfficiency
    self.convolutionFactor = convolutionFactor
    self.attentionFactor = attentionFactor
    self.memoryEfficiency = memoryEfficiency
    self.kernelOverhead = kernelOverhead
    self.nccl = nccl
  }
}
