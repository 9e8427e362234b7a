/// How many ways each axis divides the work.
///
/// Tensor, context, data and pipeline degrees multiply to the ranks of the job. Experts live inside a
/// pipeline stage: its t · c · d ranks are divided anew into expert-tensor, expert and expert-data ranks.
public struct ParallelDegrees: Sendable, Hashable {
  /// t: ranks that divide every layer's matrices.
  public var tensor: Int
  /// c: ranks that divide every sequence.
  public var context: Int
  /// p: ranks that divide the layers.
  public var pipeline: Int
  /// d: ranks that divide the samples.
  public var data: Int
  /// e: ranks that divide the routed experts.
  public var expert: Int
  /// Ranks that divide the matrices of one expert.
  public var expertTensor: Int

  /// - Parameter expertTensor: nil takes the tensor degree, as Megatron-LM does.
  public init(
    tensor: Int = 1, context: Int = 1, pipeline: Int = 1, data: Int = 1, expert: Int = 1,
    expertTensor: Int? = nil
  ) {
    self.tensor = tensor
    self.context = context
    self.pipeline = pipeline
    self.data = data
    self.expert = expert
    self.expertTensor = expertTensor ?? tensor
  }

  public var rankCount: Int { tensor * context * pipeline * data }
  /// Ranks that hold one pipeline stage.
  public var stageRankCount: Int { tensor * context * data }
  /// Ranks that hold the same experts.
  public var expertData: Int { stageRankCount / (expert * expertTensor) }
}

/// An axis of the grid of ranks.
public enum ParallelAxis: String, Sendable, Hashable, CaseIterable {
  case tensor, context, data, pipeline
}

/// Ranks that exchange messages with one another for one purpose.
public enum Communicator: UInt8, Sendable, Hashable, CaseIterable {
  /// Ranks that divide matrices.
  case tensor
  /// Ranks that divide sequences.
  case context
  /// Ranks that hold the same parameters outside experts: data and context ranks together.
  case data
  /// The part of the data ranks that shares one copy of parameters, gradients or optimizer states.
  case shard
  /// Data ranks that hold the same shard.
  case replica
  /// Ranks that divide the experts, and exchange tokens.
  case expert
  /// Ranks that divide the matrices of one expert.
  case expertTensor
  /// Ranks that hold the same experts.
  case expertData
  /// First and last pipeline stage, which hold a tied token table twice.
  case embedding
  /// All ranks of the job.
  case world
}
