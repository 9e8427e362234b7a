import Collectives
import Quantities

/// Types of elements by the names of nccl-tests.
public enum ElementType: String, Sendable, CaseIterable {
  case int8, uint8, int32, uint32, int64, uint64, half, float, double, bfloat16
  case f8e4m3, f8e5m2

  public var bytes: Int64 {
    switch self {
    case .int8, .uint8, .f8e4m3, .f8e5m2: 1
    case .half, .bfloat16: 2
    case .int32, .uint32, .float: 4
    case .int64, .uint64, .double: 8
    }
  }
}

/// What nccl-tests prints beside a size.
extension CollectiveKind {
  /// Elements that a rank hands to the call: the whole buffer, or its share where ranks exchange shares;
  /// whole elements only.
  ///
  /// - Source: nccl-tests, `src/*.cu`, `GetCollByteCount`.
  public func elementCount(_ bytes: ByteCount, of type: ElementType, rankCount: Int) -> Int64 {
    switch self {
    case .reduceScatter, .allGather, .allToAll, .gather, .scatter:
      bytes.bytes / type.bytes / Int64(max(1, rankCount))
    case .allReduce, .broadcast, .reduce, .sendReceive, .barrier: bytes.bytes / type.bytes
    }
  }

  /// `sum` where something is reduced, else `none`.
  public var reductionName: String {
    switch self {
    case .allReduce, .reduceScatter, .reduce: "sum"
    case .allGather, .broadcast, .gather, .scatter, .allToAll, .sendReceive, .barrier: "none"
    }
  }

  /// 0 where a rank plays a part of its own, else -1.
  public var rootIndex: Int { hasRoot ? 0 : -1 }
}
