import Rehearsal
import TestSupport
import Testing

private let base = ["plan.zero=3", "cluster.fabric={kind: switch}"]
private func offloaded(_ places: String, _ more: [String] = []) throws -> TrainingResult {
  try simulated(planScenario, base + ["training.offload={\(places)}"] + more)
}

@Suite("What is offloaded") struct OffloadTests {
  @Test func `leaves the device and lies on the host, byte by byte`() throws {
    let states = try offloaded("optimizer: host")
    let gradients = try offloaded("optimizer: host, gradients: host")
    let all = try offloaded("optimizer: host, gradients: host, parameters: host")
    let onDevice = [states, gradients, all].map(\.memory.peak)
    #expect(onDevice[0] > onDevice[1] && onDevice[1] > onDevice[2])
    let onHost = [states, gradients, all].map(\.memory.hostBytesPerNode.bytes)
    // A rank's eighth of the parameters, in 16 bits: once as gradients, once as parameters.
    let share = states.job.plan.model.parameterCount / 8 * 2 * 8
    for (more, less) in [(onHost[1], onHost[0]), (onHost[2], onHost[1])] {
      #expect(agree(Double(more - less), Double(share), relative: 1e-3))
    }
    #expect(all.memory[.weights] == .zero)
    #expect(all.memory.hostBytesPerNode.bytes == all.memory[.hostOffload].bytes * 8)
  }

  @Test(arguments: ["host", "disk"])
  func `moves once a pass, whatever the schedule of the step`(place: String) throws {
    let result = try offloaded("optimizer: host, gradients: \(place), parameters: \(place)")
    let unfolded = try offloaded(
      "optimizer: host, gradients: \(place), parameters: \(place)", ["simulation.fold=ranks"])
    #expect(agree(result.step.time, unfolded.step.time, relative: 1e-9))
    #expect(result.step.time > (try simulated(planScenario, base).step.time))
  }

  @Test func `on the disk takes longer than on the host`() throws {
    let times = try ["host", "disk"].map {
      try offloaded("optimizer: host, gradients: \($0), parameters: \($0)").step.time
    }
    #expect(times[1] > times[0])
  }

  @Test(arguments: [
    (
      ["plan.zero=1", "training.offload={optimizer: host, gradients: host}"],
      "training.offload.gradients: gradients leave the device share by share, and zero 1 does not share them out",
      "use plan.zero: 2 or 3"
    ),
    (
      ["plan.zero=2", "training.offload={optimizer: host, parameters: host}"],
      "training.offload.parameters: parameters leave the device share by share, and zero 2 does not share them out",
      "use plan.zero: 3"
    ),
    (
      ["plan.zero=3", "training.offload={parameters: disk}"],
      "training.offload.parameters: the update on the device would need its parameters there",
      "set training.offload.optimizer to host or disk"
    ),
  ])
  func `is refused where it cannot be`(overrides: [String], message: String, mend: String) {
    #expect("\(overrides) is accepted") {
      _ = try simulated(planScenario, overrides)
    } throws: { error in
      "\(error)".contains(message) && "\(error)".contains("mend: \(mend)")
    }
  }
}

@Suite("Recomputation of some layers") struct PartialRecomputationTests {
  private func result(_ policy: String, _ more: [String] = []) throws -> TrainingResult {
    try simulated(planScenario, ["training.recompute=\(policy)"] + more)
  }

  @Test func `lies between none and all`() throws {
    let (none, full) = (try result("none"), try result("full"))
    for policy in ["{one_in: 2}", "{first: 4}"] {
      let half = try result(policy)
      #expect(half.step.time > none.step.time && half.step.time < full.step.time)
      #expect(half.memory[.activations] < none.memory[.activations])
      #expect(half.memory[.activations] > full.memory[.activations])
      // Half of the eight layers' forward passes are run again, beside other reductions.
      #expect(agree(half.step.recompute, full.step.recompute / 2, relative: 0.01))
    }
    #expect(try result("{one_in: 1}").step == full.step)
    #expect(try result("{first: 8}").step == full.step)
  }

  @Test func `counts the first layers of every stage`() throws {
    let plan = ["plan.pipeline=4"]
    let (half, full) = (try result("{first: 1}", plan), try result("full", plan))
    #expect(agree(half.step.recompute, full.step.recompute / 2, relative: 0.01))
    #expect(try result("{first: 2}", plan).step == full.step)
  }
}
