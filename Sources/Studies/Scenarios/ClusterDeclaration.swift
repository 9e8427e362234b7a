import MemoryModels
import Collectives
import Fabrics
import Hardware
import Quantities

/// The machines of a job.
public struct ClusterDeclaration: Sendable, Equatable {
  public var accelerator = AcceleratorDeclaration.named("A100-SXM-80GB")
  /// A catalogue node whose links and counts stand in for what is not declared here.
  public var node: DeclaredName?
  public var nodes = 1
  /// Nodes of several kinds, in the order of their ranks; empty where all are alike.
  public var groups: [NodeGroup] = []
  public var acceleratorsPerNode = 0
  public var fabric = FabricDeclaration()
  public var collectives = CollectiveChoices()
  /// Host memory of one node; `nil`: as the catalogue's node has it.
  public var hostMemory: ByteCount?
  public var disk = DiskDeclaration()
  /// Host to device, one direction; `nil`: as the accelerator has it.
  public var hostLink: Bandwidth?
}

/// Nodes that are alike, of a cluster of several kinds.
public struct NodeGroup: Sendable, Equatable {
  public var accelerator = DeclaredName("")
  public var nodes = 1

  public init() {}
}

/// An accelerator by its catalogue name or by its figures.
public enum AcceleratorDeclaration: Sendable, Equatable {
  case named(DeclaredName)
  case inline(InlineAccelerator)
}

/// An accelerator by its figures; with a base, only what differs from it.
///
/// `tensorPeak` scales every dense peak of the base by the same factor, so that the base's 16-bit peak
/// becomes `tensorPeak`; entries of `peak` then replace single formats.
public struct InlineAccelerator: Sendable, Equatable {
  public var name = "custom"
  public var base: DeclaredName?
  public var kind = DeviceKind.gpu
  public var tensorPeak: FLOPRate?
  /// Dense peaks in the order of `DataType.allCases`.
  public var peak: [PeakRate] = []
  public var memory: ByteCount?
  public var memoryBandwidth: Bandwidth?
  public var multiprocessors: Int?
  /// To the other devices of its node, per direction.
  public var link: Bandwidth?
  public var power: Double?

  public init() {}
}

/// The dense peak in one number format.
public struct PeakRate: Sendable, Equatable {
  public var dataType: DataType
  public var rate: FLOPRate

  public init(dataType: DataType, rate: FLOPRate) {
    self.dataType = dataType
    self.rate = rate
  }
}

/// What joins the nodes, and the devices within one.
public struct FabricDeclaration: Sendable, Equatable {
  public var kind = FabricKind.leafSwitch
  /// Of one node, one direction, shared by its devices; in networks of adapters, of one adapter.
  public var nic: Bandwidth?
  public var nicLatency: SimDuration?
  public var switchLatency: SimDuration?
  public var intraNode = IntraNodeDeclaration()
  /// Extents of a torus or mesh; `rows * columns` is the node count.
  public var rows = 0
  public var columns = 0
  /// The links of a custom fabric.
  public var links: [LinkDeclaration] = []
  /// Adapters of a node; `nil`: one for each device.
  public var nics: Int?
  public var k: Int?
  public var leafRadix: Int?
  /// `nil`: 1.
  public var oversubscription: Double?
  /// Of a torus or mesh; empty: three, as near to a cube as the count allows.
  public var dimensions: [Int] = []
  public var groups: Int?
  public var routersPerGroup: Int?
  public var hostsPerRouter: Int?
  public var levels: [LevelDeclaration] = []
  /// Of a network's description.
  public var file: DeclaredName?
  public var routing = FabricRouting.auto
}

/// What joins the devices of one node; `nil`: as the accelerator or the node has it.
public struct IntraNodeDeclaration: Sendable, Equatable {
  /// Of one device, one direction.
  public var bandwidth: Bandwidth?
  public var latency: SimDuration?
}

/// One link of a custom fabric. Ends below the node count are nodes, the others are switches.
public struct LinkDeclaration: Sendable, Equatable {
  public var from = 0
  public var to = 0
  public var bandwidth = Bandwidth(bytesPerSecond: 0)
  public var latency = SimDuration.microseconds(1)
  public var oneWay = false

  public init() {}
}

/// Local disk of one node.
public struct DiskDeclaration: Sendable, Equatable {
  public var capacity: ByteCount?
  public var bandwidth: Bandwidth?
}

/// The algorithm of each collective operation.
public struct CollectiveChoices: Sendable, Equatable {
  public var allReduce = CollectiveAlgorithm.auto
  public var reduceScatter = CollectiveAlgorithm.auto
  public var allGather = CollectiveAlgorithm.auto
  public var broadcast = CollectiveAlgorithm.auto
  public var reduce = CollectiveAlgorithm.auto
  public var gather = CollectiveAlgorithm.auto
  public var scatter = CollectiveAlgorithm.auto
  public var allToAll = CollectiveAlgorithm.auto
  /// Who chooses the algorithm of the all-reduce where it is `auto`.
  public var tuner = TunerName.auto
  /// A file of measured times, as `rehearse collective --save` writes it.
  public var calibration: DeclaredName?
}
