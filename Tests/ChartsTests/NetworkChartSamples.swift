import Charts

/// Pictures of networks and what belongs to them.
extension ChartSamples {
  static let network = NetworkChart(
    title: "Leaf-spine: 8 hosts, 3 switches, 20 links", height: 190, parts: parts,
    cables: cables { _ in nil },
    frames: [.init(upperLeft: .init(140, 78), lowerRight: .init(300, 186), label: "× 4 leaves", count: 4)],
    captions: [.init(at: .init(0, 20), text: "1 spine", isCentred: false)])

  static let networkLoads = NetworkChart(
    title: "Leaf-spine under load", subtitle: "mean load of the busier way", height: 190, parts: parts,
    cables: cables { Double($0) / 10 })

  private static let parts: [NetworkChart.Part] =
    [
      .init(at: .init(320, 20), kind: "spine"), .init(at: .init(220, 90), kind: "leaf"),
      .init(at: .init(420, 90), kind: "leaf"),
    ]
    + (0..<8).map { .init(at: .init(165 + 45 * Double($0), 150), kind: "host", count: $0 == 7 ? 3 : 1) }

  private static func cables(_ load: (Int) -> Double?) -> [NetworkChart.Cable] {
    (0..<10).map { index in
      let isUplink = index < 2
      let from = parts[isUplink ? 0 : 1 + (index - 2) / 4].at
      let to = parts[isUplink ? 1 + index : 1 + index].at
      return .init(
        strokes: [[from, to]], bytesPerSecond: isUplink ? 50e9 : 12.5e9, load: load(index),
        rank: load(index).flatMap { $0 > 0.8 ? 1 : nil })
    }
  }

  static let completion = DistributionChart(
    title: "Completion times of 1,000 flows", quantity: "Completion time", items: "flows",
    values: (1...1000).map { 1e-5 * Double($0 * $0) }, unit: .seconds)

  static let loads = DistributionChart(
    title: "Mean load of links", quantity: "Mean load", items: "links used",
    values: (1...200).map { Double($0) / 250 }, unit: .share)

  static let growth = GrowthChart(
    title: "Processor time of a collective", size: "Ranks",
    series: [
      .init(label: "ring", points: [256, 512, 1024, 2048].map { ($0, 1e-7 * $0 * $0) }),
      .init(label: "folded", points: [1024, 4096, 16384].map { ($0, 1e-7 * $0) }),
    ])
}
