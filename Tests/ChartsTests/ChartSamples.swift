import Charts

/// One chart of each type, with numbers of the size that real studies give.
enum ChartSamples {
  static let all: [(name: String, chart: any Chart)] = [
    ("iterations", iterations), ("scenarios", scenarios), ("utilization", utilization),
    ("timeline", timeline), ("scaling", scaling), ("scaling-networks", scalingNetworks),
    ("memory", memory), ("communication", communication), ("communication-64", communicationLarge),
    ("comparison", comparison), ("comparison-grouped", comparisonGrouped), ("prediction", prediction),
    ("collective", collective), ("collective-protocols", collectiveProtocols), ("network", network),
    ("network-loads", networkLoads), ("completion", completion), ("loads", loads), ("growth", growth),
  ]

  static let iterations = IterationBreakdownChart(
    title: "gpt2-small, 8 × A100, data parallel: time per iteration", category: "Iteration",
    bars: (1...10).map { iteration in
      let drift = 1 + 0.03 * Double((iteration * 7) % 5)
      return .init(
        label: String(iteration), forwardSeconds: 0.041, backwardSeconds: 0.083,
        exposedCommunicationSeconds: 0.012 * drift * drift, optimizerSeconds: 0.006, otherSeconds: 0.002)
    })

  static let scenarios = IterationBreakdownChart(
    title: "llama-3.1-70b on 64 H100: where a step's time goes", category: "Plan",
    bars: [
      .init(
        label: "TP8 PP4 DP2, 1F1B", forwardSeconds: 3.1, backwardSeconds: 6.2, recomputationSeconds: 0.8,
        exposedCommunicationSeconds: 1.3, bubbleSeconds: 0.9, optimizerSeconds: 0.12),
      .init(
        label: "TP4 PP4 DP4, interleaved", forwardSeconds: 3.0, backwardSeconds: 6.0,
        recomputationSeconds: 0.8, exposedCommunicationSeconds: 0.9, bubbleSeconds: 0.4,
        optimizerSeconds: 0.1, otherSeconds: 0.05),
      .init(
        label: "ZeRO-3 over 64", forwardSeconds: 3.0, backwardSeconds: 6.1, recomputationSeconds: 2.9,
        exposedCommunicationSeconds: 2.2, optimizerSeconds: 0.05),
    ])

  static let utilization: UtilizationChart = {
    let times = (0..<400).map { Double($0) * 0.001 }
    let phase = times.indices.map { $0 % 200 }
    return UtilizationChart(
      title: "Rank 0, two iterations of gpt2-small on 8 × A100",
      computePercent: .init(timesSeconds: times, values: phase.map { $0 < 60 ? 58 : $0 < 170 ? 63 : 8 }),
      memoryBytes: .init(
        timesSeconds: times,
        values: phase.map {
          0x1p30 * ($0 < 60 ? 12 + 0.4 * Double($0) : max(12, 36 - 0.22 * Double($0 - 60)))
        }),
      memoryCapacityBytes: 40 * 0x1p30,
      networkPercent: .init(
        timesSeconds: times, values: phase.map { $0 > 80 && $0 < 190 ? ($0 / 10 % 2 == 0 ? 85 : 20) : 0 }),
      endSeconds: 0.4)
  }()

  /// 1F1B over 4 stages: stage s does 4 − s forwards, then one backward and one forward by turns.
  static let timeline: TimelineChart = {
    let (stages, microbatches, forward, backward, send) = (4, 8, 0.010, 0.020, 0.0015)
    var orders = (0..<stages).map { stage in
      var order = (0..<stages - stage).map { (isForward: true, micro: $0) }
      for micro in 0..<microbatches {
        order.append((false, micro))
        if micro + stages - stage < microbatches { order.append((true, micro + stages - stage)) }
      }
      return order
    }
    var spans = [[TimelineChart.Span]](repeating: [], count: 2 * stages)
    var free = [Double](repeating: 0, count: stages)
    var ready: [String: Double] = [:]
    while orders.contains(where: { !$0.isEmpty }) {
      for stage in 0..<stages {
        guard let (isForward, micro) = orders[stage].first else { continue }
        let isFirst = isForward ? stage == 0 : stage == stages - 1
        guard let arrival = isFirst ? 0 : ready["\(isForward) \(micro) \(stage)"] else { continue }
        orders[stage].removeFirst()
        let start = max(free[stage], arrival)
        let end = start + (isForward ? forward : backward)
        free[stage] = end
        spans[2 * stage].append(
          .init(phase: isForward ? .forward : .backward, startSeconds: start, endSeconds: end))
        let next = isForward ? stage + 1 : stage - 1
        guard (0..<stages).contains(next) else { continue }
        spans[2 * stage + 1].append(.init(phase: .communication, startSeconds: end, endSeconds: end + send))
        ready["\(isForward) \(micro) \(next)"] = end + send
      }
    }
    let end = free.max() ?? 0
    for stage in 0..<stages {
      spans[2 * stage + 1].append(
        .init(phase: .communication, startSeconds: free[stage], endSeconds: free[stage] + 0.02))
      spans[2 * stage].append(.init(phase: .optimizer, startSeconds: end + 0.02, endSeconds: end + 0.028))
    }
    return TimelineChart(
      title: "One iteration: 4 pipeline stages, 8 microbatches, 1F1B",
      rows: spans.indices.map {
        .init(label: "stage \($0 / 2) \($0 % 2 == 0 ? "compute" : "network")", spans: spans[$0])
      })
  }()

  private static func scaled(_ label: String, loss: Double, breakdown: Int?) -> ScalingChart.Series {
    let nodes = [1, 2, 4, 8, 16, 32, 64, 128]
    let efficiencies = nodes.map { 1 / (1 + loss * Double($0 - 1)) }
    return .init(
      label: label, nodeCounts: nodes, speedups: zip(nodes, efficiencies).map { Double($0) * $1 },
      efficiencies: efficiencies, breakdownNodeCount: breakdown)
  }

  static let scaling = ScalingChart(
    title: "gpt2-xl, 8 × A100 a node: strong scaling over 100 Gb/s",
    series: [scaled("100 Gb/s", loss: 0.009, breakdown: 64)])

  static let scalingNetworks = ScalingChart(
    title: "gpt2-xl: weak scaling by network",
    series: [
      scaled("25 Gb/s Ethernet", loss: 0.05, breakdown: 16),
      scaled("100 Gb/s RoCE", loss: 0.009, breakdown: 64),
      scaled("400 Gb/s InfiniBand", loss: 0.002, breakdown: nil),
    ])

  static let memory = MemoryTimelineChart(
    title: "llama-3.1-8b, full fine-tuning with ZeRO-2 on 8 H100: rank 0",
    samples: (0..<300).map { index in
      let phase = Double(index % 150) / 150
      let activations = phase < 0.35 ? phase / 0.35 : max(0, 1 - (phase - 0.35) / 0.5)
      let gradients = phase < 0.35 ? 0 : min(1, (phase - 0.35) / 0.5) * (phase > 0.95 ? 0 : 1)
      return .init(
        timeSeconds: Double(index) * 0.01, weightsBytes: 15 * 0x1p30, gradientsBytes: gradients * 9 * 0x1p30,
        optimizerBytes: 11.2 * 0x1p30, activationsBytes: activations * 31 * 0x1p30, otherBytes: 3 * 0x1p30)
    }, endSeconds: 3, capacityBytes: 80e9)

  static let communication: CommunicationChart = {
    var links: [CommunicationChart.Link] = []
    for rank in 0..<8 {
      let node = rank / 4 * 4
      links.append(.init(fromIndex: rank, toIndex: node + (rank + 1) % 4, bytes: 6.1e9))
      links.append(.init(fromIndex: rank, toIndex: node + (rank + 2) % 4, bytes: 2.3e9))
      links.append(.init(fromIndex: rank, toIndex: (rank + 4) % 8, bytes: 1.4e9))
    }
    return CommunicationChart(
      title: "Bytes per step, TP4 within nodes and DP2 across", nodes: (0..<8).map { "rank \($0)" },
      links: links)
  }()

  static let communicationLarge: CommunicationChart = {
    var links: [CommunicationChart.Link] = []
    for rank in 0..<64 {
      for offset in 1..<8 {
        let peer = rank / 8 * 8 + (rank + offset) % 8
        links.append(.init(fromIndex: rank, toIndex: peer, bytes: 4e8 + 1e7 * Double(rank)))
      }
      links.append(.init(fromIndex: rank, toIndex: (rank + 8) % 64, bytes: 3e9))
    }
    return CommunicationChart(
      title: "Expert-parallel all-to-all over 8 ranks, data-parallel rings over 8 groups",
      nodes: (0..<64).map { "n\($0)" }, links: links)
  }()

  static let comparison = ComparisonChart(
    title: "All-reduce of 1 GiB on 64 H100 by algorithm", quantity: "Time", unit: "ms",
    labels: [
      "ring", "tree", "double binary tree", "halving-doubling", "hierarchical", "NVLS", "parameter server",
    ],
    values: [41.2, 63.7, 44.9, 52.3, 28.4, 21.07, 333.5])

  static let comparisonGrouped = ComparisonChart(
    title: "Step time by topology and model", quantity: "Step time", unit: "s",
    labels: ["fat tree", "rail-optimized", "dragonfly", "3D torus"],
    series: [
      .init(label: "dense 70B", values: [11.9, 11.2, 12.4, 13.8]),
      .init(label: "mixture of experts 8×22B", values: [9.3, 7.7, 10.9, 14.6]),
    ])

  static let prediction: PredictionChart = {
    let sources = [
      "Megatron-LM 2021", "MLPerf Training 4.0", "NVIDIA NeMo pages", "DeepSeek-V3 report", "Llama 3 paper",
    ]
    var points: [PredictionChart.Point] = []
    for index in 0..<60 {
      let measured = 900 * (1 + Double(index * index) * 6.3)
      let error = 1 + 0.3 * (Double((index * 37) % 23) / 11 - 1) * (index % 3 == 0 ? 1 : 0.5)
      points.append(.init(source: sources[index % 5], measured: measured, predicted: measured * error))
    }
    return PredictionChart(
      title: "Training throughput, published and predicted", quantity: "Throughput", unit: "tokens/s",
      points: points)
  }()

  /// α + S/B for powers of two from 8 B to 8 GiB, as bus bandwidth times 1.75.
  private static func line(_ alpha: Double, _ rate: Double) -> [CollectiveChart.Point] {
    (3...33).map { exponent in
      let bytes = Double(1 << exponent)
      let seconds = alpha + bytes / rate
      return .init(bytes: bytes, seconds: seconds, busBytesPerSecond: 1.75 * bytes / seconds)
    }
  }

  static let collective = CollectiveChart(
    title: "all_reduce on 8 x H100-SXM-80GB", subtitle: "8 ranks; mean error 9 %",
    series: [
      .init(label: "ring", points: line(14e-6, 176e9)), .init(label: "tree", points: line(6e-6, 97e9)),
      .init(label: "recursive_doubling", points: line(3e-6, 88e9)),
      .init(label: "NCCL's choice", points: line(16e-6, 265e9)),
    ], measured: line(15e-6, 270e9), emphasised: "NCCL's choice")

  static let collectiveProtocols = CollectiveChart(
    title: "all_reduce on 32 x H100-SXM-80GB: NCCL's model",
    series: [
      .init(label: "tree", dash: "LL", points: line(55e-6, 10e9)),
      .init(label: "tree", dash: "LL128", points: line(90e-6, 155e9)),
      .init(label: "tree", dash: "Simple", points: line(160e-6, 165e9)),
      .init(label: "ring", dash: "Simple", points: line(350e-6, 185e9)),
      .init(label: "NVLSTree", dash: "Simple", points: line(155e-6, 187e9)),
    ])
}
