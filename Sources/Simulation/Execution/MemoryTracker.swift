import MemoryModels
import Quantities
import StepGraphs

/// Follows the memory of the first rank of a class through the run.
struct MemoryTracker {
  /// Live now, by `MemoryKind.rawValue`.
  private(set) var bytes: [Int64]
  private var deviceTotal: Int64
  private(set) var record: MemoryRecord

  /// - Parameter resident: bytes by `MemoryKind.rawValue` that are there from the start.
  init(classIndex: Int, resident: [Int64]) {
    bytes = resident
    deviceTotal = MemoryKind.onDevice.reduce(0) { $0 + resident[$1.rawValue] }
    record = MemoryRecord(
      classIndex: classIndex, samples: [.init(time: .zero, bytes: resident)], peakBytes: deviceTotal,
      liveAtPeak: resident, peakByKind: resident, peakOperator: -1,
      changes: [])
  }

  mutating func apply(
    _ deltas: ArraySlice<StepGraph.MemoryDelta>, atStart: Bool, of operatorIndex: Int, now: SimTime,
    sampled: Bool, isTold: Bool
  ) {
    var changed = false
    for delta in deltas where delta.atStart == atStart {
      let kind = delta.kind.rawValue
      bytes[kind] += delta.bytes
      assert(bytes[kind] >= 0, "more \(delta.kind.label) freed than allocated")
      record.peakByKind[kind] = max(record.peakByKind[kind], bytes[kind])
      if kind < MemoryKind.hostOffload.rawValue { deviceTotal += delta.bytes }
      changed = true
    }
    guard changed else { return }
    if isTold {
      record.changes.append(.init(operatorIndex: Int32(operatorIndex), atStart: atStart))
    }
    if deviceTotal > record.peakBytes {
      record.peakBytes = deviceTotal
      // In place: peaks are many while a pipeline fills.
      for kind in bytes.indices { record.liveAtPeak[kind] = bytes[kind] }
      record.peakOperator = operatorIndex
    }
    if sampled { record.samples.append(.init(time: now, bytes: bytes)) }
  }

  /// Says again what was sampled from a position on, later each time.
  mutating func repeatSamples(from position: Int, times: Int, every span: SimDuration) {
    let samples = record.samples[position...]
    for number in 0..<times {
      record.samples += samples.map { .init(time: $0.time + span * (number + 1), bytes: $0.bytes) }
    }
  }
}
