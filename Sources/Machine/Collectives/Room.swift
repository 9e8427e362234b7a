public enum CollectiveKind: String, Sendable, CaseIterable { case allReduce }
public enum CollectiveAlgorithm: String, Sendable { case auto }
