/// A closed set of words that a key may take.
public protocol DocumentChoice: RawRepresentable, CaseIterable, Sendable, Equatable where RawValue == String {
}

public enum FabricKind: String, DocumentChoice {
  case fullMesh = "full_mesh"
  case ring, tree
  case torus2D = "torus_2d"
  case mesh2D = "mesh_2d"
  case `switch`, custom

  /// Whether the nodes stand on a grid of rows and columns.
  var isGrid: Bool { self == .torus2D || self == .mesh2D }
}

public enum CollectiveAlgorithm: String, DocumentChoice {
  case auto, ring, tree
  case recursiveDoubling = "recursive_doubling"
  case rabenseifner
  case reduceScatterAllGather = "reduce_scatter_all_gather"
  case parameterServer = "parameter_server"
  case hierarchical, direct
}

public enum Precision: String, DocumentChoice { case fp32, tf32, bf16, fp16 }
public enum GradientPrecision: String, DocumentChoice { case fp32, bf16, fp16 }
public enum Optimizer: String, DocumentChoice { case sgd, momentum, adam, adamw }
public enum OffloadTarget: String, DocumentChoice { case none, host, disk }
public enum TrainingStage: String, DocumentChoice { case pretrain }
public enum TrainingMethod: String, DocumentChoice { case full }
public enum NetworkFidelity: String, DocumentChoice { case flow, analytic }
public enum FoldChoice: String, DocumentChoice { case auto, on, off }
public enum PositionEncoding: String, DocumentChoice { case learned, rope, none }
public enum AttentionKind: String, DocumentChoice { case causal, bidirectional }

public enum LayerType: String, DocumentChoice {
  case conv2d, linear, attention, transformer, embedding, normalization, activation, pooling, head, custom
}
