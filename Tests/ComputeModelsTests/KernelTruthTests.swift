import ComputeModels
import Hardware
import Quantities
import Testing

/// An H100 as its vendor describes it.
private let device = Accelerator(
  name: "H100-SXM-80GB", vendor: "NVIDIA",
  densePeak: [.bf16: FLOPRate(perSecond: 989.4e12), .fp8: FLOPRate(perSecond: 1978.9e12)],
  memory: ByteCount(rounding: 80e9), memoryBandwidth: .gigabytesPerSecond(3350), multiprocessorCount: 132)
private let sizes = [1, 16, 100, 256, 1024, 5120, 16384]

@Suite("Kernels alone") struct KernelTruthTests {
  let chip: KernelChip
  let constants = KernelFactors.measured.constants(for: KernelScope(device, format: .bf16, kernel: "gemm"))

  init() throws { chip = try #require(KernelChip(device, computingIn: .bf16)) }

  private func product(_ m: Int, _ n: Int, _ k: Int) -> Double {
    MatrixKernel(m: m, n: n, k: k, elementBytes: 2).microseconds(on: chip, by: constants)
  }

  private func prefill(_ batch: Int, _ length: Int, _ heads: Int, _ keyHeads: Int, causal: Bool) -> Double {
    PrefillKernel(
      sequenceCount: batch, length: length, headCount: heads, keyHeadCount: keyHeads, headWidth: 128,
      isCausal: causal
    ).microseconds(on: chip, by: constants)
  }

  private func decode(_ batch: Int, _ length: Int, _ heads: Int, _ keyHeads: Int) -> Double {
    DecodeKernel(
      sequenceCount: batch, cachedLength: length, headCount: heads, keyHeadCount: keyHeads, headWidth: 128
    ).microseconds(on: chip, by: constants)
  }

  /// Twice as large a dimension never takes less time.
  @Test(arguments: sizes, sizes)
  func `a product's time grows with its dimensions`(m: Int, n: Int) {
    for k in sizes {
      let time = product(m, n, k)
      #expect(product(2 * m, n, k) >= time, "m \(m) n \(n) k \(k)")
      #expect(product(m, 2 * n, k) >= time, "n \(m) n \(n) k \(k)")
      #expect(product(m, n, 2 * k) >= time, "k \(m) n \(n) k \(k)")
    }
  }

  @Test(arguments: sizes, sizes)
  func `a product never beats peak and bandwidth, nor the launch`(m: Int, n: Int) {
    for k in sizes {
      let (m, n, k) = (Double(m), Double(n), Double(k))
      let arithmetic = 2 * m * n * k / 989.4e6
      let traffic = 2 * (m * k + k * n + m * n) / 3350e3
      let time = product(Int(m), Int(n), Int(k))
      #expect(time >= max(arithmetic, traffic))
      #expect(time > constants[.launch])
    }
  }

  @Test func `the best of many shapes is faster than any one`() {
    let kernel = MatrixKernel(m: 8192, n: 8192, k: 8192, elementBytes: 2)
    #expect(kernel.leastMicroseconds(on: chip, by: constants) < kernel.microseconds(on: chip, by: constants))
    #expect(kernel.leastMicroseconds(on: chip, by: constants) > 2 * 8192 * 8192 * 8192 / 989.4e6)
  }

  @Test func `weights that the cache holds are read faster`() {
    func time(inTurn count: Double?) -> Double {
      MatrixKernel(m: 1, n: 4096, k: 4096, elementBytes: 1, weightsInTurn: count)
        .microseconds(on: chip, by: constants)
    }
    #expect(time(inTurn: 1) < time(inTurn: 5))
    #expect(time(inTurn: 5) < time(inTurn: 7))
    #expect(time(inTurn: 7) == time(inTurn: nil))
  }

  @Test func `quantising an operand takes time, and so does a depth that is not split`() {
    func time(quantizations: Int, splits: Bool) -> Double {
      MatrixKernel(
        m: 16, n: 1024, k: 16384, elementBytes: 1, splitsDepth: splits, quantizationCount: quantizations
      ).microseconds(on: chip, by: constants)
    }
    #expect(time(quantizations: 2, splits: true) > time(quantizations: 0, splits: true) + 5)
    #expect(time(quantizations: 0, splits: false) > time(quantizations: 0, splits: true))
  }

  @Test(arguments: [1, 100, 512, 4096, 16384], [1, 8, 64])
  func `causal attention takes at most what full attention takes, and at least half`(length: Int, heads: Int)
  {
    for batch in [1, 7] {
      let causal = prefill(batch, length, heads, 1, causal: true)
      let full = prefill(batch, length, heads, 1, causal: false)
      #expect(causal <= full)
      #expect(2 * causal > full)
    }
  }

  @Test(arguments: [1, 100, 512, 4096, 16384], [1, 8, 64])
  func `attention grows with what it attends to and stays above its bounds`(length: Int, heads: Int) {
    for batch in [1, 7] {
      let time = prefill(batch, length, heads, 1, causal: true)
      #expect(prefill(2 * batch, length, heads, 1, causal: true) >= time)
      #expect(prefill(batch, 2 * length, heads, 1, causal: true) >= time)
      #expect(prefill(batch, length, 2 * heads, 1, causal: true) >= time)
      let pairs = Double(batch * heads) * Double(length) * Double(length + 1) / 2
      #expect(time >= pairs * 4 * 128 / 989.4e6)
      let cached = decode(batch, length, heads, 1)
      #expect(decode(2 * batch, length, heads, 1) >= cached)
      #expect(decode(batch, 2 * length, heads, 1) >= cached)
      #expect(decode(batch, length, 2 * heads, 1) >= cached)
      #expect(cached >= 2 * constants[.decodeLaunch])
    }
  }

  /// 128 · 8192 · 8 · 128 · 2 · 2 B = 4.29 GB at 3.35 TB/s: 1282 µs.
  @Test func `a long cache is read at the memory's rate`() {
    let time = decode(128, 8192, 8, 8)
    #expect(time > 1282 && time < 1282 * 1.3)
    // Heads that share keys are packed: they read as much, and one tile of products is done beside.
    let packed = decode(128, 8192, 64, 8)
    #expect(packed > time && packed < 1.2 * time)
    #expect(decode(128, 8192, 128, 8) == packed)
    #expect(decode(128, 8192, 136, 8) > packed)
  }

  /// 33 MB are held by a cache of 50 MiB where values lie on keys, and 67 MB where they do not are not.
  @Test func `values on the pages of keys leave half to hold, and to read`() {
    func time(_ batch: Int, _ length: Int, _ heads: Int, _ keyHeads: Int, twice: Bool) -> Double {
      DecodeKernel(
        sequenceCount: batch, cachedLength: length, headCount: heads, keyHeadCount: keyHeads, headWidth: 128,
        readsKeysTwice: twice
      ).microseconds(on: chip, by: constants)
    }
    #expect(time(8, 512, 32, 32, twice: true) < 0.9 * time(8, 512, 32, 32, twice: false))
    // Far beyond the cache a head on its own keys reads all of both.
    #expect(time(128, 4096, 32, 32, twice: true) == time(128, 4096, 32, 32, twice: false))
    // Packed heads read half of what exceeds the pool.
    let (near, far) = (time(128, 8192, 64, 8, twice: true), time(128, 8192, 64, 8, twice: false))
    #expect(near > 0.45 * far && near < 0.6 * far)
  }

  /// 66 sequences of two key heads fill H100's 132 multiprocessors once; 67 begin a second wave.
  @Test func `what the last wave leaves idle is lost in part`() {
    let (full, begun) = (decode(66, 8192, 2, 2), decode(67, 8192, 2, 2))
    #expect(begun > 1.1 * full && begun < 2 * full)
    #expect(decode(132, 8192, 2, 2) < 2 * full)
  }

  @Test func `layers follow tokens, widths and rows`() {
    func time(_ tokens: Int, _ width: Int, byRows: Bool) -> Double {
      LayerKernel(tokenCount: tokens, width: width, passes: 3, isByRows: byRows)
        .microseconds(on: chip, by: constants)
    }
    for tokens in [1, 64, 4096] {
      #expect(time(2 * tokens, 4096, byRows: true) >= time(tokens, 4096, byRows: true))
      #expect(time(tokens, 8192, byRows: true) > time(tokens, 4096, byRows: true))
      #expect(time(tokens, 4096, byRows: true) > time(tokens, 4096, byRows: false))
      #expect(time(tokens, 4096, byRows: false) > constants[.layerLaunch])
    }
    #expect(time(65536, 8192, byRows: false) > 3 * 2 * 65536 * 8192 / 3350e3)
  }

  @Test func `a device without measurements has its generation's constants`() {
    var other = device
    other.name = "H20-SXM-96GB"
    let scope = KernelScope(other, format: .bf16, kernel: "gemm")
    let factors = KernelFactors([
      .matrixShare: ["all": 0.9, "hopper, 16-bit": 1.1, "H100-SXM-80GB, 16-bit": 2]
    ])
    #expect((factors.constants(for: scope)[.matrixShare] - 0.8 * 0.9 * 1.1).magnitude < 1e-12)
    #expect(factors.constants(for: KernelScope(device, format: .fp16, kernel: ""))[.matrixShare] == 1)
  }

  @Test(arguments: [
    ("V100-SXM2-16GB", KernelGeneration.volta), ("A100-PCIe-80GB", .ampere), ("A10", .ampereGraphics),
    ("L4", .ada), ("GH200-96GB", .hopper), ("GB300-279GB", .blackwell), ("MI300X", .other),
  ])
  func `a generation is told by the name`(name: String, generation: KernelGeneration) {
    #expect(
      KernelGeneration(
        of: Accelerator(
          name: name, densePeak: [:], memory: .gibibytes(1), memoryBandwidth: .gigabytesPerSecond(1)))
        == generation)
  }
}
