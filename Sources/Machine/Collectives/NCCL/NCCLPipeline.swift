import Fabrics
import Hardware

/// What a message between nodes costs beside its share of the port.
public struct NCCLMessageCost: Sendable, Equatable {
  /// µs for which a channel stands still at each message.
  public var overhead: Double
  /// Bytes up to which a message leaves without asking the receiver.
  public var eagerLimit: Double
  /// All ports of a node that the group has, GB/s as stated: the cost of messages is not in it.
  public var portBandwidth: Double

  public init(overhead: Double, eagerLimit: Double, portBandwidth: Double) {
    self.overhead = overhead
    self.eagerLimit = eagerLimit
    self.portBandwidth = portBandwidth
  }

  /// The cost of what a group has of a node's ports; nil where their link does not state one.
  init?(of cluster: ClusterShape, portShare: Double) {
    let link = cluster.interNode
    guard let cost = link.messageCost else { return nil }
    // With a network, the link is that of one adapter.
    let links = cluster.network == nil ? 1 : Double(cluster.nodePorts?.count ?? 1)
    self.init(
      overhead: cost.overhead.seconds * 1e6, eagerLimit: Double(cost.eagerLimit.bytes),
      portBandwidth: link.bandwidth.bytesPerSecond * links * portShare / 1e9)
  }
}

/// How a tree cuts the bytes of one channel.
struct NCCLTreeChunks: Equatable {
  /// Channels that share the buffer.
  var channelCount: Int
  /// Bytes of a chunk.
  var size: Double
  /// K: chunks of one channel, one at least, the last in part.
  var count: Double
}

extension NCCLSystem {
  /// The chunks of a tree with Simple.
  ///
  /// Buffers of 4 MiB have eight slots, and a chunk is one. NCCL halves it while it is above 128, 64 or
  /// 32 KiB and gives less than 8, 4 or 1 chunks for each level of the tree. A channel takes 32 KiB at least.
  ///
  /// - Source: NVIDIA NCCL, `src/enqueue.cc` (chunk sizes), `src/include/comm.h` (512 threads of 64 bytes).
  func treeChunks(bytes: Double) -> NCCLTreeChunks {
    let channels = max(1, min(channelCount, Int(min(bytes, 1e15) / 32768)))
    let share = bytes / Double(channels)
    let depth = ranksPerNode - 1 + NCCLTables.log2Floor(nodeCount)
    var size = 524_288.0
    for (chunksPerLevel, least) in [(8, 131_072.0), (4, 65536), (1, 32768)] {
      while (share / size).rounded(.down) < Double(chunksPerLevel * depth), size > least { size /= 2 }
    }
    size = min(size, share)
    return NCCLTreeChunks(channelCount: channels, size: size, count: size > 0 ? share / size : 1)
  }

  /// µs of a tree between nodes whose messages have a cost of their own; nil for everything else.
  ///
  ///     T = latency + asking + c (2 ⌊log₂ N⌋ / port + 2 (r − 1) / inside) + (K − 1) f (o + c / port)
  ///
  /// c is a chunk and K their number; port and inside are rates of one channel; o is the overhead of a
  /// message. The first chunk passes every hop up and down; the others follow at the pace of the port. The
  /// two trees of a channel pair share it: f is 1 between two nodes, where each node is leaf of one, and 2
  /// beyond. Chunks above the eager limit ask first: a round trip at each of 2 ⌊log₂ N⌋ hops.
  func pipelinedTime(
    _ kind: CollectiveKind, bytes: Double, _ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol
  ) -> Double? {
    guard let messageCost, nodeCount > 1, algorithm == .tree, proto == .simple else { return nil }
    let chunks = treeChunks(bytes: bytes)
    let kilobytes = chunks.size / 1000
    let port = messageCost.portBandwidth / Double(channelCount)
    let crossings = 2 * Double(NCCLTables.log2Floor(nodeCount))
    let asks = chunks.size > messageCost.eagerLimit
    let first = kilobytes * (crossings / port + 2 * Double(ranksPerNode - 1) / insideRate)
    let pace = (messageCost.overhead + kilobytes / port) * (nodeCount > 2 ? 2 : 1)
    return latency(kind, algorithm, proto) + (asks ? crossings * 2 * networkLatency : 0) + first
      + (chunks.count - 1) * pace
  }
}
