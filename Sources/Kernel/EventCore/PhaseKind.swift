/// What an event of a hand-written model marks.
public enum PhaseKind: UInt8, CaseIterable, Sendable {
  case computeStart, computeEnd
  case communicationStart, communicationEnd
  case allReduceStart, allReduceEnd
  case iterationStart, iterationEnd
  case forwardStart, forwardEnd
  case backwardStart, backwardEnd
  case memoryAllocate, memoryFree
  case custom

  /// The name that a history prints, such as `COMPUTE_START`.
  public var name: String {
    switch self {
    case .computeStart: "COMPUTE_START"
    case .computeEnd: "COMPUTE_END"
    case .communicationStart: "COMM_START"
    case .communicationEnd: "COMM_END"
    case .allReduceStart: "ALLREDUCE_START"
    case .allReduceEnd: "ALLREDUCE_END"
    case .iterationStart: "ITERATION_START"
    case .iterationEnd: "ITERATION_END"
    case .forwardStart: "FORWARD_START"
    case .forwardEnd: "FORWARD_END"
    case .backwardStart: "BACKWARD_START"
    case .backwardEnd: "BACKWARD_END"
    case .memoryAllocate: "MEMORY_ALLOCATE"
    case .memoryFree: "MEMORY_FREE"
    case .custom: "CUSTOM"
    }
  }

  /// The kind with a name, or nil.
  public init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// Where the kind begins or ends a span of time: which, and whether it begins it.
  public var edge: (phase: Phase, isStart: Bool)? {
    switch self {
    case .computeStart: (.compute, true)
    case .computeEnd: (.compute, false)
    case .communicationStart: (.communication, true)
    case .communicationEnd: (.communication, false)
    case .allReduceStart: (.allReduce, true)
    case .allReduceEnd: (.allReduce, false)
    case .iterationStart: (.iteration, true)
    case .iterationEnd: (.iteration, false)
    case .forwardStart: (.forward, true)
    case .forwardEnd: (.forward, false)
    case .backwardStart: (.backward, true)
    case .backwardEnd: (.backward, false)
    case .memoryAllocate, .memoryFree, .custom: nil
    }
  }
}

/// A kind of span between a start and an end event.
public enum Phase: UInt8, CaseIterable, Comparable, Sendable {
  case compute, communication, allReduce, iteration, forward, backward

  public static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
}
