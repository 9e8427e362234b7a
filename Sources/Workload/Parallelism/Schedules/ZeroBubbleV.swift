/// Two chunks on a device in V order, so that the first device holds the loss and gradients turn
/// back without crossing the pipeline.
///
/// Device d of p, F0 and F1 forward passes of its chunks, B and W gradients of inputs and weights:
///
/// | Phase | Actions | Times |
/// |---|---|---|
/// | warm-up | F0 | 2(p − d) − 1 |
/// | | F1 F0 | d |
/// | | F1 B1 W1 | p − d |
/// | steady | F0 B0 W0 F1 B1 W1 | until all forward passes are done |
/// | cool-down | B0 B1 | d |
/// | | B0 W0 | p − d |
/// | | W1, W0 | those left |
///
/// The phases are for m ≥ 2p − 1, which they need to come round; with fewer micro-batches the
/// passes of the missing ones are left out.
///
/// - Source: Qi et al. 2024, arXiv:2401.10241, section 6; the same order in torch's
///   `ScheduleZBVZeroBubble`.
func zeroBubbleVActions(device: Int, devices: Int, microBatches: Int) -> [PipelineAction] {
  let count = max(microBatches, 2 * devices - 1)
  var queue = PassQueue(chunks: 2, microBatches: microBatches)
  let beyond = devices - device

  for _ in 0..<(2 * beyond - 1) { queue.append(.forward, chunk: 0) }
  for _ in 0..<device {
    queue.append(.forward, chunk: 1)
    queue.append(.forward, chunk: 0)
  }
  for _ in 0..<beyond {
    queue.append(.forward, chunk: 1)
    queue.append(.backwardInput, chunk: 1)
    queue.append(.backwardWeight, chunk: 1)
  }
  while queue.next(.forward, chunk: 1) < count {
    if queue.next(.forward, chunk: 0) < count { queue.append(.forward, chunk: 0) }
    queue.append(.backwardInput, chunk: 0)
    queue.append(.backwardWeight, chunk: 0)
    queue.append(.forward, chunk: 1)
    queue.append(.backwardInput, chunk: 1)
    queue.append(.backwardWeight, chunk: 1)
  }
  for _ in 0..<device {
    queue.append(.backwardInput, chunk: 0)
    queue.append(.backwardInput, chunk: 1)
  }
  for _ in 0..<beyond {
    queue.append(.backwardInput, chunk: 0)
    queue.append(.backwardWeight, chunk: 0)
  }
  for chunk in [1, 0] {
    while queue.next(.backwardWeight, chunk: chunk) < count { queue.append(.backwardWeight, chunk: chunk) }
  }
  return queue.actions
}

/// Actions under way, with the next micro-batch of each kind of pass and chunk.
struct PassQueue {
  private(set) var actions: [PipelineAction] = []
  private var counts: [[Int]]
  private let microBatches: Int

  init(chunks: Int, microBatches: Int) {
    counts = Array(repeating: Array(repeating: 0, count: 4), count: chunks)
    self.microBatches = microBatches
  }

  func next(_ kind: PipelinePass.Kind, chunk: Int) -> Int { counts[chunk][Int(kind.rawValue)] }

  /// Runs the next micro-batch, if there is one.
  mutating func append(_ kind: PipelinePass.Kind, chunk: Int) {
    let microBatch = next(kind, chunk: chunk)
    counts[chunk][Int(kind.rawValue)] += 1
    guard microBatch < microBatches else { return }
    actions.append(.pass(PipelinePass(kind, chunk: chunk, microBatch: microBatch)))
  }
}
