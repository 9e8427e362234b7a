import ComputeModels
import Hardware
import ModelGraphs
import Testing

@Suite("8- and 4-bit products") struct NarrowPrecisionTests {
  /// 10 rows, 16 → 32.
  private let linear = ModelOperator("up", .linear(rows: 10, inputs: 16, outputs: 32), parameters: 512)

  @Test func `fp8 casts the input and multiplies one-byte operands`() {
    let kernels = linear.kernels(.forward, batch: 2, precision: .fp8)
    #expect(kernels.map(\.dataType) == [.fp32, .fp8])
    // 20 × 16 elements read at 2 bytes, written twice at 1.
    #expect(kernels[0].shape == .streaming)
    #expect(kernels[0].bytes == 320 * 4)
    // Operands 320 + 512 at 1 byte, 640 outputs at 2; 2 × 20 × 16 × 32 FLOPs.
    #expect(kernels[1].bytes == 832 + 1280)
    #expect(kernels[1].flops == 20_480)
  }

  @Test func `backward casts the gradient once for both products`() {
    let input = linear.kernels(.inputGradient, batch: 2, precision: .fp8)
    let weight = linear.kernels(.weightGradient, batch: 2, precision: .fp8)
    #expect(input.count == 2 && weight.count == 1)
    // dY has 640 elements. dX: 640 + 512 at 1 byte in, 320 at 2 out; dW: 320 + 640 in, 512 at 2 out.
    #expect(input[0].bytes == 640 * 4)
    #expect(input[1].bytes == 1152 + 640)
    #expect(weight[0].bytes == 960 + 1024)
  }

  @Test func `block scales ride on each element, and NVFP4 reads a tensor twice to cast it`() {
    // 1 + 1/32; 0.5 + 1/16; 0.5 + 1/32 bytes.
    #expect(PrecisionPolicy.mxfp8.operandWidth(of: .linear) == 1.03125)
    #expect(PrecisionPolicy.nvfp4.operandWidth(of: .linear) == 0.5625)
    #expect(PrecisionPolicy.mxfp4.operandWidth(of: .linear) == 0.53125)
    let kernels = linear.kernels(.forward, batch: 1, precision: .nvfp4)
    // 160 elements: 2 × 2 bytes read, 2 × 0.5625 written.
    #expect(kernels[0].bytes == 160 * 5.125)
    #expect(kernels[0].launches == 2)
    #expect(kernels[1].dataType == .fp4)
  }

  @Test func `current scaling reads a tensor for its largest element before it casts it`() {
    let kernels = linear.kernels(.forward, batch: 1, precision: .fp8Current)
    // 160 elements: 2 × 2 bytes read, two copies of 1 byte written.
    #expect(kernels[0].bytes == 160 * 6)
    #expect(kernels[0].launches == 2)
    #expect(kernels[1] == linear.kernels(.forward, batch: 1, precision: .fp8)[1])
  }

  @Test(arguments: [(4, 1), (5, 2), (16, 4)])
  func `each expert is cast and multiplied by kernels of its own, on four streams`(experts: Int, turns: Int) {
    let item = ModelOperator(
      "experts", .expertLinear(rows: 64, inputs: 16, outputs: 32, experts: experts, active: 1),
      parameters: Int64(512 * experts))
    for (precision, casts) in [(PrecisionPolicy.fp8, experts), (.fp8Current, 2 * experts)] {
      #expect(item.kernels(.forward, batch: 1, precision: precision).map(\.launches) == [casts, turns])
      #expect(item.kernels(.inputGradient, batch: 1, precision: precision).map(\.launches) == [casts, turns])
    }
    #expect(item.kernels(.weightGradient, batch: 1, precision: .bf16).map(\.launches) == [turns])
  }

  @Test(arguments: [PrecisionPolicy.fp8, .fp8Current, .mxfp8, .nvfp4, .mxfp4])
  func `attention, convolution, logits and totals stay in 16 bits`(precision: PrecisionPolicy) {
    let shapes: [OperatorShape] = [
      .attention(
        AttentionShape(queries: 8, keys: 8, heads: 2, keyValueHeads: 2, headWidth: 4, isCausal: true)),
      .attention(
        AttentionShape(
          queries: 8, keys: 8, heads: 2, keyValueHeads: 2, headWidth: 4, isCausal: true, isFused: false)),
      .convolution(
        ConvolutionShape(
          inputChannels: 3, outputChannels: 4, kernelHeight: 3, kernelWidth: 3, inputHeight: 8, inputWidth: 8,
          outputHeight: 8, outputWidth: 8)),
      .aggregate(AggregateShape(forwardFLOPs: 100, backwardFLOPs: 200, activationElements: 10)),
    ]
    for shape in shapes {
      for pass in Pass.allCases {
        #expect(
          shape.kernels(pass, batch: 1, precision: precision)
            == shape.kernels(pass, batch: 1, precision: .bf16))
      }
    }
    var logits = linear
    logits.keepsWide = true
    for pass in Pass.allCases {
      #expect(
        logits.kernels(pass, batch: 1, precision: precision)
          == logits.kernels(pass, batch: 1, precision: .bf16))
    }
    #expect(logits.savedBytes(batch: 1, precision: precision) == 320)
    #expect(logits.weightCopyBytes(precision) == 0)
  }

  @Test func `experts are cast as linear layers are`() {
    let experts = ModelOperator(
      "experts", .expertLinear(rows: 10, inputs: 16, outputs: 32, experts: 4, active: 2), parameters: 2048)
    let kernels = experts.kernels(.forward, batch: 1, precision: .fp8)
    // 20 rows: 320 inputs cast; 320 + 4 × 512 at 1 byte and 640 outputs at 2.
    #expect(kernels.map(\.bytes) == [1280, 2368 + 1280])
    #expect(kernels[1].dataType == .fp8)
    #expect(experts.savedBytes(batch: 1, precision: .fp8) == 320)
  }

  @Test func `the cast input is kept, and attention then keeps its output itself`() {
    // 160 elements of input: 320 bytes in bf16, 160 in fp8, 90 in NVFP4.
    #expect(linear.savedBytes(batch: 1, precision: .bf16) == 320)
    #expect(linear.savedBytes(batch: 1, precision: .fp8) == 160)
    #expect(linear.savedBytes(batch: 1, precision: .nvfp4) == 90)
    let attention = ModelOperator(
      "attention",
      .attention(
        AttentionShape(queries: 8, keys: 8, heads: 2, keyValueHeads: 2, headWidth: 4, isCausal: true)))
    // Queries, keys, values 3 × 64 at 2 bytes, 16 log-sum-exps at 4; the output 64 at 2.
    #expect(attention.savedBytes(batch: 1, precision: .bf16) == 384 + 64)
    #expect(attention.savedBytes(batch: 1, precision: .fp8) == 384 + 64 + 128)
  }

  @Test func `weights are cast once a step into two copies`() {
    // 512 weights: two copies of 1 byte; 2 read and 2 written.
    #expect(linear.weightCopyBytes(.fp8) == 1024)
    #expect(linear.weightCastBytes(.fp8) == 2048)
    #expect(linear.weightCopyBytes(.bf16) == 0)
    #expect(linear.weightCastBytes(.bf16) == 0)
  }

  @Test func `one copy serves both products where operands may lie in any way`() {
    var precision = PrecisionPolicy.fp8
    precision.castCopies = 1
    // 512 weights: one copy of 1 byte; 2 read and 1 written.
    #expect(linear.weightCopyBytes(precision) == 512)
    #expect(linear.weightCastBytes(precision) == 1536)
  }

  @Test func `narrow primary weights are their copies alone`() {
    var precision = PrecisionPolicy.fp8
    precision.hasNarrowPrimaryWeights = true
    #expect(linear.weightBytes(.fp8) == 1024)
    #expect(linear.weightBytes(precision) == 1024 && linear.weightCopyBytes(precision) == 0)
    // One copy travels; casts read the master copy of 4 bytes and write two of 1.
    #expect(linear.updatedWeightBytes(precision) == 512 && linear.gatheredWeightBytes(precision) == 512)
    #expect(linear.weightCastBytes(precision) == 512 * 6)
    precision.castCopies = 1
    #expect(linear.weightBytes(precision) == 512)
    // What multiplies in 16 bits is stored so.
    var wide = linear
    wide.keepsWide = true
    #expect(wide.weightBytes(precision) == 1024 && wide.updatedWeightBytes(precision) == 1024)
  }

  @Test func `a mixture narrows what it names`() {
    // Experts alone in fp8: linear layers stay in bf16.
    var mixture = PrecisionPolicy.fp8
    mixture.narrow = .experts
    #expect(linear.kernels(.forward, batch: 1, precision: mixture).map(\.dataType) == [.bf16])
    #expect(mixture.format(of: .experts) == .fp8)
    mixture.narrow = [.experts, .attention]
    #expect(mixture.format(of: .attention) == .fp8)
  }

  @Test(arguments: [PrecisionPolicy.fp32, .tf32, .fp16, .bf16])
  func `policies of one format cast nothing`(precision: PrecisionPolicy) {
    #expect(precision.widened == precision)
    for kind in [ProductKinds.linear, .experts, .attention, .convolution] {
      #expect(precision.format(of: kind) == precision.compute)
      #expect(precision.castBytes(from: .bf16, for: kind) == 0)
    }
    // Operands and result at activation width: 160 + 512 + 320 elements.
    let kernels = linear.kernels(.forward, batch: 1, precision: precision)
    #expect(kernels.map(\.bytes) == [992 * precision.activation.byteWidth])
  }
}
