/// Measured constants of collectives among the devices of a node, in place of NCCL's own.
///
/// NCCL's tables serve to choose: they hold one latency for all devices and no cost of copies inside
/// a device. These constants serve to predict. They replace the base and hop latencies of rings over
/// NVLink and their bandwidth shares, and add the time in which a device copies its own share of the
/// buffer. They hold among the devices of one node.
public struct NCCLCalibration: Sendable, Equatable {
  /// Latency of a launch, µs, for LL, LL128 and Simple.
  public var baseLatency: [Double]
  /// Latency of a hop over NVLink, µs, for LL, LL128 and Simple.
  public var hopLatency: [Double]
  /// LL over all channels, GB/s.
  public var maximumLL: Double
  /// LL128's and Simple's shares of the bandwidth of all channels.
  public var shareLL128: Double
  public var shareSimple: Double
  /// Rate at which a device copies its own share, GB/s; an all-reduce does so at twice that.
  public var copyRate: Double
  /// Launch and synchronisation of a reduction in the NVLink switch, µs.
  public var nvlsLatency: Double
  /// Share of the bandwidth of all channels that a reduction in the switch reaches; 0 where the measured
  /// runs do not use it.
  public var nvlsShare: Double

  public init(
    baseLatency: [Double], hopLatency: [Double], maximumLL: Double, shareLL128: Double, shareSimple: Double,
    copyRate: Double, nvlsLatency: Double, nvlsShare: Double
  ) {
    self.baseLatency = baseLatency
    self.hopLatency = hopLatency
    self.maximumLL = maximumLL
    self.shareLL128 = shareLL128
    self.shareSimple = shareSimple
    self.copyRate = copyRate
    self.nvlsLatency = nvlsLatency
    self.nvlsShare = nvlsShare
  }
}
