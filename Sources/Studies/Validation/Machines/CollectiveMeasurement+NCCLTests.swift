import CollectiveStudies
import Collectives
import Diagnostics
import Hardware
import Quantities

/// Where collectives of a file were measured, as far as the file does not say.
public struct MeasuredPlace: Sendable, Equatable {
  /// The catalogue's device; nil takes what the file names.
  public var device: String?
  /// A node's links to others, as `8x400 Gb/s InfiniBand NDR`; empty on one node.
  public var interLink: String
  public var devicesPerNode: Int
  /// What rows of one's own files have in place of a published row's.
  public static let provenance = "own"

  public init(device: String? = nil, interLink: String = "", devicesPerNode: Int = 8) {
    self.device = device
    self.interLink = interLink
    self.devicesPerNode = devicesPerNode
  }
}

extension MeasuredCollectives {
  /// The file's times, out of place, as rows of measurements, one for each size.
  ///
  /// - Throws: what the file leaves open: the collective, the ranks, the nodes; and a network that is not told.
  func measurements(
    on device: Accelerator, at place: MeasuredPlace
  ) throws(Diagnostics) -> [CollectiveMeasurement] {
    let start = SourceLocation(file: file)
    guard let kind, let rankCount, let nodeCount else {
      let unknown = kind == nil ? "which collective it times" : "the devices of all ranks"
      throw Diagnostics(
        Diagnostic(
          .malformed(reason: "the file does not say \(unknown)"), at: start,
          mend:
            "keep the lines of '#' that nccl-tests prints first, or fit it alone by rehearse collective --measured"
        ))
    }
    if nodeCount > 1, place.interLink.isEmpty {
      throw Diagnostics(
        Diagnostic(
          .malformed(reason: "the collective ran on \(nodeCount) nodes, and nothing says what joins them"),
          at: start, mend: "give the ports of a node: --inter-link '8x400 Gb/s InfiniBand NDR'"))
    }
    let library = device.collectiveLibrary
    return bySize.map { row in
      CollectiveMeasurement(
        id: "\(file): \(row.bytes.bytes) B", source: file, hardware: device.name, deviceCount: rankCount,
        nodeCount: nodeCount, intraLink: device.scaleUpLink, interLink: nodeCount > 1 ? place.interLink : "",
        library: library, libraryVersion: "", collective: kind.rawValue, algorithm: "", size: row.bytes,
        metric: "time_us", value: row.outOfPlace.seconds * 1e6, metricDefinition: "nccl-tests, out of place",
        provenance: MeasuredPlace.provenance, notes: "", location: start)
    }
  }
}

extension Accelerator {
  /// The library that collectives of its kind run in.
  var collectiveLibrary: String { vendor == "AMD" ? "RCCL" : "NCCL" }
}
