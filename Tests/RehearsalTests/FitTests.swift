import Rehearsal
import Testing

/// 4 × A100 on two nodes with as much memory as a test asks for: 66 million parameters, 8 samples a pass.
private let scenarioText = """
  name: tight
  model: {layers: 4, hidden: 1024, heads: 8, context: 512, vocabulary: 8000}
  cluster:
    accelerator: {base: A100-SXM-80GB, memory: 2 GiB}
    nodes: 2
    accelerators_per_node: 2
    fabric: {kind: switch, nic: 100 Gb/s}
  training: {sequence_length: 512, micro_batch: 8, global_batch: 32, steps: 5, precision: bf16}
  """

private func study(_ overrides: [String] = []) throws -> FitStudy {
  try fitStudy(try scenario(scenarioText, overrides), resolver: resolver, threads: 2)
}

private func memory(_ gibibytes: Double) -> String { "cluster.accelerator.memory=\(gibibytes) GiB" }

@Suite("Fitting") struct FitTests {
  @Test func `settings make the job fit and cost what is said`() throws {
    let study = try study()
    #expect(!study.base.fits && study.room == nil && study.nearest == nil)
    #expect(study.mends.count >= 3 && study.mends.count < study.triedCount)
    for mend in study.mends {
      let result = try simulated(scenarioText, mend.settings.map(\.description) + ["training.steps=1"])
      #expect(result.memory.fits && result.memory.needed == mend.memory.needed, "\(mend.settings)")
      #expect(result.step.time == mend.stepSeconds)
      #expect(result.job.globalBatch == 32)
    }
  }

  @Test func `the fastest change comes first, more nodes last`() throws {
    let mends = try study().mends
    let own = mends.filter { !$0.asksForNodes }
    #expect(mends.prefix(own.count).allSatisfy { !$0.asksForNodes })
    for group in [own, mends.filter(\.asksForNodes)] {
      #expect(zip(group, group.dropFirst()).allSatisfy { $0.stepSeconds <= $1.stepSeconds })
    }
  }

  @Test func `single changes come before pairs, pairs where singles are not enough`() throws {
    func families(_ study: FitStudy) -> Int {
      study.mends.map { mend in
        mend.settings.count {
          !["training.micro_batch", "training.gradient_accumulation"].contains($0.key)
        }
      }.max() ?? 0
    }
    #expect(try families(study()) == 1)
    let tight = try study([memory(1.3)])
    #expect(!tight.base.fits && families(tight) >= 2)
  }

  @Test func `a job that nothing helps says what comes nearest`() throws {
    let study = try study([memory(0.9)])
    #expect(study.mends.isEmpty)
    let nearest = try #require(study.nearest)
    #expect(nearest.memory.needed < study.base.memory.needed && !nearest.fits)
    #expect(FitReport(study).text().contains("None of \(study.triedCount) changes makes it fit."))
  }

  @Test func `a job that fits has room up to its limits and not beyond`() throws {
    let study = try study([memory(8)])
    let room = try #require(study.room)
    #expect(study.base.fits && study.mends.isEmpty)
    func fits(_ key: String, _ value: Int, _ more: [String]) throws -> Bool {
      try simulated(scenarioText, [memory(8), "\(key)=\(value)"] + more).memory.fits
    }
    let auto = ["training.global_batch=auto"]
    #expect(try fits("training.micro_batch", room.microBatch.value, auto))
    #expect(try !fits("training.micro_batch", room.microBatch.value + 1, auto))
    #expect(!room.microBatch.isRefusedBeyond && room.microBatch.value > 8)
    // The learned positions end at 512.
    let length = try #require(room.sequenceLength)
    #expect(length.value == 512 && length.isRefusedBeyond)
  }

  @Test func `threads change nothing`() throws {
    let tight = try scenario(scenarioText, [memory(1.3)])
    let texts = try [1, 4].map {
      FitReport(try fitStudy(tight, resolver: resolver, threads: $0)).document.json()
    }
    #expect(texts[0] == texts[1])
  }

  @Test func `the flat dialect is told native keys`() throws {
    let flat = try scenario(flatScenario, ["hardware.memory_gb=2.5", "training.batch_size_per_gpu=64"])
    let study = try fitStudy(flat, resolver: resolver)
    #expect(!study.base.fits)
    #expect(study.mends.contains { $0.settings.contains { $0.key == "training.micro_batch" } })
  }
}

@Suite("Memory tables") struct MemoryTableTests {
  private let pipelined = [
    "plan.pipeline=4", "training.global_batch=64", "training.micro_batch=8", memory(8),
  ]

  private func table(_ overrides: [String]) throws -> MemoryTable {
    MemoryTable(name: "tight", result: try simulated(scenarioText, overrides))
  }

  @Test func `equal ranks are one column, stages of a pipeline their own`() throws {
    #expect(try table([memory(8)]).text().contains("every rank"))
    let text = try table(pipelined).text()
    #expect(text.contains("stage 0   stage 1   stage 2   stage 3"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `parts and fragmentation add up to what is needed`() throws {
    let rows = try table(pipelined).csv.split(whereSeparator: \.isNewline).dropFirst().map {
      $0.split(separator: ",")
    }
    for stage in ["stage 0", "stage 1", "stage 2", "stage 3"] {
      let own = rows.filter { $0[0] == stage }
      func bytes(_ part: String) -> Int { own.first { $0[1] == part }.flatMap { Int($0[2]) } ?? -1 }
      let parts = own.filter { !["needed", "capacity"].contains($0[1]) }.reduce(0) { $0 + Int($1[2])! }
      #expect(parts == bytes("needed") && bytes("capacity") == 8 << 30)
    }
  }

  @Test func `a job that does not fit says how much is missing`() throws {
    let table = try table([])
    #expect(!table.fits)
    let report = table.reports[0]
    #expect(report.headroom < .zero && report.headroom + report.needed == report.capacity)
    #expect(table.text().contains("Fits        NO"))
  }

  @Test func `more columns than the screen has room for are counted`() throws {
    let text = try table([
      "model.layers=16", "plan.pipeline=8", "cluster.nodes=4", "training.global_batch=64", memory(8),
    ]).text()
    #expect(text.contains("3 more kinds of ranks lie between; --format csv lists all"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
