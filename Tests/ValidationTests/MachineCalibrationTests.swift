import Catalogues
import CollectiveStudies
import Collectives
import ComputeModels
import Diagnostics
import Documents
import Hardware
import Quantities
import TestSupport
import Testing
import TraceFiles

@testable import Validation

/// The bundled catalogue with an H100 of other constants.
private func truth(_ change: (inout DeviceCalibration) -> Void) throws -> Accelerator {
  var device = try Catalogue.bundled.accelerator(named: "H100-SXM-80GB").accelerator
  change(&device.calibration)
  return device
}

/// A trace in which a device runs as the model says, with a launch after every kernel.
private func trace(of device: Accelerator, gap: SimDuration? = .microseconds(1)) -> KinetoTrace {
  func tensor(_ dimensions: [Int]) -> TracedOperator.Input {
    TracedOperator.Input(dimensions: dimensions, type: "c10::BFloat16")
  }
  func product(_ m: Int, _ k: Int, _ n: Int) -> TracedOperator {
    TracedOperator(name: "aten::mm", inputs: [tensor([m, k]), tensor([k, n])], kernels: [])
  }
  func attention(_ tokens: Int) -> TracedOperator {
    let none = TracedOperator.Input()
    let shape = tensor([2, tokens, 32, 128])
    return TracedOperator(
      name: "aten::_flash_attention_forward",
      inputs: [shape, shape, shape] + Array(repeating: none, count: 5)
        + [TracedOperator.Input(type: "Scalar", value: "True")], kernels: [])
  }
  func sum(_ elements: Int) -> TracedOperator {
    TracedOperator(name: "aten::add", inputs: [tensor([elements]), tensor([elements])], kernels: [])
  }
  let calls = [
    product(8192, 4096, 4096), product(8192, 4096, 14336), product(8192, 14336, 4096), attention(4096),
    attention(8192), sum(1 << 26), sum(1 << 27), sum(256), sum(512),
  ]
  let operators = calls.map { call in
    var call = call
    let kernel = (call.matrixProduct ?? call.fusedAttention ?? call.stream)!
    let slot = kernelTime(kernel, on: device).duration
    let body = gap.map { slot - $0 } ?? slot - device.calibration.kernelOverhead
    call.kernels = [TracedKernel(name: "kernel", device: 0, duration: body)]
    return call
  }
  return KinetoTrace(
    file: "trace.json", deviceNames: [0: "NVIDIA H100 80GB HBM3"], operators: operators, collectives: [],
    copies: [], strayKernels: [], gap: gap)
}

@Suite("A machine by its traces") struct TraceCalibrationTests {
  @Test func `of the catalogue's device changes nothing`() throws {
    let device = try truth { _ in }
    var measured = MachineMeasurements()
    measured.traces = [trace(of: device)]
    let found = try calibrateMachine(measured)
    let new = try #require(found.devices.first).accelerator.calibration
    let old = device.calibration
    #expect(agree(new.memoryEfficiency, old.memoryEfficiency, relative: 1e-3))
    #expect(agree(new.kernelOverhead.seconds, old.kernelOverhead.seconds, relative: 1e-3))
    for (format, share) in old.matrixEfficiency {
      #expect(agree(try #require(new.matrixEfficiency[format]), share, relative: 1e-3))
    }
  }

  /// Products and memory a seventh slower, attention faster, launches of 2 µs.
  @Test func `finds the constants that made the trace`() throws {
    let device = try truth {
      $0.matrixEfficiency[.bf16] = 0.55
      $0.attentionFactor = 0.95
      $0.memoryEfficiency = 0.63
      $0.kernelOverhead = .microseconds(2)
    }
    var measured = MachineMeasurements()
    measured.traces = [trace(of: device)]
    let found = try calibrateMachine(measured)
    #expect(found.devices.map(\.name) == ["H100-SXM-80GB"])
    let new = found.devices[0].accelerator.calibration
    #expect(agree(try #require(new.matrixEfficiency[.bf16]), 0.55, relative: 0.02))
    #expect(agree(new.attentionFactor, 0.95, relative: 0.06))
    #expect(agree(new.memoryEfficiency, 0.63, relative: 0.06))
    #expect(agree(new.kernelOverhead.seconds, 2e-6, relative: 0.06))
    // 8-bit products were not seen, and stay.
    #expect(new.matrixEfficiency[.fp8] == (try truth { _ in }).calibration.matrixEfficiency[.fp8])
    let errors = try #require(found.steps?.groups.last)
    #expect(errors.after.median < errors.before.median / 5)
  }

  @Test func `without launches the launch stays, and short kernels say nothing`() throws {
    let device = try truth { $0.kernelOverhead = .microseconds(9) }
    var measured = MachineMeasurements()
    measured.traces = [trace(of: device, gap: nil)]
    let found = try calibrateMachine(measured)
    #expect(found.steps?.rows.count == 7)
    let overhead = found.devices[0].accelerator.calibration.kernelOverhead
    #expect(agree(overhead.seconds, 3e-6, relative: 1e-9))
  }

  /// Products of one kernel and of two, and attention with and without a mask, have the same dimensions.
  @Test func `calls that differ in kernels or masks are rows of their own`() throws {
    let device = try truth { $0.matrixEfficiency[.bf16] = 0.6 }
    var traced = trace(of: device)
    var split = traced.operators[0]
    split.kernels = [split.kernels[0], split.kernels[0]]
    var whole = traced.operators[3]
    whole.inputs[8].value = "False"
    traced.operators += [split, whole]
    let rows = calibrationRows(of: TraceMeasurement(traced, device: "H100-SXM-80GB"), catalogue: .bundled)
    #expect(Set(rows.map(\.id)).count == rows.count && rows.count == 11)
    var measured = MachineMeasurements()
    measured.traces = [traced]
    let new = try #require(try calibrateMachine(measured).devices.first).accelerator.calibration
    let old = try truth { _ in }.calibration
    #expect(new.matrixEfficiency[.fp8] == old.matrixEfficiency[.fp8])
    #expect(new.convolutionFactor == old.convolutionFactor)
  }

  @Test func `calls without a duration say nothing, and that is told`() throws {
    var traced = trace(of: try truth { _ in })
    for index in traced.operators.indices {
      traced.operators[index].kernels[0].duration = .zero
    }
    traced.copies = [TracedCopy(isFill: false, device: 0, bytes: 1 << 20, duration: .microseconds(3))]
    var measured = MachineMeasurements()
    measured.traces = [traced]
    let found = try calibrateMachine(measured)
    #expect(found.steps?.rows.isEmpty == true && found.devices.isEmpty)
    #expect(
      found.skips.map { "\($0.count) \($0.reason)" } == [
        "9 trace.json: calls of no duration", "1 trace.json: calls whose bytes the cache may have held",
      ])
  }

  @Test func `of two kinds of devices are refused`() throws {
    var traced = trace(of: try truth { _ in })
    traced.deviceNames[1] = "NVIDIA A100-SXM4-80GB"
    traced.strayKernels = [TracedKernel(name: "k", device: 1, duration: .microseconds(5))]
    var measured = MachineMeasurements()
    measured.traces = [traced]
    #expect(
      refusal(measured)
        == "trace.json: the trace has kernels of 'NVIDIA A100-SXM4-80GB' and 'NVIDIA H100 80GB HBM3'\n  mend: trace "
        + "a process of each kind of device by itself")
  }

  @Test func `of a device that is not known are refused`() throws {
    var measured = MachineMeasurements()
    var traced = trace(of: try truth { _ in })
    traced.deviceNames = [0: "Voodoo 2"]
    measured.traces = [traced]
    #expect(
      refusal(measured)
        == "trace.json: no accelerator is named 'Voodoo 2'\n  mend: name it as the catalogue does: "
        + "--accelerator H100-SXM-80GB")
    traced.deviceNames = [:]
    measured.traces = [traced]
    #expect(
      refusal(measured)
        == "trace.json: the file does not say on which device it was measured\n  mend: name it: "
        + "--accelerator H100-SXM-80GB")
    measured.place.device = "H200"
    #expect(try calibrateMachine(measured).devices.map(\.name) == ["H200-SXM-141GB"])
  }
}

private func refusal(_ measured: MachineMeasurements) -> String {
  do throws(Diagnostics) {
    _ = try calibrateMachine(measured)
    return "accepted"
  } catch {
    return "\(error)"
  }
}

@Suite("A machine by its collectives") struct MachineCollectivesTests {
  /// All-reduces of eight H100 on as many nodes, as a catalogue predicts them.
  private func run(_ catalogue: Catalogue, nodes: Int = 1) throws -> MeasuredCollectives {
    let ports = nodes > 1 ? "8x400 Gb/s InfiniBand NDR" : ""
    let rows = try (10...30).map { power -> MeasuredCollectives.Row in
      let size = ByteCount(Int64(1) << Int64(power))
      let measurement = CollectiveMeasurement(
        id: "", source: "", hardware: "H100-SXM-80GB", deviceCount: 8 * nodes, nodeCount: nodes,
        intraLink: "NVLink 4", interLink: ports, library: "NCCL", libraryVersion: "",
        collective: "all_reduce", algorithm: "", size: size, metric: "time_us", value: 1,
        metricDefinition: "", provenance: "", notes: "", location: SourceLocation(file: ""))
      let outcome = try #require(CollectiveRow(measurement, catalogue: catalogue).outcome)
      return .init(bytes: size, outOfPlace: outcome.collectiveTime)
    }
    return MeasuredCollectives(
      file: "ar-\(nodes).txt", kind: .allReduce, rankCount: 8 * nodes, nodeCount: nodes,
      device: "NVIDIA H100 80GB HBM3", rows: rows)
  }

  @Test func `fitted to itself changes nothing`() throws {
    var measured = MachineMeasurements()
    measured.collectiveRuns = [try run(.bundled)]
    let found = try calibrateMachine(measured)
    let nccl = try #require(found.devices.first?.accelerator.calibration.nccl)
    #expect(nccl == .measured(.hopper))
    #expect(found.collectives?.after.rows.allSatisfy { ($0.error ?? 1).magnitude < 1e-9 } == true)
  }

  @Test func `in a node gives the device constants of its own, which runs then take`() throws {
    var slow = try Catalogue.bundled.accelerator(named: "H100-SXM-80GB")
    var constants = try #require(NCCLCalibration.measured(.hopper))
    constants.baseLatency = constants.baseLatency.map { 1.5 * $0 }
    constants.nvlsShare *= 0.8
    constants.shareSimple *= 0.8
    slow.accelerator.calibration.nccl = constants
    var measured = MachineMeasurements()
    measured.collectiveRuns = [try run(Catalogue.bundled.replacing(accelerators: [slow]))]
    let found = try calibrateMachine(measured)
    let fit = try #require(found.collectives)
    for size in MessageClass.allCases {
      let (before, after) = (fit.before.group(size).errors, fit.after.group(size).errors)
      #expect(try #require(before).median > 0.1)
      #expect(try #require(after).median < 0.02)
    }
    // The device keeps what collectives do not tell.
    let old = try Catalogue.bundled.accelerator(named: "H100-SXM-80GB").accelerator.calibration
    var new = try #require(found.devices.first).accelerator.calibration
    #expect(new.nccl != nil)
    new.nccl = nil
    #expect(new == old)
  }

  @Test func `between nodes give the link its share and latency`() throws {
    var slow = try Catalogue.bundled.link(named: "infiniband-ndr")
    slow.link.efficiency = 0.7
    slow.link.latency = .microseconds(4)
    var measured = MachineMeasurements()
    measured.collectiveRuns = [try run(Catalogue.bundled.replacing(links: [slow]), nodes: 4)]
    measured.place.interLink = "8x400 Gb/s InfiniBand NDR"
    let found = try calibrateMachine(measured)
    #expect(found.devices.isEmpty && found.links.map(\.name) == ["infiniband-ndr"])
    #expect(agree(found.links[0].link.efficiency, 0.7, relative: 0.02))
    #expect(try #require(found.collectives?.after.group(.large).errors).median < 0.02)
  }

  /// Four times of one size decide nothing of twelve constants.
  @Test func `of fewer than four sizes fit nothing`() throws {
    var few = try run(.bundled)
    few.rows = Array(repeating: few.rows[3], count: 5) + few.rows.prefix(2)
    var measured = MachineMeasurements()
    measured.collectiveRuns = [few]
    #expect(try calibrateMachine(measured).devices.isEmpty)
  }

  /// Times that no machine has leave a file that can be read.
  @Test func `absurd times leave constants that a catalogue may hold`() throws {
    var absurd = try run(.bundled)
    for index in absurd.rows.indices { absurd.rows[index].outOfPlace = .microseconds(5e8) }
    var measured = MachineMeasurements()
    measured.collectiveRuns = [absurd]
    let device = try #require(try calibrateMachine(measured).devices.first)
    let file = (path: "accelerators/x.yaml", text: device.document.yaml())
    #expect(try Catalogue(adding: [file]).accelerator(named: device.name) == device)
  }

  @Test func `of AMD's devices are predicted by RCCL's model`() throws {
    var runs = try run(.bundled)
    runs.device = "AMD Instinct MI300X"
    var measured = MachineMeasurements()
    measured.collectiveRuns = [runs]
    let found = try calibrateMachine(measured)
    #expect(found.devices.isEmpty)
    #expect(try #require(found.collectives).after.rows.contains { $0.outcome != nil })
  }

  @Test func `say what a file leaves open`() throws {
    var measured = MachineMeasurements()
    measured.collectiveRuns = [try run(.bundled, nodes: 2)]
    #expect(
      refusal(measured)
        == "ar-2.txt: the collective ran on 2 nodes, and nothing says what joins them\n  mend: give the ports of "
        + "a node: --inter-link '8x400 Gb/s InfiniBand NDR'")
    measured.place.interLink = "a wet string"
    #expect(
      refusal(measured)
        == "--inter-link: 'a wet string' names no link of the catalogue with its ports\n  mend: write ports, rate "
        + "and name, such as '8x400 Gb/s InfiniBand NDR'")
    measured.place.interLink = ""
    measured.collectiveRuns[0].kind = nil
    #expect(
      refusal(measured)
        == "ar-2.txt: the file does not say which collective it times\n  mend: keep the lines of '#' that "
        + "nccl-tests prints first, or fit it alone by rehearse collective --measured")
  }

  /// Among those alike, the shortest waited least.
  @Test func `of traces count the shortest of their kind`() throws {
    func kernel(_ name: String, _ elements: Int, _ ranks: [Int], _ microseconds: Double) -> TracedCollective {
      TracedCollective(
        name: name, device: 0, elementsIn: elements, elementsOut: 8 * elements, type: "BFloat16",
        rankCount: ranks.isEmpty ? 8 : ranks.count, ranks: ranks, duration: .microseconds(microseconds))
    }
    let node = Array(0..<8)
    let trace = KinetoTrace(
      file: "t", deviceNames: [:], operators: [],
      collectives: [
        kernel("allreduce", 1024, node, 50), kernel("allreduce", 1024, node, 20),
        kernel("_allgather_base", 1024, [], 30), kernel("allreduce", 1024, [0, 8], 9),
        kernel("barrier", 1, node, 3), kernel("allreduce", 1024, [0, 1, 8], 9),
      ], copies: [], strayKernels: [], gap: nil)
    var place = MeasuredPlace()
    let device = try Catalogue.bundled.accelerator(named: "H100-SXM-80GB").accelerator
    let alone = trace.measurements(on: device, at: place)
    #expect(alone.rows.map(\.value) == [20, 30])
    #expect(alone.rows.map { $0.size?.bytes } == [2048, 8 * 2048])
    #expect(
      alone.skips.map(\.reason) == [
        "t: nothing says what joins nodes: give --inter-link '8x400 Gb/s InfiniBand NDR'",
        "t: 'barrier' is not fitted", "t: the ranks of a group do not fill 8 devices of each node alike",
      ])
    place.interLink = "8x400 Gb/s InfiniBand NDR"
    let all = trace.measurements(on: device, at: place).rows
    #expect(all.map(\.nodeCount) == [1, 1, 2])
  }
}

@Suite("A machine by its kernels") struct MachineKernelsTests {
  private static let header =
    "id,source,hardware,kernel,library,dtype,m,n,k,batch,seq_q,seq_kv,heads,kv_heads,head_dim,causal,metric,value,metric_definition"

  /// Products of an H100 as the shipped constants have them, so many times as long.
  private func table(_ factor: Double) throws -> CorpusFile {
    let device = try Catalogue.bundled.accelerator(named: "H100-SXM-80GB").accelerator
    let chip = try #require(KernelChip(device, computingIn: .bf16))
    let scope = KernelScope(device, format: .bf16, kernel: "gemm", method: KernelMethod.flushed.rawValue)
    let constants = KernelFactors.measured.constants(for: scope)
    let rows = [4096, 6144, 8192, 12288, 16384].map { side -> String in
      let kernel = MatrixKernel(m: side, n: side, k: side, elementBytes: 2)
      let time = kernel.microseconds(on: chip, by: constants) * factor
      return "\(side),mine,H100,gemm,,bf16,\(side),\(side),\(side),,,,,,,,time_us,\(time),calls apart"
    }
    return CorpusFile(name: "k.csv", text: ([Self.header] + rows).joined(separator: "\n") + "\n")
  }

  @Test func `as they ship change nothing`() throws {
    var measured = MachineMeasurements()
    measured.kernels = [try table(1)]
    let found = try calibrateMachine(measured)
    #expect(found.devices.isEmpty)
    #expect(try #require(found.kernels).report.overall.fitted?.percentile90 ?? 1 < 1e-9)
  }

  @Test func `slower alone are slower in training, by as much`() throws {
    var measured = MachineMeasurements()
    measured.kernels = [try table(1.1)]
    let found = try calibrateMachine(measured)
    let new = try #require(found.devices.first).accelerator.calibration
    let share = try #require(new.matrixEfficiency[.bf16])
    #expect(share < 0.637 / 1.04 && share > 0.637 / 1.11)
    // 8-bit products were not measured, and stay.
    #expect(new.matrixEfficiency[.fp8] == 0.579)
    let kernels = try #require(found.kernels)
    #expect(try #require(kernels.report.overall.fitted).median < 0.03)
    // Nothing but the catalogue knows a source that is left out.
    #expect(agree(try #require(kernels.report.overall.leftOut).median, 1 - 1 / 1.1, relative: 1e-3))
  }
}
