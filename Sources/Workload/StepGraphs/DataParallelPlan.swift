import Hardware
import MemoryModels
import ModelGraphs
import Quantities

/// A data-parallel training step, fully decided: every rank holds the whole model.
public struct DataParallelPlan: Sendable {
  public var model: Model
  public var device: Accelerator
  public var rankCount: Int
  /// Samples per rank in one forward and backward pass.
  public var microBatch: Int
  /// Micro-batches per rank before the gradients are reduced and the optimizer runs.
  public var accumulation: Int
  public var precision: PrecisionPolicy
  public var optimizer: Optimizer
  public var recompute: RecomputePolicy
  public var offload: OffloadPolicy
  public var tiers: HostTiers
  /// Gradients are reduced in buckets of about this size.
  public var bucketBytes: ByteCount
  /// Buckets are reduced while the backward pass goes on; otherwise after it.
  public var overlapsCommunication: Bool
  /// Bytes that the update on the device moves, relative to one fused kernel.
  public var updateTraffic: Double

  public init(
    model: Model, device: Accelerator, rankCount: Int, microBatch: Int, accumulation: Int = 1,
    precision: PrecisionPolicy = .bf16, optimizer: Optimizer = .adamw, recompute: RecomputePolicy = .none,
    offload: OffloadPolicy = .none, tiers: HostTiers, bucketBytes: ByteCount = .mebibytes(25),
    overlapsCommunication: Bool = true, updateTraffic: Double = 1
  ) {
    self.model = model
    self.device = device
    self.rankCount = rankCount
    self.microBatch = microBatch
    self.accumulation = accumulation
    self.precision = precision
    self.optimizer = optimizer
    self.recompute = recompute
    self.offload = offload
    self.tiers = tiers
    self.bucketBytes = bucketBytes
    self.overlapsCommunication = overlapsCommunication
    self.updateTraffic = updateTraffic
  }
}
