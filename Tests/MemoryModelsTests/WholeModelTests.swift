import Hardware
import ModelGraphs
import Quantities
import Testing

@testable import MemoryModels

/// A table of 100 × 8, one block of a norm of 8, a product 8 → 24 with bias and one 8 → 8, two experts of 8 × 4, a
/// head of 8 → 100.
private let small = Model(
  name: "small",
  layers: [
    ModelLayer(
      name: "embedding", kind: .embedding,
      operators: [
        ModelOperator("tokens", .embedding(rows: 4, width: 8, vocabulary: 100), parameters: 800)
      ]),
    ModelLayer(
      name: "block", kind: .transformerBlock,
      operators: [
        ModelOperator(
          "norm", .streaming(StreamingShape(forwardElements: 64, backwardElements: 160, savedElements: 32)),
          parameters: 8),
        ModelOperator("qkv", .linear(rows: 4, inputs: 8, outputs: 24), parameters: 216),
        ModelOperator("projection", .linear(rows: 4, inputs: 8, outputs: 8), parameters: 64),
        ModelOperator(
          "experts", .expertLinear(rows: 4, inputs: 8, outputs: 4, experts: 2, active: 1), parameters: 64),
      ]),
    ModelLayer(
      name: "head", kind: .head,
      operators: [
        ModelOperator("logits", .linear(rows: 4, inputs: 8, outputs: 100), parameters: 800, keepsWide: true),
        ModelOperator("loss", .crossEntropy(rows: 4, classes: 100)),
      ]),
  ], sampleName: "sequence", tokensPerSample: 4)

@Suite("Optimizers on a whole model") struct WholeModelTests {
  @Test func `a model's tensors are its matrices and what is left as vectors`() {
    #expect(
      small.parameterTensors == [
        ParameterTensor(rows: 100, columns: 8, role: .embedding), .vector(8),
        ParameterTensor(rows: 24, columns: 8), .vector(24), ParameterTensor(rows: 8, columns: 8),
        ParameterTensor(rows: 4, columns: 8, count: 2), ParameterTensor(rows: 100, columns: 8, role: .head),
      ])
    #expect(small.parameterTensors.reduce(0) { $0 + $1.totalElements } == Double(small.parameterCount))
  }

  @Test func `tied and frozen weights are not updated twice or at all`() {
    // A tied head owns its bias alone; its matrix does not fit into the count.
    let tied = ModelOperator("logits", .linear(rows: 4, inputs: 8, outputs: 100), parameters: 100)
    #expect(tied.parameterTensors(in: .head) == [.vector(100)])
    let frozen = ModelOperator(
      "base", .linear(rows: 4, inputs: 8, outputs: 8), parameters: 64, isTrainable: false)
    #expect(frozen.parameterTensors(in: .transformerBlock).isEmpty)
    // 4 output channels of 3 × 3 × 3 inputs with bias.
    let convolution = ModelOperator(
      "conv",
      .convolution(
        ConvolutionShape(
          inputChannels: 3, outputChannels: 4, kernelHeight: 3, kernelWidth: 3, inputHeight: 8, inputWidth: 8,
          outputHeight: 8, outputWidth: 8)), parameters: 112)
    #expect(
      convolution.parameterTensors(in: .convolutionBlock) == [
        ParameterTensor(rows: 4, columns: 27), .vector(4),
      ])
  }

  // 1952 parameters: 1600 in table and head, 192 + 64 + 64 in hidden matrices, 32 in vectors.
  @Test(
    arguments: [
      (.sgd, 0), (.momentum, 7808), (.adam, 15_616), (.adamw, 15_616), (.lion, 7808),
      // All tensors have fewer than 4096 elements.
      (.adam8bit, 15_616), (.pagedAdam, 15_616), (.pagedAdam8bit, 15_616),
      // 4 × (108 + 108 + 32 + 16 + 2 × 12 + 32).
      (.adafactor, 1280),
      // 8 × 1632 + 4 × 320.
      (.muon, 14_336),
      // Rank 2: 8 × 1632 + (8·2·24 + 2·8·2) + (8·2·8 + 2·8·2) + 2 × (8·2·8 + 2·4·2).
      (.galore, 13_056 + 416 + 160 + 288),
      // 8 × 1632 + (8·2·24 + 8) + (8·2·8 + 8) + 2 × (8·2·8 + 8).
      (.apollo, 13_056 + 392 + 136 + 272),
      // 8 × 1632 + (8·24 + 8) + (8·8 + 8) + 2 × (8·8 + 8).
      (.apolloMini, 13_056 + 200 + 72 + 144),
    ] as [(Optimizer, Double)])
  func `states of a small model`(optimizer: Optimizer, bytes: Double) {
    let projection = LowRankProjection(rank: 2)
    #expect(
      optimizer.stateBytes(of: small.parameterTensors, precision: .bf16, projection: projection) == bytes)
  }

  @Test(arguments: [Optimizer.sgd, .momentum, .adam, .adamw], PrecisionPolicy.named)
  func `rules by element give the same by tensors as by parameters`(
    optimizer: Optimizer, precision: PrecisionPolicy
  ) {
    let tensors = small.parameterTensors
    let parameters = Double(small.parameterCount)
    #expect(
      optimizer.memoryBytes(of: tensors, precision: precision)
        == parameters * optimizer.memoryBytesPerParameter(precision))
    #expect(
      optimizer.updateBytes(of: tensors, precision: precision)
        == parameters * optimizer.updateBytesPerParameter(precision))
    #expect(
      optimizer.updateFLOPs(of: tensors, precision: precision)
        == parameters * optimizer.updateFLOPsPerParameter)
  }

  @Test func `narrow products keep cast copies of their weights`() {
    // qkv with its bias 216, projection 64, experts 64: two bytes each; the head keeps bf16.
    #expect(small.weightCopyBytes(.fp8) == 2 * 344)
    #expect(small.weightCopyBytes(.bf16) == 0)
    // Muon at 14 336 and the master copy at 4 × 1952.
    #expect(Optimizer.muon.memoryBytes(of: small.parameterTensors, precision: .bf16) == 14_336 + 7808)
  }
}
