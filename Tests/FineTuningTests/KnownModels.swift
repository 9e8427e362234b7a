import Hardware
import ModelGraphs
import Quantities

/// A Llama-like decoder.
func llama(
  layers: Int, hidden: Int, heads: Int, keyValueHeads: Int? = nil, width: Int, vocabulary: Int,
  activation: FeedForwardArchitecture.Activation = .silu, isGated: Bool = true
) -> TransformerArchitecture {
  TransformerArchitecture(
    layerCount: layers, hidden: hidden,
    attention: AttentionArchitecture(
      heads: heads, keyValueHeads: keyValueHeads, headWidth: hidden / heads),
    feedForward: FeedForwardArchitecture(width: width, isGated: isGated, activation: activation),
    embedding: EmbeddingArchitecture(vocabulary: vocabulary, position: .rope))
}

let llama31of8B = llama(
  layers: 32, hidden: 4096, heads: 32, keyValueHeads: 8, width: 14336, vocabulary: 128256)
let llama2of7B = llama(layers: 32, hidden: 4096, heads: 32, width: 11008, vocabulary: 32000)
let llama1of65B = llama(layers: 80, hidden: 8192, heads: 64, width: 22016, vocabulary: 32000)

/// Two blocks small enough to count by hand: h = 8, 2 heads over 1 key-value head of 4, f = 12.
let small = llama(layers: 2, hidden: 8, heads: 2, keyValueHeads: 1, width: 12, vocabulary: 100)

/// The figures of the catalogue's H100-SXM-80GB and A100-SXM-80GB, with their calibration.
let h100 = Accelerator(
  name: "H100", densePeak: [.bf16: .teraflops(989.4), .fp32: .teraflops(66.9)], memory: .gibibytes(80),
  memoryBandwidth: .gigabytesPerSecond(3350), multiprocessorCount: 132)
let a100 = Accelerator(
  name: "A100", densePeak: [.bf16: .teraflops(312), .fp32: .teraflops(19.5)], memory: .gibibytes(80),
  memoryBandwidth: .gigabytesPerSecond(2039), multiprocessorCount: 108,
  calibration: DeviceCalibration(
    matrixEfficiency: [.bf16: 0.84], convolutionFactor: 0.83, attentionFactor: 0.6, memoryEfficiency: 0.79))

extension Model {
  func layer(_ name: String) -> ModelLayer { layers.first { $0.name == name } ?? layers[0] }
}

extension ModelLayer {
  func item(_ name: String) -> ModelOperator? { operators.first { $0.name == name } }
}
