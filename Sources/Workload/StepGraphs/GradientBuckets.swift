import Quantities

/// One bucket of gradients that is reduced as soon as its last gradient is ready.
public struct GradientBucket: Sendable, Equatable {
  public var bytes: ByteCount
  /// Index of the tensor whose gradient, the last to be made, completes the bucket.
  public var lastTensor: Int

  public init(bytes: ByteCount, lastTensor: Int) {
    self.bytes = bytes
    self.lastTensor = lastTensor
  }
}

/// Cuts gradients into buckets in the order in which the backward pass makes them.
///
/// Tensors are walked from the last to the first. A gradient joins the open bucket; the bucket
/// closes once it holds its limit. The first bucket closes at 1 MiB, so that communication
/// starts early. A single gradient larger than the limit is not split.
///
/// - Parameters:
///   - gradientBytes: bytes of each tensor's gradient, in forward order.
///   - limit: bucket size; PyTorch's default is 25 MiB.
/// - Source: Li et al. 2020, “PyTorch Distributed”, doi:10.14778/3415478.3415530, section 3.2.3.
public func gradientBuckets(gradientBytes: [ByteCount], limit: ByteCount) -> [GradientBucket] {
  var buckets: [GradientBucket] = []
  var open = ByteCount.zero
  for tensor in gradientBytes.indices.reversed() where gradientBytes[tensor] > .zero {
    open += gradientBytes[tensor]
    let currentLimit = buckets.isEmpty ? min(limit, .mebibytes(1)) : limit
    if open >= currentLimit {
      buckets.append(GradientBucket(bytes: open, lastTensor: tensor))
      open = .zero
    }
  }
  if open > .zero {
    let first = gradientBytes.firstIndex { $0 > .zero } ?? 0
    buckets.append(GradientBucket(bytes: open, lastTensor: first))
  }
  return buckets
}
