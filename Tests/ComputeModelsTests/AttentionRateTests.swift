import ComputeModels
import Hardware
import Quantities
import Testing

@Suite("Fused attention in a step") struct AttentionRateTests {
  private func device(_ name: String) -> Accelerator {
    Accelerator(
      name: name, vendor: "NVIDIA", densePeak: [.bf16: FLOPRate(perSecond: 400e12)],
      memory: .gigabytes(80), memoryBandwidth: .gigabytesPerSecond(2000), multiprocessorCount: 100,
      calibration: DeviceCalibration(
        matrixEfficiency: [.bf16: 0.8], attentionFactor: 0.5, kernelOverhead: .zero))
  }

  /// Seconds of 160 TFLOP, which a large product's rate times the factor of attention does in one.
  private func seconds(
    width: Int, products: Int = 2, isAsynchronous: Bool = true, on name: String = "A100-SXM-80GB"
  ) -> Double {
    var kernel = Kernel(
      shape: .attention(batch: 100, heads: 1, queries: 128, keys: 4096, headWidth: width), flops: 160e12,
      bytes: 0, dataType: .bf16)
    kernel.productsPerPair = products
    kernel.isAsynchronous = isAsynchronous
    return kernelTime(kernel, on: device(name)).duration.seconds
  }

  @Test func `pays for a softmax as for products of width 32`() {
    // Forward w / (w + 32), backward w / (w + 12.8).
    #expect((seconds(width: 128) - 160.0 / 128).magnitude < 1e-9)
    #expect((seconds(width: 64) - 96.0 / 64).magnitude < 1e-9)
    #expect((seconds(width: 128, products: 5) - 140.8 / 128).magnitude < 1e-9)
    #expect((seconds(width: 64, products: 5) - 76.8 / 64).magnitude < 1e-9)
  }

  @Test func `of both passes at width 64 reaches nine tenths of the rate at 128`() {
    // 2.5 times the work backward, as published for A100.
    func both(_ width: Int) -> Double { seconds(width: width) + 2.5 * seconds(width: width, products: 5) }
    #expect((both(128) / both(64) - 0.89).magnitude < 0.01)
  }

  @Test(arguments: ["A100-SXM-80GB", "V100-SXM2-16GB", "RTX-4090"])
  func `that waits for its products loses nothing where all do`(name: String) {
    #expect(seconds(width: 128, isAsynchronous: false, on: name) == seconds(width: 128, on: name))
  }

  @Test(arguments: ["H100-SXM-80GB", "H200-SXM-141GB", "B200-SXM-180GB"])
  func `that waits for its products takes 1.7 times as long where units could run beside it`(name: String) {
    let ratio = seconds(width: 128, isAsynchronous: false, on: name) / seconds(width: 128, on: name)
    #expect((ratio - 1.7).magnitude < 1e-9)
  }
}
