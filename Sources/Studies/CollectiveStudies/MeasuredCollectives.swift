import Collectives
import Quantities

/// Measured times of one kind of collective, as nccl-tests prints them.
public struct MeasuredCollectives: Sendable, Equatable {
  /// One size of one run.
  public struct Row: Sendable, Equatable {
    /// S of `CollectiveKind`.
    public var bytes: ByteCount
    /// With two buffers.
    public var outOfPlace: SimDuration
    /// With one buffer; nil where it was not measured.
    public var inPlace: SimDuration?

    public init(bytes: ByteCount, outOfPlace: SimDuration, inPlace: SimDuration? = nil) {
      self.bytes = bytes
      self.outOfPlace = outOfPlace
      self.inPlace = inPlace
    }
  }

  public var file: String
  /// What follows is nil where the file does not say.
  public var kind: CollectiveKind?
  public var rankCount: Int?
  public var nodeCount: Int?
  public var device: String?
  /// GB/s, the mean over all sizes.
  public var averageBusBandwidth: Double?
  /// In the order of the file; a size may come several times.
  public var rows: [Row]

  public init(
    file: String, kind: CollectiveKind? = nil, rankCount: Int? = nil, nodeCount: Int? = nil,
    device: String? = nil, averageBusBandwidth: Double? = nil, rows: [Row]
  ) {
    self.file = file
    self.kind = kind
    self.rankCount = rankCount
    self.nodeCount = nodeCount
    self.device = device
    self.averageBusBandwidth = averageBusBandwidth
    self.rows = rows
  }

  /// One row for each size, by size: the median of its times.
  public var bySize: [Row] {
    var groups: [[Row]] = []
    for row in rows.enumerated().sorted(by: {
      ($0.element.bytes, $0.offset) < ($1.element.bytes, $1.offset)
    }) {
      if groups.last?.first?.bytes == row.element.bytes {
        groups[groups.count - 1].append(row.element)
      } else {
        groups.append([row.element])
      }
    }
    return groups.map { group in
      let inPlace = group.compactMap(\.inPlace)
      return Row(
        bytes: group[0].bytes, outOfPlace: median(group.map(\.outOfPlace)),
        inPlace: inPlace.isEmpty ? nil : median(inPlace))
    }
  }

  /// α and β for each class of sizes, of the times with two buffers.
  ///
  /// - Parameters:
  ///   - group: the collective's kind and group, where the file does not say.
  /// - Returns: nil for fewer than four sizes.
  /// - Complexity: see `SegmentedFit`.
  public func calibration(
    kind: CollectiveKind, rankCount: Int, nodeCount: Int, device: String
  ) -> CollectiveCalibration? {
    let points = bySize
    guard points.count >= SegmentedFit.fewestPoints else { return nil }
    let fit = SegmentedFit(
      sizes: points.map { Double($0.bytes.bytes) }, seconds: points.map(\.outOfPlace.seconds))
    return CollectiveCalibration(
      kind: self.kind ?? kind, rankCount: self.rankCount ?? rankCount,
      nodeCount: self.nodeCount ?? nodeCount, device: self.device ?? device, source: file,
      classes: fit.segments.map { segment in
        let end = segment.range.upperBound
        return .init(
          from: points[segment.range.lowerBound].bytes, to: points[min(end, points.count - 1)].bytes,
          cost: segment.line.cost, residual: segment.line.residual)
      })
  }
}

private func median(_ durations: [SimDuration]) -> SimDuration {
  SimDuration(seconds: median(durations.map(\.seconds)))
}
