import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import Testing
import Training

@Suite("Reserved memory") struct ReservedMemoryTests {
  /// Jobs over degrees, ZeRO stages, recomputation, offloading and schedules.
  private static let jobs: [TrainingJob] = {
    var jobs: [TrainingJob] = []
    let degrees: [ParallelDegrees] = [
      ParallelDegrees(data: 4), ParallelDegrees(tensor: 2, data: 2), ParallelDegrees(pipeline: 4),
      ParallelDegrees(tensor: 2, pipeline: 2, data: 2),
    ]
    for degrees in degrees {
      for recompute in [RecomputePolicy.none, .selective, .full, .squareRoot] {
        for zero in ZeroStage.allCases where zero == .none || degrees.data > 1 {
          jobs.append(
            parallelJob(degrees) {
              $0.plan.recompute = recompute
              $0.plan.zero = zero
              $0.plan.keepsGradientBuffer = degrees.tensor * degrees.pipeline > 1 || zero == .optimizer
            })
        }
      }
      for zero in [ZeroStage.gradients, .parameters] where degrees.data > 1 {
        jobs.append(
          parallelJob(degrees) {
            $0.plan.zero = zero
            $0.plan.reducesOnce = true
          })
      }
      jobs += [UpdateMethod.listed, .flat].map { method in
        parallelJob(degrees) { $0.plan.updateMethod = method }
      }
      for place in [OffloadPolicy.Place.host, .disk] {
        jobs.append(parallelJob(degrees) { $0.plan.offload.activations = place })
        jobs.append(parallelJob(degrees) { $0.plan.offload.optimizer = place })
      }
    }
    for schedule in [PipelineScheduleKind.gpipe, .zbH1, .zbH2, .zbV, .interleaved] {
      jobs.append(
        parallelJob(ParallelDegrees(pipeline: 4), microBatches: 8) {
          $0.plan.pipeline.schedule = schedule
          $0.plan.pipeline.virtualStages = schedule.fixedChunkCount ?? (schedule == .interleaved ? 2 : 1)
        })
    }
    return jobs
  }()

  // One linear layer of 1024 × 1024 on one rank, 4 samples of 64 rows in bf16. Weights 2 MiB, master 4 MiB, two
  // moments of 4 MiB, gradient 2 MiB: 16 MiB of one segment of 20 MiB. Input kept 512 KiB and workspace of the
  // backward pass 1 MiB: 1.5 MiB of one segment of 2 MiB. At the peak all of it is in use but nothing else.
  @Test func `of one layer is two segments`() throws {
    let single = job(chain(layerCount: 1), nodes: 1) {
      $0.plan.layout = .dataParallel(1)
      $0.cluster.devicesPerNode = 1
    }
    let reserved = try simulate(single).memory.reserved
    #expect(reserved.reserved == .mebibytes(22))
    #expect(reserved.allocated.bytes == 35 << 19)
    #expect(reserved.isServed && reserved.retryCount == 0)
  }

  // Gradients of many layers are freed by an update that belongs to none.
  @Test func `of a step is free after it`() throws {
    let reserved = try simulate(job(nodes: 1) { $0.plan.layout = .dataParallel(1) }).memory
    // Blocks are multiples of 512 bytes.
    #expect(reserved.reserved.allocated + reserved.outsideAllocator - reserved.peak < .kibibytes(64))
  }

  @Test func `divides what is live at the peak into parts`() throws {
    for job in Self.jobs {
      for report in try simulate(job).memoryByClass {
        let parts = report.reserved.liveAtPeak.reduce(ByteCount.zero, +)
        // A tensor freed in pieces leaves at most 64 bytes of rounding behind.
        #expect((parts - report.peak).bytes.magnitude < 4096, "\(job.plan.layout) \(job.plan.recompute)")
        let optimizer = report.live(.masterWeights) + report.live(.optimizerStates)
        #expect(optimizer == report.liveAtPeak[MemoryKind.optimizer.rawValue])
        #expect(report.live(.weights) == report.liveAtPeak[MemoryKind.weights.rawValue])
        // Layers that came back from the host are one piece, of no part in particular.
        #expect(report.live(.otherActivations) == .zero || job.plan.offload.activations != .none)
      }
    }
  }

  @Test func `is never less than what is allocated, nor that less than what is live`() throws {
    for job in Self.jobs {
      for report in try simulate(job).memoryByClass {
        #expect(report.reserved.reserved >= report.reserved.allocated)
        #expect(report.reserved.allocated + report.outsideAllocator >= report.peak)
        #expect(report.needed == report.reserved.reserved + report.outsideAllocator)
        #expect(report.fragmentation >= .zero)
      }
    }
  }

  // A pool that grows by pages ends within a page: 2 and 20 MiB for the small and the large one, of two streams.
  @Test func `with expandable segments is never more, but for a page of each pool`() throws {
    for job in Self.jobs {
      var expandable = job
      expandable.plan.expandableSegments = true
      for (plain, grown) in zip(try simulate(job).memoryByClass, try simulate(expandable).memoryByClass) {
        #expect(grown.reserved.reserved <= plain.reserved.reserved + .mebibytes(44))
        #expect(grown.peak == plain.peak)
      }
    }
  }

  @Test func `beyond the device is what it would take`() throws {
    let fitting = try simulate(job()).memory
    let small = try simulate(job { $0.plan.device.memory = .gigabytes(0.9) }).memory
    #expect(!small.fits && !small.reserved.isServed)
    #expect(small.needed == fitting.needed)
    #expect(small.headroom == small.capacity - small.needed)
  }

  // Layers of 4096, 8192 and 12,288 rows write 32, 64 and 96 MiB forward, each too large for what the layer before
  // left free; the backward passes need twice that. A device without room gives such segments back, so that the job
  // fits in less than what an idle device would reserve.
  @Test func `shrinks under pressure before it fails`() throws {
    let rows = [4096, 8192, 12_288]
    let model = Model(
      name: "growing",
      layers: rows.map { rows in
        ModelLayer(
          name: "layer.\(rows)", kind: .linear,
          operators: [ModelOperator("linear", .linear(rows: rows, inputs: 1024, outputs: 1024))])
      }, sampleName: "sample")
    func memory(_ device: ByteCount) throws -> MemoryReport {
      try simulate(job(model) { $0.plan.device.memory = device }).memory
    }
    let idle = try memory(.gigabytes(16))
    let tight = try memory(idle.needed - .mebibytes(2))
    #expect(idle.reserved.retryCount == 0)
    #expect(tight.fits && tight.reserved.retryCount > 0)
    #expect(tight.needed < idle.needed)
  }

  @Test func `needs nobody to talk to, and takes no communication library`() throws {
    let alone = try simulate(
      job(nodes: 1) {
        $0.plan.layout = .dataParallel(1)
        $0.cluster.devicesPerNode = 1
      }
    ).memory
    #expect(alone.live(.communication) == .zero && alone.live(.context) == .gigabytes(0.5))
    #expect(try simulate(job()).memory.live(.communication) == .gigabytes(0.35))
  }
}
