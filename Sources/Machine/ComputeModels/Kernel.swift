import Hardware

/// The geometry of one device kernel, as far as it decides how well the device is used.
public enum KernelShape: Sendable, Hashable {
  /// `batch` independent products C[m × n] = A[m × k] · B[k × n].
  case matrixProduct(m: Int, n: Int, k: Int, batch: Int)
  /// A convolution run as an implicit matrix product of the same m, n, k.
  case convolution(m: Int, n: Int, k: Int)
  /// Fused attention: `batch` sequences × heads, `queries` rows against `keys` rows.
  case attention(batch: Int, heads: Int, queries: Int, keys: Int, headWidth: Int)
  /// Bytes in, bytes out, hardly any arithmetic: norms, activations, optimizer updates.
  case streaming
}

/// One kernel: its arithmetic, its memory traffic and its shape.
public struct Kernel: Sendable, Hashable {
  public var shape: KernelShape
  /// Floating-point operations executed.
  public var flops: Double
  /// Bytes moved to and from device memory.
  public var bytes: Double
  /// The format in which the arithmetic runs.
  public var dataType: DataType
  /// Kernel launches this stands for; unfused frameworks need several.
  public var launches: Int
  /// Of fused attention: products of each pair of query and key beside one exponential; two forward, five backward.
  public var productsPerPair = 2
  /// Whether its products run beside the warps that ask for them, where the device can do that.
  public var isAsynchronous = true

  public init(shape: KernelShape, flops: Double, bytes: Double, dataType: DataType, launches: Int = 1) {
    self.shape = shape
    self.flops = flops
    self.bytes = bytes
    self.dataType = dataType
    self.launches = launches
  }
}

/// Where a number comes from, best first.
public enum Provenance: String, Sendable, Comparable {
  case measured, interpolated, model, bound

  private var rank: Int {
    switch self {
    case .measured: 0
    case .interpolated: 1
    case .model: 2
    case .bound: 3
    }
  }
  public static func < (a: Provenance, b: Provenance) -> Bool { a.rank < b.rank }
}
