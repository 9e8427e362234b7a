import Quantities
import StepGraphs

/// A job whose answer is beyond what the simulation can count.
public enum JobError: Error, Equatable, Sendable {
  /// The steps end beyond the 106 days of the simulated clock.
  case beyondClock
  /// A rank's memory traffic of one step, or its node's, is beyond 2⁶² bytes.
  case beyondMemory
  /// One step of a rank has more operators than can be held.
  case tooManyOperators(Int)

  /// Operators of one step that are still held; about 100 bytes each.
  static let largestStep = 20_000_000
}

extension JobError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .beyondClock:
      "the run takes longer than the 106 days of the simulated clock: use fewer steps, smaller batches or "
        + "faster parts"
    case .tooManyOperators(let count):
      "one step has \(count) operators, more than the \(JobError.largestStep) that can be held: accumulate over "
        + "fewer micro-batches"
    case .beyondMemory:
      "the job moves more than 4 EiB through a rank's memory in one step: use smaller batches or a smaller model"
    }
  }
}

extension TrainingPlan {
  /// - Throws: `JobError.tooManyOperators` before a step is written that could not be held.
  func checkSize() throws(JobError) {
    let passes = recompute.recomputesLayers ? 3 : 2
    let stages = max(1, degrees.pipeline)
    let perMicroBatch = model.layers.reduce(0) { $0 + $1.operators.count } * passes / stages
    let (count, overflows) = perMicroBatch.multipliedReportingOverflow(by: accumulation)
    if overflows || count > JobError.largestStep { throw .tooManyOperators(overflows ? .max : count) }
  }
}

extension StepGraph {
  /// - Throws: `JobError.beyondMemory` where the bytes of a step could not be added up.
  /// - Complexity: O(memory changes).
  func checkMemory(resident: [[Int64]], devicesPerNode: Int) throws(JobError) {
    let held = resident.joined().reduce(0.0) { $0 + Double($1) }
    let changed = memoryDeltas.reduce(0.0) { $0 + Double($1.bytes.magnitude) }
    // The node's host holds what its devices offload.
    let offloaded = (held + changed) * Double(devicesPerNode)
    guard held + changed < 0x1p62, !offloads || offloaded < 0x1p62 else { throw .beyondMemory }
  }

  private var offloads: Bool { operators.contains { $0.kind == .transfer } }
}
