public enum CollectiveKind: String, Sendable, CaseIterable { case allReduce; public var algorithms: [CollectiveAlgorithm] { [.auto] } }
public enum CollectiveAlgorithm: String, Sendable { case auto, ring, tree }
