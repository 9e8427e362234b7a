// Hardware of your own beside two devices of the catalogue: by its figures, and as a change of a known one.
//
//   swift run OwnHardware

import Rehearsal

// By its figures. Peaks are dense; bandwidths are of one direction.
var mine = InlineAccelerator()
mine.name = "MyGPU"
mine.peak = [
  PeakRate(dataType: .bf16, rate: .teraflops(500)), PeakRate(dataType: .fp32, rate: .teraflops(50)),
]
mine.memory = .gibibytes(96)
mine.memoryBandwidth = .gigabytesPerSecond(3000)
mine.multiprocessors = 120
mine.link = .gigabytesPerSecond(400)

// As a known device with other memory.
var larger = InlineAccelerator()
larger.name = "H100 with 141 GiB at 4.8 TB/s"
larger.base = "H100-SXM-80GB"
larger.memory = .gibibytes(141)
larger.memoryBandwidth = .gigabytesPerSecond(4800)

let devices: [AcceleratorDeclaration] = [
  .named("A100-SXM-80GB"), .named("H100-SXM-80GB"), .inline(mine), .inline(larger),
]
var table = TextTable(["Device", .number("Step"), .number("Tokens/s"), .number("MFU"), .number("Memory")])
for device in devices {
  var scenario = Scenario(name: "own hardware", model: .named("gpt2-xl"))
  scenario.cluster.accelerator = device
  scenario.cluster.nodes = 2
  scenario.cluster.fabric.nic = .gigabytesPerSecond(150)
  scenario.training.microBatch = 8
  let report = try rehearse(try scenario.completed(), resolver: Resolver())
  let result = report.result
  table.add([
    result.job.plan.device.name, Readable.seconds(result.step.time),
    Readable.number(result.throughput.tokensPerSecond), Readable.percent(result.throughput.mfu),
    "\(Readable.percent(Double(result.memory.peak.bytes) / Double(result.memory.capacity.bytes)))",
  ])
}
print(table.text())
