import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

/// Writes one pass through one layer: kernels in order, and the exchanges around them.
struct PassWriter {
  let plan: TrainingPlan
  let device: Accelerator
  let slowdown: Double
  let phase: StepGraph.Phase
  private(set) var template = PassTemplate()
  /// The last kernel; -1 is the one before the pass.
  private var last: Int32 = -1
  /// Exchanges that the next kernel waits for.
  private var open: [Int32] = []

  init(_ plan: TrainingPlan, device: Accelerator, slowdown: Double, phase: StepGraph.Phase) {
    self.plan = plan
    self.device = device
    self.slowdown = slowdown
    self.phase = phase
  }

  consuming func finish() -> PassTemplate {
    template.exits = open
    return template
  }

  /// Time and FLOPs of passes of one operator, the sum of its kernels.
  func work(_ item: ModelOperator, _ passes: [Pass]) -> (time: SimDuration, flops: Double) {
    var time = SimDuration.zero
    var flops = 0.0
    for pass in passes {
      for kernel in item.kernels(pass, batch: plan.microBatch, precision: plan.precision) {
        time += kernelTime(kernel, on: device).duration
        flops += kernel.flops
      }
    }
    return (slowdown == 1 ? time : time.scaled(by: slowdown), flops)
  }

  /// A kernel with the exchanges before, beside and after it.
  ///
  /// - Parameter early: exchanges under way that this kernel waits for and that no earlier one did.
  /// - Returns: its position.
  @discardableResult
  mutating func kernel(
    _ name: String, _ work: (time: SimDuration, flops: Double), _ changes: [StepGraph.MemoryDelta],
    _ exchanges: [Exchange] = [], early: [Int32] = [], as other: StepGraph.Phase? = nil,
    in builder: inout StepGraphBuilder
  ) -> Int32 {
    for exchange in exchanges where exchange.moment == .before {
      open = [add(exchange, of: name, after: [last] + open, in: &builder)]
    }
    let beside = exchanges.filter { $0.moment == .beside }.map {
      add($0, of: name, after: [last] + open, in: &builder)
    }
    let position = add(
      StepGraph.Operator(
        kind: .compute, phase: other ?? phase, stream: .compute, receiver: 0, call: -1, duration: work.time,
        flops: work.flops, layerName: -1, partName: builder.name(name), microBatch: -1,
        memoryStart: builder.share(changes), memoryCount: Int32(changes.count), waitStart: 0, waitCount: 0),
      after: open + early)
    last = position
    var after: [Int32] = []
    for exchange in exchanges where exchange.moment == .after {
      after.append(add(exchange, of: name, after: [position] + after, in: &builder))
    }
    open = beside + after
    return position
  }

  /// Exchanges that start now and that a later kernel waits for.
  mutating func start(
    _ exchanges: [Exchange], of name: String, in builder: inout StepGraphBuilder
  ) -> [Int32] {
    exchanges.map { add($0, of: name, after: [last] + open, in: &builder) }
  }

  /// Keeps exchanges open over a kernel that does not wait for them.
  mutating func setAside() -> [Int32] {
    defer { open = [] }
    return open
  }
  mutating func takeUp(_ exchanges: [Int32]) { open += exchanges }

  mutating func complete(_ operatorIndex: Int) { template.completions.append((last, operatorIndex)) }

  private mutating func add(
    _ exchange: Exchange, of name: String, after: [Int32], in builder: inout StepGraphBuilder
  ) -> Int32 {
    let (stream, phase) = exchange.communicator.lane
    let bytes = ByteCount(rounding: exchange.bytes(batch: plan.microBatch, precision: plan.precision))
    return add(
      StepGraph.Operator(
        kind: .collective, phase: phase, stream: stream, receiver: 0,
        call: builder.call(exchange.kind, bytes: bytes, among: exchange.communicator), duration: .zero,
        flops: 0, layerName: -1, partName: builder.name("\(name) \(exchange.kind.rawValue)"), microBatch: -1,
        memoryStart: 0, memoryCount: 0, waitStart: 0, waitCount: 0), after: after)
  }

  private mutating func add(_ item: StepGraph.Operator, after: [Int32]) -> Int32 {
    template.operators.append(item)
    template.waits += after
    template.waitBounds.append(Int32(template.waits.count))
    return Int32(template.operators.count - 1)
  }
}

extension Communicator {
  /// The stream that its exchanges are on, and what they count as.
  var lane: (StepGraph.Stream, StepGraph.Phase) {
    switch self {
    case .tensor: (.tensor, .tensor)
    case .context: (.context, .context)
    case .expert, .expertTensor: (.expert, .expert)
    case .data, .shard, .replica, .expertData, .embedding, .world: (.communication, .communication)
    }
  }
}
