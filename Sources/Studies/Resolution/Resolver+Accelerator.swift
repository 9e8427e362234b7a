import Catalogues
import ComputeModels
import Diagnostics
import Hardware
import ModelGraphs
import Quantities
import Scenarios
import StepGraphs

extension Resolver {
  /// The devices of a cluster, by groups of nodes.
  func fleet(_ scenario: Scenario) throws(Diagnostics) -> DeviceFleet {
    let groups = scenario.cluster.groups
    if groups.isEmpty { return DeviceFleet(try accelerator(scenario)) }
    var devices: [Accelerator] = []
    var firstRanks: [Int] = []
    var (rank, findings) = (0, Diagnostics())
    for group in groups {
      do throws(Diagnostics) {
        let name = group.accelerator
        devices.append(try catalogue.accelerator(named: name.text, at: name.location).accelerator)
      } catch {
        findings.list += error.list
      }
      firstRanks.append(rank)
      rank += group.nodes * scenario.cluster.acceleratorsPerNode
    }
    try findings.throwIfAny()
    return DeviceFleet(devices, firstRanks: firstRanks)
  }

  func accelerator(_ scenario: Scenario) throws(Diagnostics) -> Accelerator {
    switch scenario.cluster.accelerator {
    case .named(let name):
      return try catalogue.accelerator(named: name.text, at: name.location).accelerator
    case .inline(let declared): return try inlineAccelerator(declared, scenario)
    }
  }

  private func inlineAccelerator(
    _ declared: InlineAccelerator, _ scenario: Scenario
  ) throws(Diagnostics) -> Accelerator {
    var device: Accelerator
    if let base = declared.base {
      device = try catalogue.accelerator(named: base.text, at: base.location).accelerator
    } else {
      device = Accelerator(
        name: declared.name, kind: declared.kind, densePeak: [:], memory: declared.memory ?? .zero,
        memoryBandwidth: declared.memoryBandwidth ?? Bandwidth(bytesPerSecond: 0))
    }
    device.name = declared.name
    if let peak = declared.tensorPeak {
      // The device's fastest 16-bit path becomes the stated rate; other formats keep their ratio to it.
      let reference = device.peak(for: .bf16)
      device.densePeak = device.densePeak.mapValues { $0 * (peak.perSecond / reference.perSecond) }
    }
    for entry in declared.peak { device.densePeak[entry.dataType] = entry.rate }
    if let memory = declared.memory { device.memory = memory }
    if let bandwidth = declared.memoryBandwidth { device.memoryBandwidth = bandwidth }
    if let count = declared.multiprocessors { device.multiprocessorCount = count }
    if let link = declared.link { device.scaleUpBandwidth = link }
    if let power = declared.power { device.powerWatts = power }
    return device
  }

  /// The number formats of the step, refused where one of the devices has no such path.
  func precision(
    _ scenario: Scenario, on fleet: DeviceFleet, _ framework: FrameworkEntry?
  ) throws(Diagnostics) -> PrecisionPolicy {
    var policy = try precision(scenario, on: fleet.devices[0], framework)
    for device in fleet.devices.dropFirst() {
      // Copies for another layout are there as soon as one device needs them.
      policy.castCopies = max(policy.castCopies, try precision(scenario, on: device, framework).castCopies)
    }
    return policy
  }

  private func precision(
    _ scenario: Scenario, on device: Accelerator, _ framework: FrameworkEntry?
  ) throws(Diagnostics) -> PrecisionPolicy {
    let wanted = scenario.training.precision.rawValue
    guard var policy = PrecisionPolicy.named.first(where: { $0.name == wanted }) else {
      preconditionFailure("the schema knows a precision that the model graph does not")
    }
    if !device.multiplies(policy) {
      let usable = PrecisionPolicy.named.filter(device.multiplies).map(\.name)
      throw Diagnostics(
        Diagnostic(
          .conflict("\(device.name) has no \(wanted) arithmetic"), at: scenario.places["training.precision"],
          mend: usable.isEmpty ? "use another accelerator" : "use \(usable.joined(separator: " or "))"))
    }
    // One scale a tensor serves every layout; blocks are scaled along one.
    if device.takesAnyLayoutInFP8, policy.compute == .fp8, policy.scaleBytes == 0 { policy.castCopies = 1 }
    if let framework { policy = framework.mixedPrecision(policy) }
    if let gradient = scenario.training.gradientPrecision, let type = DataType(rawValue: gradient.rawValue) {
      policy.gradient = type
    }
    if scenario.training.primaryWeights == .narrow {
      try checkNarrowWeights(policy, framework, scenario)
      policy.hasNarrowPrimaryWeights = true
    }
    return policy
  }

  /// Narrow weights belong to narrow products, and are written from a master copy.
  private func checkNarrowWeights(
    _ policy: PrecisionPolicy, _ framework: FrameworkEntry?, _ scenario: Scenario
  ) throws(Diagnostics) {
    let place = scenario.places["training.primary_weights"]
    if !policy.casts(.linear) {
      throw Diagnostics(
        Diagnostic(
          .conflict(
            "\(scenario.training.precision.rawValue) has no narrow products whose weights could be stored narrow"
          ),
          at: place, mend: "remove training.primary_weights, or set training.precision to fp8"))
    }
    if policy.master == nil {
      throw Diagnostics(
        Diagnostic(
          .conflict(
            "\(framework?.name ?? "the framework") keeps its weights in fp32 and casts them for each product"),
          at: place, mend: "remove training.primary_weights, or set training.framework to none"))
    }
  }
}

extension Accelerator {
  /// Whether the device has the policy's arithmetic.
  ///
  /// Products of blocks with a scale each came with the 4-bit units: NVIDIA's Blackwell and AMD's CDNA 4 have both.
  fileprivate func multiplies(_ policy: PrecisionPolicy) -> Bool {
    let needsBlockScales = policy.scaleBytes > 0
    return densePeak[policy.compute] != nil && (!needsBlockScales || densePeak[.fp4] != nil)
  }
}
