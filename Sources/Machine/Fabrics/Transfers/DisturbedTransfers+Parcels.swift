import Quantities

extension DisturbedTransfers {
  enum Phase: UInt8 {
    case free
    /// Before the network has noticed that its route is broken.
    case stopped
    /// Without a route.
    case waiting
    /// Before its first byte arrives.
    case travelling
    case moving
  }

  struct Parcel {
    var tag: Int32 = -1
    var source = VertexID(0)
    var target = VertexID(0)
    /// Bytes that the target lacked when it last came on the links.
    var bytesLeft = 0.0
    var weight = 1.0
    var rateCap = Double.infinity
    /// Its route over the network as built.
    var home: [Int32] = []
    var homeLatency = SimDuration.zero
    var route: [Int32] = []
    var rerouteCount = 0
    /// Links that have counted it.
    var counted: [Int32] = []
    /// Background traffic of one link goes by no other.
    var isPinned = false
    var phase = Phase.free
    /// Timers of earlier epochs are void.
    var epoch: Int32 = 0
    var transfer: Int32 = -1

    /// Background traffic ends by its timer alone.
    var isBackground: Bool { tag < 0 }
  }

  enum TimerKind: UInt8 { case firstByte, reroute, lookAgain, backgroundEnd }

  struct Timer: BitwiseCopyable {
    var kind: TimerKind
    var parcel: Int32 = -1
    var epoch: Int32 = -1
  }

  /// A parcel whose last byte is there.
  public struct Arrival: Sendable {
    public var tag: Int32
    /// The route it ended on.
    public var route: [Int32]
    /// How often it took another route than before.
    public var rerouteCount: Int
  }

  /// An event that has happened.
  public struct Happening: Sendable, Equatable {
    /// Its place in the timeline.
    public var event: Int
    public var time: SimTime
    /// Flows that it stopped, background traffic left out.
    public var stoppedCount: Int
  }

  /// A parcel that has not arrived.
  public struct Remainder: Sendable {
    public var tag: Int32
    public var source: VertexID
    public var target: VertexID
    /// What the target lacks.
    public var bytesLeft: Double
    /// Whether it is on a route that works.
    public var isMoving: Bool
    /// The route it was on last.
    public var route: [Int32]
    public var rerouteCount: Int
  }
}
