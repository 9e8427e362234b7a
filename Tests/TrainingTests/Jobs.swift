import Fabrics
import Hardware
import MemoryModels
import ModelGraphs
import Quantities
import StepGraphs
import Training

/// A device with round figures: 100 TFLOP/s in 16 bits, 1 TB/s, 16 GB.
let referenceDevice = Accelerator(
  name: "reference", densePeak: [.bf16: .teraflops(100), .fp16: .teraflops(100), .fp32: .teraflops(20)],
  memory: .gigabytes(16), memoryBandwidth: .gigabytesPerSecond(1000), multiprocessorCount: 80)

let referenceTiers = HostTiers(
  host: MemoryTier(
    kind: .host, capacity: .gibibytes(64),
    link: LinkClass(bandwidth: .gigabytesPerSecond(10), latency: .microseconds(10))),
  disk: MemoryTier(
    kind: .disk, capacity: .gibibytes(512),
    link: LinkClass(bandwidth: .gigabytesPerSecond(2), latency: .microseconds(100))),
  hostMemoryBandwidth: .gigabytesPerSecond(100), devicesPerNode: 2)

/// `layerCount` equal linear layers of `width` × `width` on one row.
func chain(
  layerCount: Int, width: Int = 1024, rows: Int = 64, inputGradients: Bool = false
) -> Model {
  Model(
    name: "chain",
    layers: (0..<layerCount).map { index in
      ModelLayer(
        name: "layer.\(index)", kind: .linear,
        operators: [
          ModelOperator(
            "linear", .linear(rows: rows, inputs: width, outputs: width), parameters: Int64(width * width),
            needsInputGradient: index > 0 || inputGradients)
        ])
    }, sampleName: "sample")
}

/// A job on `nodes` × 2 devices.
func job(
  _ model: Model = chain(layerCount: 8), nodes: Int = 2, microBatch: Int = 4, accumulation: Int = 1,
  steps: Int = 1, change: (inout TrainingJob) -> Void = { _ in }
) -> TrainingJob {
  let shape = ClusterShape(
    nodeCount: nodes, devicesPerNode: 2,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(100), latency: .microseconds(2)),
    interNode: LinkClass(bandwidth: .gigabytesPerSecond(10), latency: .microseconds(5)))
  var job = TrainingJob(
    name: "job",
    plan: TrainingPlan(
      model: model, device: referenceDevice, rankCount: nodes * 2, microBatch: microBatch,
      accumulation: accumulation, tiers: referenceTiers, bucketBytes: .mebibytes(4)),
    cluster: shape, steps: steps)
  change(&job)
  return job
}
