import Collectives
import Fabrics
import FineTuning
import MemoryModels
import ModelGraphs
import Training

/// A closed set of words that a key may take.
public protocol DocumentChoice: RawRepresentable, CaseIterable, Sendable, Equatable where RawValue == String {
}

// Closed sets that the simulator itself knows: a document says them by their raw values.
extension TopologyKind: DocumentChoice {}
extension CollectiveAlgorithm: DocumentChoice {}
extension TunerName: DocumentChoice {}
extension Optimizer: DocumentChoice {}
extension OffloadPolicy.Place: DocumentChoice {}
extension NetworkFidelity: DocumentChoice {}
extension Folding: DocumentChoice {}
extension TrainingStage: DocumentChoice {}
extension LayerFreeze.Side: DocumentChoice {}
extension RolloutPlan.Placement: DocumentChoice {}
extension SequenceLengths.Packing: DocumentChoice {}

public enum Precision: String, DocumentChoice {
  case fp32, tf32, bf16, fp16, fp8
  case fp8Current = "fp8_current"
  case mxfp8, nvfp4, mxfp4
}
public enum GradientPrecision: String, DocumentChoice { case fp32, bf16, fp16 }
public enum AllocatorKind: String, DocumentChoice { case caching, planned }
public enum PrimaryWeights: String, DocumentChoice { case wide, narrow }
public enum TrainingMethod: String, DocumentChoice { case full, lora, qlora, dora, pissa, freeze }
public enum PositionEncoding: String, DocumentChoice { case learned, rope, none }
public enum AttentionKind: String, DocumentChoice { case causal, bidirectional }

public enum LayerType: String, DocumentChoice {
  case conv2d, linear, attention, transformer, embedding, normalization, activation, pooling, head, custom
}
