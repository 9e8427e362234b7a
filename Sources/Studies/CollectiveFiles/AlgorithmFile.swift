import Collectives

/// An algorithm that came from a file.
public struct AlgorithmFile: Sendable {
  /// As the file names it.
  public var name: String
  /// What it does, where the file says so.
  public var kind: CollectiveKind?
  public var rankCount: Int
  /// Sizes of the whole buffer that it is meant for, where the file says so.
  public var sizes: ClosedRange<Int>?
  /// Messages with the chunks, or the bytes, that they carry.
  private let messages: MessageGraph
  /// Chunks of the whole buffer; nil where messages have bytes of their own.
  private let chunkCount: Int?

  init(
    name: String, kind: CollectiveKind?, sizes: ClosedRange<Int>?, messages: MessageGraph, chunkCount: Int?
  ) {
    self.name = name
    self.kind = kind
    self.sizes = sizes
    self.messages = messages
    self.chunkCount = chunkCount
    rankCount = messages.rankCount
  }

  /// Whether its messages grow with the buffer.
  public var isScalable: Bool { chunkCount != nil }

  /// Its messages for a buffer of S bytes, ready for `simulate(_:ranks:on:reductionSecondsPerByte:)`; S is not
  /// looked at where messages have bytes of their own.
  public func graph(bytes: Double) -> MessageGraph {
    guard let chunkCount else { return messages }
    return messages.scaled(by: bytes / Double(chunkCount))
  }
}
