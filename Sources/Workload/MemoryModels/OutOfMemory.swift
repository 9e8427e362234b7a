import Quantities

/// A request that the caching allocator could not serve, with the figures of that moment.
public struct OutOfMemory: Error, Equatable, Sendable, CustomStringConvertible {
  /// Bytes asked for.
  public var requested: Int64
  /// Bytes in blocks that are in use.
  public var allocated: Int64
  /// Bytes taken from the device: blocks in use and blocks kept for later.
  public var reserved: Int64
  public var capacity: Int64
  /// Whether what is free and what is not reserved would have held the request in one piece.
  public var isFragmentation: Bool { capacity - allocated >= requested }

  public var description: String {
    func text(_ bytes: Int64) -> String { quantityText(Double(bytes), as: .bytes) }
    let what =
      "out of memory: \(text(requested)) asked for, \(text(allocated)) of \(text(capacity)) in use, "
      + "\(text(reserved - allocated)) free in segments of the allocator"
    let mend =
      isFragmentation
      ? "enough is free, but not in one piece: use expandable segments, or smaller buffers"
      : "use a smaller micro-batch, recomputation or sharding"
    return "\(what)\n  mend: \(mend)"
  }
}
