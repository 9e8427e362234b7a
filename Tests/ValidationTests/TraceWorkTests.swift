import ComputeModels
import Hardware
import Quantities
import Testing
import TraceFiles

@testable import Validation

private func tensor(_ dimensions: [Int], _ type: String = "c10::BFloat16") -> TracedOperator.Input {
  TracedOperator.Input(dimensions: dimensions, type: type)
}

private func value(_ text: String) -> TracedOperator.Input {
  TracedOperator.Input(type: "Scalar", value: text)
}

private func call(
  _ name: String, _ inputs: [TracedOperator.Input], kernel: String = "kernel", microseconds: Double = 10
) -> TracedOperator {
  TracedOperator(
    name: name, inputs: inputs,
    kernels: [TracedKernel(name: kernel, device: 0, duration: .microseconds(microseconds))])
}

/// Shapes, FLOPs and bytes worked by hand.
@Suite("Work of traced operators") struct TraceWorkTests {
  @Test func `products`() throws {
    let mm = try #require(call("aten::mm", [tensor([64, 32]), tensor([32, 16])]).matrixProduct)
    #expect(mm.shape == .matrixProduct(m: 64, n: 16, k: 32, batch: 1))
    #expect(mm.flops == 65_536)
    #expect(mm.bytes == 8_192 - 1_024)
    #expect(mm.dataType == .bf16)
    let bias = [tensor([16]), tensor([64, 32]), tensor([32, 16])]
    #expect(call("aten::addmm", bias).matrixProduct?.shape == mm.shape)
    let batched = [tensor([8, 64, 32], "float"), tensor([8, 32, 16], "float")]
    let bmm = try #require(call("aten::bmm", batched).matrixProduct)
    #expect(bmm.shape == .matrixProduct(m: 64, n: 16, k: 32, batch: 8) && bmm.dataType == .fp32)
    // The kernel's name tells that the matrix units took fp32.
    #expect(call("aten::bmm", batched, kernel: "ampere_s1688gemm_128x128").matrixProduct?.dataType == .tf32)
    let narrow = [tensor([64, 32], "c10::Float8_e4m3fn"), tensor([32, 16], "c10::Float8_e4m3fn")]
    let scaled = try #require(call("aten::_scaled_mm", narrow).matrixProduct)
    // 2048 and 512 bytes in, 1024 results of 16 bits.
    #expect(scaled.dataType == .fp8 && scaled.bytes == 4_608)
    #expect(call("aten::mm", [tensor([64, 32]), tensor([31, 16])]).matrixProduct == nil)
    #expect(call("aten::mm", [value("1"), value("2")]).matrixProduct == nil)
  }

  @Test func `fused attention, heads first or last, forward and back`() throws {
    let (batch, heads, keyHeads, tokens, width) = (2, 8, 2, 128, 64)
    let query = tensor([batch, tokens, heads, width], "c10::Half")
    let key = tensor([batch, tokens, keyHeads, width], "c10::Half")
    let none = value("")
    let forward = try #require(
      call(
        "aten::_flash_attention_forward",
        [query, key, key, none, none, value("128"), value("128"), value("0."), value("True")],
        kernel: "flash_fwd_kernel"
      ).fusedAttention)
    #expect(
      forward.shape == .attention(batch: 2, heads: 8, queries: 128, keys: 128, headWidth: 64))
    // Two products of 2 FLOPs over half of the pairs.
    let pairs = Double(batch * heads) * 128 * 128 / 2
    #expect(forward.flops == pairs * 256)
    // Queries and results, keys and values.
    #expect(forward.bytes == Double(2 * 2 * batch * tokens * width * (heads + keyHeads)))
    #expect(!forward.isAsynchronous && forward.dataType == .fp16)
    let backward = try #require(
      call(
        "aten::_flash_attention_backward",
        [query, query, key, key, query] + Array(repeating: none, count: 6) + [value("False")]
      ).fusedAttention)
    #expect(backward.flops == 2.5 * 2 * forward.flops && backward.productsPerPair == 5)
    let first = tensor([batch, heads, tokens, width])
    let hopper = try #require(
      call(
        "aten::_scaled_dot_product_cudnn_attention",
        [first, first, first, none, value("True"), value("0."), value("True")],
        kernel: "cudnn_generated_fort_native_sdpa_sm90_flash_fprop"
      ).fusedAttention)
    #expect(hopper.isAsynchronous && hopper.shape == forward.shape)
    // Without values nothing tells whether it is causal.
    #expect(call("aten::_flash_attention_forward", [query, key, key]).fusedAttention == nil)
  }

  /// 7 × 7 over 224 × 224 with a stride of 2 and 3 on each side: 112 × 112.
  @Test func `convolutions`() throws {
    let input = tensor([32, 3, 224, 224], "c10::Half")
    let weight = tensor([64, 3, 7, 7], "c10::Half")
    let forward = call(
      "aten::cudnn_convolution", [input, weight, value("[3, 3]"), value("[2, 2]"), value("[1, 1]")])
    let kernel = try #require(forward.convolutions?.first)
    #expect(kernel.shape == .convolution(m: 32 * 112 * 112, n: 64, k: 3 * 49))
    #expect(kernel.flops == 7_552_892_928)
    let gradients = call(
      "aten::convolution_backward", [tensor([32, 64, 112, 112], "c10::Half"), input, weight])
    let kernels = try #require(gradients.convolutions)
    #expect(kernels.map(\.flops) == [kernel.flops, kernel.flops])
    #expect(kernels[1].shape == .convolution(m: 3 * 49, n: 64, k: 32 * 112 * 112))
    let grouped = call(
      "aten::cudnn_convolution",
      [input, tensor([64, 1, 7, 7])] + [value("[3, 3]"), value("[2, 2]"), value("[1, 1]")])
    #expect(grouped.convolutions == nil)
    // Only the weights' gradient, and with 2 between the taps 220 pixels a side.
    let rest = Array(repeating: value(""), count: 7) + [value("[False, True, False]")]
    #expect(
      call("aten::convolution_backward", gradients.inputs + rest).convolutions?.map(\.shape) == [
        kernels[1].shape
      ])
    let dilated = call(
      "aten::cudnn_convolution",
      [input, tensor([64, 3, 3, 3], "c10::Half"), value("[0, 0]"), value("[1, 1]"), value("[2, 2]")])
    #expect(dilated.convolutions?.first?.shape == .convolution(m: 32 * 220 * 220, n: 64, k: 27))
  }

  /// Sizes that no device holds: their products do not fit 64 bits.
  @Test(arguments: [
    ([1_000_000_000_000, 1, 1, 1], [1, 1, 1, 1], "[1000000, 1000000]"),
    ([1, 1, 2_000_000, 2_000_000], [1, 1, 1, 1], "[1000000, 1000000]"),
    ([4, 3, 9, 9], [1_000_000, 3, 1000, 1000], "[1000000, 1000000]"),
  ])
  func `absurd convolutions are none`(input: [Int], weight: [Int], padding: String) {
    let inputs = [tensor(input), tensor(weight), value(padding), value("[1, 1]"), value("[1, 1]")]
    #expect(call("aten::cudnn_convolution", inputs).convolutions == nil)
    let gradient = tensor([1_000_000, 1_000_000, 1, 1])
    #expect(call("aten::convolution_backward", [gradient] + inputs).convolutions == nil)
  }

  @Test func `packed, sliding and uneven attention is not read`() {
    let shape = tensor([1, 4096, 8, 64])
    func forward(_ change: (inout [TracedOperator.Input]) -> Void) -> Kernel? {
      var inputs = [shape, shape, shape] + Array(repeating: value(""), count: 5) + [value("True")]
      inputs += Array(repeating: value(""), count: 5)
      change(&inputs)
      return call("aten::_flash_attention_forward", inputs).fusedAttention
    }
    #expect(forward { _ in } != nil)
    #expect(forward { $0[3] = tensor([17], "int") } == nil)
    #expect(forward { $0[11] = value("1024") } == nil)
    #expect(forward { $0[11] = value("-1") } != nil)
    #expect(forward { $0[2] = tensor([1, 4096, 8, 32]) } == nil)
  }

  private static let moves: [(String, [TracedOperator.Input], Double)] = [
    // Two of 2 MB in, one out.
    ("aten::add", [tensor([1024, 1024]), tensor([1024, 1024])], 6_291_456.0),
    // fp32 in, bf16 out.
    ("aten::copy_", [tensor([1024]), tensor([1024], "float")], 6144.0),
    ("aten::fill_", [tensor([1024], "long int"), value("0")], 8192.0),
    ("aten::native_layer_norm", [tensor([8, 128]), tensor([128]), tensor([128])], 4096.0),
    ("aten::sum", [tensor([1024])], 2048.0),
  ]

  @Test(arguments: moves)
  func `bytes moved`(name: String, inputs: [TracedOperator.Input], bytes: Double) throws {
    #expect(try #require(call(name, inputs).stream).bytes == bytes)
  }

  @Test func `calls that are alike are one row, and others are told`() {
    let mm = [tensor([64, 32]), tensor([32, 16])]
    let trace = KinetoTrace(
      file: "t", deviceNames: [:],
      operators: [
        call("aten::mm", mm, microseconds: 9), call("aten::mm", mm, microseconds: 11),
        call("aten::mm", mm, microseconds: 30), call("aten::topk", [tensor([8])], microseconds: 7),
      ], collectives: [],
      copies: [TracedCopy(isFill: false, device: 0, bytes: 4096, duration: .microseconds(4))],
      strayKernels: [TracedKernel(name: "graph", device: 0, duration: .microseconds(100))], gap: nil)
    let measured = TraceMeasurement(trace, device: "H100-SXM-80GB")
    #expect(measured.work.map(\.name) == ["aten::mm", "memcpy"])
    #expect(measured.work[0].callCount == 3 && measured.work[0].duration == .microseconds(11))
    #expect(measured.others.map(\.name) == ["no operator", "aten::topk"])
    let expected = 144e-6
    #expect((measured.seconds - expected).magnitude < 1e-12)
    #expect(measured.shares.map(\.kind) == [.product, .stream])
  }
}
