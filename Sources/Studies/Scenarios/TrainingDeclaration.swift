import FineTuning
import MemoryModels
import ModelGraphs
import Quantities

/// How the model is trained.
public struct TrainingDeclaration: Sendable, Equatable {
  public var stage = TrainingStage.pretrain
  public var method = TrainingMethod.full
  public var adapter = AdapterDeclaration()
  public var freeze = FreezeDeclaration()
  /// Tokens of one sample; `nil`: the longest the model takes. Without meaning for images.
  public var sequenceLength: Int?
  /// How long the texts of samples are.
  public var lengths = LengthsDeclaration()
  /// Samples of one rank in one forward and backward pass.
  public var microBatch = 0
  /// Samples of all ranks in one optimizer step.
  public var globalBatch = 0
  /// Passes of one rank in one optimizer step.
  public var gradientAccumulation = 0
  public var precision = Precision.bf16
  /// The format in which gradients are kept and reduced; as `precision` stores them unless declared.
  public var gradientPrecision: GradientPrecision?
  /// How weights of 8- and 4-bit products are stored.
  public var primaryWeights = PrimaryWeights.wide
  /// Whether gated activations keep what they read in 8 bits.
  public var fp8ActivationInputs = false
  /// A framework build of the catalogue; `nil`: fused kernels and 16-bit weights.
  public var framework: DeclaredName?
  public var optimizer = Optimizer.adamw
  /// Rank of projected gradients, and steps between decompositions; `nil` for rules that do not project.
  public var optimizerRank: Int?
  public var projectionInterval: Int?
  public var recompute = Recomputation.none
  public var steps = 10
  /// Gradients gathered into one all-reduce.
  public var bucketSize = ByteCount.mebibytes(25)
  /// Whether gradients are reduced while the backward pass runs.
  public var overlap = true
  public var offload = OffloadDeclaration()
  /// `nil` in stages that compare with no reference.
  public var reference: ReferenceDeclaration?
  public var rewardModel = CompanionDeclaration.automatic
  public var critic = CompanionDeclaration.automatic
  public var rollout = RolloutDeclaration()
  public var allocator = AllocatorDeclaration()
}

/// How long texts are, and how they become sequences.
public struct LengthsDeclaration: Sendable, Equatable {
  /// Tokens of half the texts at most; `nil`: every text fills a sequence.
  public var median: Int?
  /// Standard deviation of the logarithm of a length.
  public var spread = 0.0
  public var packing = SequenceLengths.Packing.pad
}

/// Where tensors wait while the device does not need them.
public struct OffloadDeclaration: Sendable, Equatable {
  public var optimizer = OffloadPolicy.Place.none
  public var gradients = OffloadPolicy.Place.none
  public var parameters = OffloadPolicy.Place.none
  public var activations = OffloadPolicy.Place.none
}

/// How the framework takes device memory.
public struct AllocatorDeclaration: Sendable, Equatable {
  /// How device memory is handed out; `nil`: as the framework does it.
  public var kind: AllocatorKind?
  /// Whether PyTorch's allocator grows segments rather than taking new ones.
  public var expandableSegments = false
}

/// Which activations are recomputed in the backward pass.
public enum Recomputation: Sendable, Equatable {
  case none
  /// Attention between its projections is computed again.
  case selective
  /// The input of every layer and the outputs of attention and of every second product are kept.
  case products
  /// Only the input of every layer is kept.
  case full
  /// Only the input of every ⌈√L⌉-th of L layers is kept.
  case sqrt
  /// Only the input of every k-th layer is kept.
  case every(Int)
  /// One layer in k keeps only its input, the others all.
  case oneIn(Int)
  /// The first layers of every stage keep only their inputs, the others all.
  case first(Int)
}
