import Fabrics

/// Where the parts of a network stand in a picture, in pixels from the upper left corner.
///
/// What is beyond what can be read is folded: of parts that are alike one is drawn, with their number. Every link
/// whose ends are both drawn belongs to exactly one line; the others are counted.
///
/// The same network gives the same layout: nothing is random.
public struct NetworkLayout: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A vertex that is drawn.
  public struct Place: Sendable, Equatable {
    public var vertex: VertexID
    public var kind: NetworkVertexKind
    public var at: Point
    /// Vertices that it stands for.
    public var count = 1
    /// Tier, slice or group, within which no two places stand on one another.
    public var row = 0
  }

  /// The links between two places, both ways.
  public struct Line: Sendable, Equatable {
    /// Positions among the places.
    public var ends: (Int, Int)
    public var links: [LinkID]
    /// Of the fastest link, in bytes per second.
    public var bandwidth: Double
    /// Control points of each stroke: one from end to end, or a short one at each.
    public var strokes: [[Point]]

    public static func == (a: Line, b: Line) -> Bool {
      a.ends == b.ends && a.links == b.links && a.bandwidth == b.bandwidth && a.strokes == b.strokes
    }
  }

  /// A box about a part that stands for others, or about a slice.
  public struct Frame: Sendable, Equatable {
    public var upperLeft: Point
    public var lowerRight: Point
    public var label: String
    /// Parts that it stands for.
    public var count = 1
  }

  /// A text that stands by itself, its left end or its middle at a point.
  public struct Caption: Sendable, Equatable {
    public var at: Point
    public var text: String
    public var isCentred = false
  }

  public let width: Double
  public var height = 0.0
  public var places: [Place] = []
  public var lines: [Line] = []
  public var frames: [Frame] = []
  public var captions: [Caption] = []
  /// What is not drawn, in words.
  public var notes: [String] = []
  /// Links of which an end is not drawn.
  public var foldedLinkCount = 0

  /// Lays a network out.
  ///
  /// - Parameters:
  ///   - width: pixels across.
  ///   - weights: of every link; of parts alike the one with the heaviest link is drawn. Empty: the first.
  /// - Complexity: O((vertices + links) · tiers), and O(vertices²) for at most 160 vertices without tiers.
  public init(of network: NetworkGraph, width: Double = 640, weights: [Double] = []) {
    self.width = width
    let wiring = Wiring(network, weights: weights)
    switch network.shape.places {
    case .torus(let lengths) where lengths.filter({ $0 > 1 }).count <= 1 && !wiring.hasInsides:
      drawCircle(wiring, ofRouters: true)
    case .torus(let lengths), .mesh(let lengths): drawGrid(GridPlan(lengths), wiring)
    case .hypercube(let dimensions): drawGrid(GridPlan(bits: dimensions), wiring)
    case .ring, .fullMesh:
      if wiring.hasInsides { drawTiers(wiring) } else { drawCircle(wiring, ofRouters: false) }
    case .dragonfly(let groups, let routers, _):
      if wiring.hasInsides { drawTiers(wiring) } else { drawGroups(groups, of: routers, wiring) }
    case .wideArea(let sites, _):
      if wiring.hasInsides { drawTiers(wiring) } else { drawSites(sites.count, wiring) }
    case .hierarchical(let levels) where wiring.vertexCount > 40: drawLevels(levels, wiring)
    case .hierarchical, .edges, .described:
      if wiring.hasTiers || wiring.vertexCount > ForceDirected.largestCount {
        drawTiers(wiring)
      } else {
        drawByForces(wiring)
      }
    case .fatTree, .leafSpine, .railOptimized, .rails, .star, .binaryTree, .nodes: drawTiers(wiring)
    }
    trim()
    round()
  }

  /// Moves everything up or down so that it begins at the upper edge, and sets the height.
  mutating func trim() {
    // Half of a symbol or of a line of text.
    var (low, high) = (Double.infinity, -Double.infinity)
    func see(_ y: Double, _ half: Double) { (low, high) = (min(low, y - half), max(high, y + half)) }
    for place in places { see(place.at.y, 8) }
    for caption in captions { see(caption.at.y, 8) }
    for line in lines {
      for stroke in line.strokes where stroke.count == 3 {
        see((stroke[0].y + stroke[2].y + 2 * stroke[1].y) / 4, 2)
      }
    }
    for frame in frames {
      // Those that it stands for look out behind it.
      see(frame.upperLeft.y, frame.count > 1 ? 8 : 2)
      see(frame.lowerRight.y, 2)
    }
    if low > high { return }
    let shift = 2 - low
    for index in places.indices { places[index].at.y += shift }
    for index in captions.indices { captions[index].at.y += shift }
    for line in lines.indices {
      for stroke in lines[line].strokes.indices {
        for point in lines[line].strokes[stroke].indices { lines[line].strokes[stroke][point].y += shift }
      }
    }
    for index in frames.indices {
      frames[index].upperLeft.y += shift
      frames[index].lowerRight.y += shift
    }
    height = high + shift + 4
  }

  /// A hundredth of a pixel is finer than print and equal on every machine.
  private mutating func round() {
    func rounded(_ point: Point) -> Point {
      Point((point.x * 100).rounded() / 100, (point.y * 100).rounded() / 100)
    }
    for index in places.indices { places[index].at = rounded(places[index].at) }
    for index in lines.indices { lines[index].strokes = lines[index].strokes.map { $0.map(rounded) } }
    for index in frames.indices {
      frames[index].upperLeft = rounded(frames[index].upperLeft)
      frames[index].lowerRight = rounded(frames[index].lowerRight)
    }
    for index in captions.indices { captions[index].at = rounded(captions[index].at) }
    height = height.rounded(.up)
  }
}
