import Charts
import Documents
import Testing

@Suite("Chart specifications") struct ChartSpecificationTests {
  @Test func `equal inputs give equal bytes`() {
    for (name, chart) in ChartSamples.all {
      let first = chart.specification()?.json()
      #expect(first != nil, "\(name)")
      #expect(first == chart.specification()?.json(), "\(name)")
    }
  }

  @Test(arguments: ChartWidth.allCases)
  func `every chart has a schema, a title, a white ground and legible text`(width: ChartWidth) throws {
    for (name, chart) in ChartSamples.all {
      let specification = try #require(chart.specification(width: width), "\(name)")
      #expect(specification["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json")
      #expect(specification["background"] == "white")
      guard case .list(let lines)? = specification["title"]?["text"] else {
        Issue.record("\(name) has no title")
        continue
      }
      #expect(!lines.isEmpty)
      // 320 px on 3.3 in: 11 px are 11 / 320 × 3.3 × 72 = 8.17 pt.
      #expect(specification["config"]?["axis"]?["labelFontSize"] == 11)
    }
  }

  @Test(arguments: [
    ("iterations", ["Iteration", "Time (ms)", "exposed communication"]),
    ("scenarios", ["Plan", "Time (s)", "pipeline bubble"]),
    ("utilization", ["Compute (%)", "Memory (%)", "Network (%)", "Time (ms)", "40 GiB"]),
    ("timeline", ["Time (ms)", "stage 0 compute", "communication"]),
    ("scaling", ["Nodes", "Speed-up", "Efficiency (%)", "ideal", "threshold", "70 % (64 nodes)"]),
    ("memory", ["Memory (GiB)", "Time (s)", "capacity, 74.5 GiB", "activations"]),
    ("communication", ["Bytes both ways (GiB)", "rank 7", "73 GiB in all"]),
    ("comparison", ["Time (ms)", "double binary tree"]),
    ("collective", ["Time", "Bus bandwidth (GB/s)", "Size", "GiB", "NCCL's choice", "measured"]),
    ("collective-protocols", ["NVLSTree", "LL128", "Simple"]),
    ("network", ["× 4 leaves", "1 spine", "Links each way", "12.5 GB/s", "50 GB/s"]),
    ("network-loads", ["Mean load (%)", "Links each way"]),
    ("completion", ["Completion time (s)", "Share of flows (%)", "median"]),
    ("loads", ["Mean load (%)", "Share of links used (%)"]),
    ("growth", ["Ranks", "Processor time (s)", "ring: n^2.00", "folded: n^1.00"]),
    ("prediction", ["Measured throughput (tokens/s)", "Predicted throughput (tokens/s)", "±20 %"]),
  ])
  func `axes and legends name quantity and unit`(name: String, texts: [String]) throws {
    let chart = try #require(ChartSamples.all.first { $0.name == name }).chart
    let json = try #require(chart.specification(width: .page)).json()
    for text in texts { #expect(json.contains(text), "\(name): \(text)") }
  }

  @Test func `charts without data are nothing`() {
    let samples = UtilizationChart.Samples(timesSeconds: [], values: [])
    let empty: [any Chart] = [
      IterationBreakdownChart(title: "t", category: "c", bars: []),
      UtilizationChart(
        title: "t", computePercent: samples, memoryBytes: samples, memoryCapacityBytes: 0,
        networkPercent: samples, endSeconds: 0),
      TimelineChart(title: "t", rows: []), TimelineChart(title: "t", rows: [.init(label: "a", spans: [])]),
      ScalingChart(title: "t", series: []),
      ScalingChart(
        title: "one count", series: [.init(label: "a", nodeCounts: [4], speedups: [1], efficiencies: [1])]),
      MemoryTimelineChart(title: "t", samples: [], endSeconds: 1, capacityBytes: 1),
      CommunicationChart(title: "t", nodes: [], links: []),
      ComparisonChart(title: "t", quantity: "q", unit: "u", labels: [], values: []),
      PredictionChart(title: "t", quantity: "q", unit: "u", points: []),
      CollectiveChart(title: "t", series: []),
      NetworkChart(title: "t", height: 100, parts: [], cables: []),
      DistributionChart(title: "t", quantity: "q", items: "i", values: [.nan], unit: .seconds),
      GrowthChart(title: "t", size: "s", series: [.init(label: "a", points: [(0, 1), (1, 0)])]),
      CollectiveChart(
        title: "one size",
        series: [.init(label: "a", points: [.init(bytes: 8, seconds: 1, busBytesPerSecond: 8)])]),
    ]
    for chart in empty { #expect(chart.specification() == nil) }
  }

  @Test func `numbers that are not finite are left out`() throws {
    let comparison = ComparisonChart(
      title: "t", quantity: "q", unit: "", labels: ["a", "b"], values: [.nan, 2])
    #expect(comparison.specification()?.json(indented: false).contains("\"label\":\"b\"") == true)
    #expect(comparison.specification()?.json(indented: false).contains("\"label\":\"a\"") == false)
    let prediction = PredictionChart(
      title: "t", quantity: "q", unit: "u", points: [.init(source: "s", measured: 0, predicted: 1)])
    #expect(prediction.specification() == nil)
  }

  @Test func `hostile labels stay data`() throws {
    let label = "</script><b>\"quoted\" \\ \u{1}\n\u{FFFE}datum.x"
    let chart = ComparisonChart(
      title: label, quantity: label, unit: "ms", labels: [label, label], values: [1, 2])
    let specification = try #require(chart.specification())
    // The same name twice gives two bars.
    guard case .list(let rows)? = specification["data"]?["values"] else {
      Issue.record("no data")
      return
    }
    let clean = "</script><b>\"quoted\" \\    datum.x"
    #expect(rows.map { $0["label"] } == [.string(clean), .string(clean + " (2)")])
    // What is written reads back as the same document.
    let text = specification.json()
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    let read = try parseDocument(text, file: "chart.vl.json")
    #expect(read["title"] != nil)
  }

  @Test func `what is beyond a limit is said`() throws {
    let rows = (0..<20).map {
      TimelineChart.Row(
        label: "rank \($0)", spans: [.init(phase: .forward, startSeconds: 0, endSeconds: 1)])
    }
    let timeline = try #require(TimelineChart(title: "t", rows: rows).specification()).json()
    #expect(timeline.contains("first 16 of 20 rows"))
    #expect(!timeline.contains("rank 16"))

    let ring = (0..<100).map { CommunicationChart.Link(fromIndex: $0, toIndex: ($0 + 1) % 100, bytes: 1) }
    let graph = CommunicationChart(title: "t", nodes: (0..<100).map { "n\($0)" }, links: ring)
    // 63 links have both ends among the first 64 nodes.
    #expect(try #require(graph.specification()).json().contains("first 64 of 100 nodes, 63 B"))
  }

  @Test func `both directions of a link are one`() throws {
    let graph = CommunicationChart(
      title: "t", nodes: ["a", "b"],
      links: [.init(fromIndex: 0, toIndex: 1, bytes: 3), .init(fromIndex: 1, toIndex: 0, bytes: 4)])
    #expect(try #require(graph.specification()).json().contains("7 B in all"))
  }
}
