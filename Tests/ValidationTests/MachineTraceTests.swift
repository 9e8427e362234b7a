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
