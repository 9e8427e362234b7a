import Fabrics

/// Equal groups of ranks that do the same collective at the same time: they share the nodes' links.
///
/// A value is hashed when it is made, and copies share their storage, so that asking for many sizes among the
/// same groups looks at the ranks once.
public struct RankGroups: Sendable, Hashable {
  /// The group that is priced, in rank order: node by node, as a library would have it.
  public let first: [DeviceID]
  /// The other groups at work at the same time that share a node or a link with it; they may be none. Those
  /// that share nothing with it change no time.
  public let siblings: [[DeviceID]]
  private let digest: UInt64

  public init(first: [DeviceID], siblings: [[DeviceID]] = []) {
    self.first = first
    self.siblings = siblings
    // FNV-1a, a group's end marked by a number that no device has.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ group: [DeviceID]) {
      for device in group { digest = (digest ^ UInt64(UInt32(bitPattern: device.index))) &* 0x100_0000_01b3 }
      digest = (digest ^ UInt64(UInt32.max)) &* 0x100_0000_01b3
    }
    mix(first)
    siblings.forEach(mix)
    self.digest = digest
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  /// Ranks of all groups.
  public var rankCount: Int { first.count * (1 + siblings.count) }
}
