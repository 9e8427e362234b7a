import Hardware
import ModelGraphs
import PostTraining
import Quantities

/// A device that reads 2 TB/s without loss and starts kernels in no time.
let plainDevice = Accelerator(
  name: "2 TB/s", densePeak: [.bf16: .teraflops(300), .fp32: .teraflops(20)], memory: .gibibytes(80),
  memoryBandwidth: .gigabytesPerSecond(2000), multiprocessorCount: 100,
  calibration: DeviceCalibration(memoryEfficiency: 1, kernelOverhead: .zero))

let llama2of7B = TransformerArchitecture(
  layerCount: 32, hidden: 4096, attention: AttentionArchitecture(heads: 32, headWidth: 128),
  feedForward: FeedForwardArchitecture(width: 11008, isGated: true, activation: .silu),
  embedding: EmbeddingArchitecture(vocabulary: 32000, position: .rope))

/// Four blocks of h = 256 with 4 heads of 64 over 2 key-value heads.
let smallArchitecture = TransformerArchitecture(
  layerCount: 4, hidden: 256, attention: AttentionArchitecture(heads: 4, keyValueHeads: 2, headWidth: 64),
  feedForward: FeedForwardArchitecture(width: 512, isGated: true, activation: .silu),
  embedding: EmbeddingArchitecture(vocabulary: 1000, position: .rope))

let smallModel = ServedModel(smallArchitecture, on: plainDevice)

func load(
  _ answers: [Int], prompt: Int = 64, group: Int = 1, cache: ByteCount = .gibibytes(8), most: Int = 256
) -> RolloutLoad {
  RolloutLoad(
    promptTokens: prompt, answers: answers, groupSize: group, cacheBudget: cache, mostSequences: most)
}
