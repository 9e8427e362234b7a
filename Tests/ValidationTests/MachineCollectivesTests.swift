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

/// The error of a machine that cannot be fitted, as text.
func refusal(_ measured: MachineMeasurements) -> String {
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
