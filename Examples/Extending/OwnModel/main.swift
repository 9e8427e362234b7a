// A model of your own, layer by layer, and what the size of the micro-batch does to it.
//
//   swift run OwnModel

import Rehearsal

/// A network for 224 × 224 images: four convolutions, a pooling layer and a classifier.
///
/// A convolution has k·k·cᵢ·cₒ parameters and does 2 · parameters FLOPs for every element of its output's
/// plane; the backward pass does twice as many. What it keeps for the backward pass is its input.
func myNetwork() -> CustomArchitecture {
  var layers: [CustomArchitecture.Layer] = []
  var (channels, side) = (3, 224)
  for (index, outputs) in [64, 128, 256, 512].enumerated() {
    let kernel = index == 0 ? 7 : 3
    let parameters = kernel * kernel * channels * outputs
    let flops = 2 * Double(parameters) * Double(side / 2 * side / 2)
    layers.append(
      CustomArchitecture.Layer(
        name: "conv\(index + 1)", type: "conv2d", inputShape: [channels, side, side],
        outputShape: [outputs, side / 2, side / 2], parameterCount: Int64(parameters), forwardFLOPs: flops,
        backwardFLOPs: 2 * flops, activationElements: Double(channels * side * side)))
    (channels, side) = (outputs, side / 2)
  }
  layers.append(
    CustomArchitecture.Layer(
      name: "pool", type: "pooling", inputShape: [channels, side, side], outputShape: [channels],
      parameterCount: 0, forwardFLOPs: Double(channels * side * side),
      backwardFLOPs: Double(channels * side * side), activationElements: 0))
  layers.append(
    CustomArchitecture.Layer(
      name: "classifier", type: "linear", inputShape: [channels], outputShape: [1000],
      parameterCount: Int64(channels * 1000 + 1000), forwardFLOPs: 2 * Double(channels) * 1000,
      backwardFLOPs: 4 * Double(channels) * 1000, activationElements: Double(channels)))
  return CustomArchitecture(layers: layers)
}

// A job from the catalogue, with its model replaced.
var scenario = Scenario(name: "own model", model: .named("resnet-50"))
scenario.cluster.nodes = 1
scenario.cluster.acceleratorsPerNode = 8
scenario.training.precision = .fp16
var job = try Resolver().job(for: try scenario.completed())
job.plan.model = myNetwork().model(name: "my-network")

print(
  "my-network: \(Readable.count(Int(job.plan.model.parameterCount))) parameters, 8 × \(job.plan.device.name)")
var table = TextTable([.number("Micro-batch"), .number("Step"), .number("Samples/s"), .number("Memory")])
for microBatch in [32, 64, 128, 256] {
  job.plan.microBatch = microBatch
  let result = try simulate(job)
  table.add([
    "\(microBatch)", Readable.seconds(result.step.time), Readable.number(result.throughput.samplesPerSecond),
    Readable.bytes(Double(result.memory.peak.bytes)),
  ])
}
print(table.text())
