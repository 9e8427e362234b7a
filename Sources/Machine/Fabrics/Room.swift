public struct ClusterShape: Sendable {}
