import Diagnostics
import MemoryModels
import Scenarios

/// The single changes that are tried on a scenario, families in order, mild ones before harsh ones.
///
/// Degrees are doubled: tensor up to the devices of a node, pipeline up to 16 stages. What the model or the cluster
/// cannot take is left to the resolver to refuse.
func fitChanges(of scenario: Scenario) -> [FitChange] {
  nodeChanges(scenario) + degreeChanges(scenario) + shardingChanges(scenario) + batchChanges(scenario)
    + activationChanges(scenario) + stateChanges(scenario)
}

private func doublings(of value: Int, upTo limit: Int) -> [Int] {
  var values: [Int] = []
  var next = value * 2
  while next <= limit {
    values.append(next)
    next *= 2
  }
  return values
}

private func nodeChanges(_ scenario: Scenario) -> [FitChange] {
  doublings(of: scenario.cluster.nodes, upTo: scenario.cluster.nodes * 8).map { nodes in
    FitChange(.nodes, [FitSetting("cluster.nodes", "\(nodes)")]) { scenario throws(Diagnostics) in
      let samples = scenario.training.globalBatch
      scenario = try scenario.scaled(toNodes: nodes, .weak)
      scenario.training.globalBatch = samples
    }
  }
}

private func degreeChanges(_ scenario: Scenario) -> [FitChange] {
  var changes: [FitChange] = []
  for degree in doublings(of: scenario.plan.tensor, upTo: scenario.cluster.acceleratorsPerNode) {
    changes.append(
      FitChange(.tensor, [FitSetting("plan.tensor", "\(degree)")]) { $0.plan.tensor = degree })
  }
  for degree in doublings(of: scenario.plan.pipeline, upTo: 16) {
    changes.append(
      FitChange(.pipeline, [FitSetting("plan.pipeline", "\(degree)")]) { $0.plan.pipeline = degree })
  }
  if scenario.plan.sequenceParallel == false, scenario.plan.tensor > 1 {
    changes.append(
      FitChange(.sequence, [FitSetting("plan.sequence_parallel", "true")]) { $0.plan.sequenceParallel = true }
    )
  }
  return changes
}

private func shardingChanges(_ scenario: Scenario) -> [FitChange] {
  (1...3).filter { $0 > scenario.plan.zero }.map { stage in
    FitChange(.zero, [FitSetting("plan.zero", "\(stage)")]) { $0.plan.zero = stage }
  }
}

private func batchChanges(_ scenario: Scenario) -> [FitChange] {
  var changes: [FitChange] = []
  var size = scenario.training.microBatch
  while size > 1 {
    size = (size + 1) / 2
    let samples = size
    changes.append(FitChange(.batch, []) { $0.training.microBatch = samples })
  }
  return changes
}

private func activationChanges(_ scenario: Scenario) -> [FitChange] {
  var changes: [FitChange] = []
  func recompute(_ value: Recomputation, _ word: String) {
    changes.append(
      FitChange(.recompute, [FitSetting("training.recompute", word)]) { $0.training.recompute = value })
  }
  if scenario.training.recompute == .none { recompute(.selective, "selective") }
  if [.none, .selective].contains(scenario.training.recompute) { recompute(.products, "products") }
  switch scenario.training.recompute {
  case .none, .selective, .products, .oneIn, .first: recompute(.full, "full")
  case .full, .sqrt, .every: break
  }
  if scenario.training.offload.activations == .none {
    changes.append(
      FitChange(.offloadActivations, [FitSetting("training.offload.activations", "host")]) {
        $0.training.offload.activations = .host
      })
  }
  return changes
}

private func stateChanges(_ scenario: Scenario) -> [FitChange] {
  var changes: [FitChange] = []
  if scenario.training.offload.optimizer == .none {
    changes.append(
      FitChange(.offloadStates, [FitSetting("training.offload.optimizer", "host")]) {
        $0.training.offload.optimizer = .host
      })
  }
  if [.adam, .adamw].contains(scenario.training.optimizer) {
    changes.append(
      FitChange(.optimizer, [FitSetting("training.optimizer", "adam_8bit")]) {
        $0.training.optimizer = .adam8bit
      })
  }
  if scenario.training.gradientPrecision == .fp32, [.bf16, .fp16].contains(scenario.training.precision) {
    let format: GradientPrecision = scenario.training.precision == .bf16 ? .bf16 : .fp16
    changes.append(
      FitChange(.gradients, [FitSetting("training.gradient_precision", format.rawValue)]) {
        $0.training.gradientPrecision = format
      })
  }
  if scenario.training.allocator.kind != .planned, !scenario.training.allocator.expandableSegments {
    changes.append(
      FitChange(.allocator, [FitSetting("training.allocator.expandable_segments", "true")]) {
        $0.training.allocator.expandableSegments = true
      })
  }
  return changes
}
