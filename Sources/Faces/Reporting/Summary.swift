import Analysis
import Collectives
import Documents
import MemoryModels
import ModelGraphs
import Quantities
import Terminal
import Training

extension RunReport {
  /// The one-screen summary of a run, for a terminal of any width from 60 columns.
  public func summary(on screen: Screen = .plain) -> String {
    let result = self.result
    var text = heading(result.job.name, on: screen)
    text += factBlock(jobFacts, on: screen)
    text += "\n" + stepSection(on: screen)
    if let stage = result.postTraining { text += "\n" + stage.section(on: screen) }
    text += "\n" + memorySection(on: screen)
    let hotSpots = hotSpotSection(on: screen)
    if !hotSpots.isEmpty { text += "\n" + hotSpots }
    text += "\n" + bottleneckSection(on: screen)
    text +=
      "\n"
      + factBlock(
        [
          (
            "Simulated",
            "\(result.job.steps) steps, \(Readable.count(result.eventCount)) events in "
              + "\(Readable.seconds(wallSeconds)), seed \(result.job.seed), fingerprint \(hexadecimal(result.fingerprint))"
          )
        ], on: screen)
    return text
  }

  /// Where measured steps of runs alike have lain.
  private var measuredRange: String {
    let intervals = PredictionIntervals(of: result.job)
    let (low, high) = (intervals.stepTime.low, intervals.stepTime.high)
    let range = "\(Readable.seconds(result.step.time * low)) to \(Readable.seconds(result.step.time * high))"
    let level = Readable.percent(PredictionIntervals.level, decimals: 0)
    return ", \(level) interval \(range)" + (intervals.rowCount > 0 ? "" : " (none measured)")
  }

  private var jobFacts: [(name: String, value: String)] {
    let job = result.job
    let plan = job.plan
    let rate = result.throughput
    var facts = [
      (
        "Model",
        "\(plan.model.name), \(Readable.metric(Double(plan.model.parameterCount), unit: "")) parameters, "
          + "\(plan.precision.name), \(plan.optimizer.rawValue)"
      ),
      (
        "Cluster",
        "\(job.devicesText) on \(job.cluster.nodeCount) "
          + (job.cluster.nodeCount == 1 ? "node" : "nodes")
          + (job.cluster.nodeCount == 1 ? "" : ", \(job.cluster.networkName)")
      ),
      (
        "Batch",
        "\(job.globalBatch) \(job.sampleName)s = \(plan.microBatch / job.sequencesPerSample) × \(plan.accumulation) "
          + "accumulated × \(plan.degrees.data) "
          + (plan.degrees.data == plan.rankCount ? "ranks" : "data-parallel")
      ),
      ("Plan", plan.words),
      ("Step", Readable.seconds(result.step.time) + measuredRange),
      ("Throughput", Readable.rate(rate.samplesPerSecond, of: "\(job.sampleName)s")),
    ]
    facts.removeAll { $0.0 == "Plan" && $0.1.isEmpty }
    if let lengths = plan.lengths {
      facts.insert(("Texts", lengths.words), at: 3)
    }
    let trained = plan.model.trainableParameterCount
    if trained < plan.model.parameterCount {
      facts.insert(
        ("Trained", "\(Readable.metric(Double(trained), unit: "")) parameters, the others frozen"), at: 1)
    }
    if plan.model.tokensPerSample > 1 {
      facts.append(
        (
          "",
          "\(Readable.rate(rate.tokensPerSecond, of: "tokens")), "
            + "\(Readable.rate(rate.tokensPerSecondPerAccelerator, of: "tokens")) per accelerator"
        ))
      if rate.usefulTokensPerSecond < rate.tokensPerSecond {
        facts.append(("", "\(Readable.rate(rate.usefulTokensPerSecond, of: "tokens")) of them text"))
      }
    }
    facts.append(
      (
        "Utilisation",
        "\(Readable.percent(rate.mfu)) MFU, \(Readable.percent(rate.hfu)) HFU, "
          + "\(Readable.number(rate.modelTeraflopsPerAccelerator)) TFLOP/s per accelerator"
      ))
    return facts
  }

  private func stepSection(on screen: Screen) -> String {
    let step = result.step
    let parts: [(String, Double, Ink?)] = [
      ("forward", step.forward, .cyan), ("backward", step.backward, .blue),
      ("recompute", step.recompute, .blue), ("optimizer", step.optimizer, .green),
      ("communication", step.exposedCommunication, .red), ("bubble", step.bubble, .yellow),
      ("offload", step.exposedOffload, .yellow), ("rollout", step.rollout, .yellow),
      ("scoring", step.scoring, .cyan), ("weight sync", step.weightSync, .red),
      ("other", step.other, .faint),
    ]
    let bars = parts.filter { $0.1 > 0 }.map {
      BarChart.Bar($0.0, $0.1, Readable.seconds($0.1), ink: $0.2)
    }
    var text = screen.paint("Where the step goes", .bold) + "\n"
    text += BarChart(bars).text(on: screen)
    if step.communication > 0 {
      text +=
        "messages run \(Readable.seconds(step.communication)) a step, "
        + "\(Readable.percent(max(0, 1 - step.exposedCommunication / step.communication))) of it hidden"
      if let first = result.collectives.max(by: { $0.duration * $0.count < $1.duration * $1.count }) {
        text += " (\(first.words))"
      }
      text += "\n"
    }
    return text
  }

  private func memorySection(on screen: Screen) -> String {
    let memory = result.memory
    let verdict = memory.fitsDevice ? "fits" : "DOES NOT FIT"
    var text =
      screen.paint("Memory of a rank", .bold) + ": peak \(Readable.bytes(Double(memory.peak.bytes))), "
      + "needs \(Readable.bytes(Double(memory.needed.bytes))) of "
      + "\(Readable.bytes(Double(memory.capacity.bytes))) (\(Readable.percent(memory.neededShare))), "
      + screen.paint(verdict, memory.fitsDevice ? .green : .red) + "\n"
    let kinds: [(String, [MemoryKind])] = [
      ("weights", [.weights]), ("gradients", [.gradients]), ("optimizer", [.optimizer]),
      ("activations", [.activations]), ("other", [.workspace, .buffers, .overhead]),
    ]
    let bars = kinds.compactMap { name, members -> BarChart.Bar? in
      let bytes = members.reduce(0.0) { $0 + Double(memory.liveAtPeak[$1.rawValue].bytes) }
      return bytes > 0 ? BarChart.Bar(name, bytes, Readable.bytes(bytes)) : nil
    }
    text += BarChart(bars, scale: .whole(Double(memory.capacity.bytes))).text(on: screen)
    if memory.hostBytesPerNode > .zero || memory.diskBytesPerNode > .zero {
      text +=
        "per node: host \(Readable.bytes(Double(memory.hostBytesPerNode.bytes))) of "
        + "\(Readable.bytes(Double(memory.hostCapacity.bytes))), "
        + "disk \(Readable.bytes(Double(memory.diskBytesPerNode.bytes))) of "
        + "\(Readable.bytes(Double(memory.diskCapacity.bytes)))"
        + (memory.fitsTiers ? "\n" : ": DOES NOT FIT\n")
    }
    return text
  }

  private func bottleneckSection(on screen: Screen) -> String {
    var text = screen.paint("What holds it back", .bold) + "\n"
    for item in bottlenecks {
      var line = "\(item.kind.rawValue) (\(item.level.rawValue)): \(item.evidence)"
      if let gain = item.gainIfDoubled { line += "; twice as fast would save \(Readable.percent(gain))" }
      text += indented(line, lead: "  ", on: screen)
      if let advice = item.recommendations.first { text += indented("→ \(advice)", lead: "    ", on: screen) }
    }
    return text
  }

  private func indented(_ line: String, lead: String, on screen: Screen) -> String {
    wrapped(line, to: screen.width - lead.count).map { lead + $0 + "\n" }.joined()
  }
}

extension CollectiveReport {
  /// How it is done: `ring`, `NCCL's tree LL128`, `as measured`.
  fileprivate var words: String {
    guard let library else { return algorithm?.rawValue ?? "as measured" }
    return "\(library.tuner.label)'s \(libraryAlgorithmLabel(library.name, library.channelProtocol))"
  }
}

extension TrainingJob {
  /// How many of which devices.
  fileprivate var devicesText: String {
    let fleet = plan.fleet
    if fleet.devices.count == 1 { return "\(deviceCount) × \(fleet.devices[0].name)" }
    return zip(fleet.devices, fleet.rankCounts(of: deviceCount))
      .map { "\($1) × \($0.name)" }.joined(separator: " + ")
  }
}

extension SequenceLengths {
  /// How long texts are, and what becomes of them.
  fileprivate var words: String {
    let amount = "\(Readable.count(Int(mean.rounded()))) tokens on average"
    switch packing {
    case .pack: return "\(amount), packed to \(Readable.count(longest))"
    case .pad: return "\(amount), filled up to \(Readable.count(longest))"
    case .batch: return "\(amount), filled up to the longest of a micro-batch"
    }
  }
}
