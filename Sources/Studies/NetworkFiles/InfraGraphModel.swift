import Diagnostics
import Documents
import Fabrics
import Quantities

/// An infrastructure as its document says it, before anything is expanded.
struct InfraGraphModel {
  var devices: [InfraGraphDevice] = []
  var instances: [InfraGraphInstance] = []
  var links: [InfraGraphLink] = []
  var edges: [InfraGraphEdge] = []
}

/// A kind of box: parts, and how they are joined.
struct InfraGraphDevice {
  var name: String
  var components: [InfraGraphComponent] = []
  var links: [InfraGraphLink] = []
  var edges: [InfraGraphEdge] = []
  var location: SourceLocation
}

struct InfraGraphComponent {
  enum Kind: String, CaseIterable {
    case custom, device, cpu, xpu, npu, nic, memory, port
    case hub = "switch"
  }

  var name: String
  var count: Int
  var kind: Kind
  var location: SourceLocation
}

/// Boxes of one kind under a name of their own.
struct InfraGraphInstance {
  var name: String
  var device: String
  var count: Int
  var location: SourceLocation
}

/// A kind of cable; without a bandwidth it cannot be used.
struct InfraGraphLink {
  var name: String
  var wire: NetworkWire?
}

/// Cables between the parts of two endpoints.
struct InfraGraphEdge {
  enum Scheme: String, CaseIterable {
    case one2one, many2many, ring
  }

  var first: InfraGraphEndpoint
  var second: InfraGraphEndpoint
  var link: String
  var linkLocation: SourceLocation
  var scheme: Scheme
}

/// Parts by name and index, such as `cx5[0:2].port[0]`.
struct InfraGraphEndpoint {
  var path: [InfraGraphSlice]
  var location: SourceLocation
}
