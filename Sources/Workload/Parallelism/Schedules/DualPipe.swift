/// Two pipelines over the same devices in opposite directions, half of the micro-batches in each.
/// Every device holds two stages; in the steady phase the forward pass of one direction is
/// interleaved with the backward pass of the other, so that messages hide behind arithmetic.
///
/// On device d let h = min(d, p − 1 − d) be the distance from the nearer end, and call near the
/// direction that enters at that end, far the other. Ĝ is a backward pass without gradients of
/// weights, Ŵ the oldest of those kept back, (F & G) an interleaved pair:
///
/// | Step | Actions | Times |
/// |---|---|---|
/// | 1 | F near | 2(p/2 − h − 1) |
/// | 2 | F near, F far | h + 1 |
/// | 3 | Ĝ far, Ŵ, F far | p/2 − h − 1 |
/// | 4 | (F near & G far), (F far & G near) | m/2 − p + h + 1 |
/// | 5 | G far, (F far & G near) | p/2 − h − 1 |
/// | 6 | G far, G near, from the middle on Ĝ | h + 1 |
/// | 7 | Ŵ, Ĝ near | p/2 − h − 1 |
/// | 8 | Ŵ | h + 1 |
///
/// The first pair of the two middle devices runs one after the other, as there the gradient is
/// not worth waiting for.
///
/// - Source: DeepSeek-AI 2024, “DeepSeek-V3 technical report”, arXiv:2412.19437, section 3.2.1;
///   steps as in github.com/deepseek-ai/DualPipe.
func dualPipeActions(device: Int, devices: Int, microBatches: Int) -> [PipelineAction] {
  let half = devices / 2
  let depth = min(device, devices - 1 - device)
  let beyond = half - depth - 1
  let near = device < half ? 0 : 1
  let far = 1 - near
  var plan = DualPipePlan(microBatches: microBatches)

  for _ in 0..<(2 * beyond) { plan.forward(near) }
  for _ in 0...depth {
    plan.forward(near)
    plan.forward(far)
  }
  for _ in 0..<beyond {
    plan.backward(far, keepsWeights: true)
    plan.weights()
    plan.forward(far)
  }
  for turn in 0..<(microBatches / 2 - devices + depth + 1) {
    if turn == 0 && beyond == 0 {
      plan.forward(near)
      plan.backward(far)
    } else {
      plan.overlapped(forward: near, backward: far)
    }
    plan.overlapped(forward: far, backward: near)
  }
  for _ in 0..<beyond {
    plan.backward(far)
    plan.overlapped(forward: far, backward: near)
  }
  // 2(h + 1) backward passes, of which the last h + 1 keep their weights back.
  for turn in 0...depth {
    plan.backward(far, keepsWeights: 2 * turn > depth)
    plan.backward(near, keepsWeights: 2 * turn + 1 > depth)
  }
  for _ in 0..<beyond {
    plan.weights()
    plan.backward(near, keepsWeights: true)
  }
  for _ in 0...depth { plan.weights() }
  return plan.actions
}

/// Actions under way. Chunk 0 runs the first half of the micro-batches, chunk 1 the second.
private struct DualPipePlan {
  private(set) var actions: [PipelineAction] = []
  private var nextForward: [Int]
  private var nextBackward: [Int]
  /// Passes whose weights are kept back, oldest first.
  private var kept: [PipelinePass] = []
  private var keptDone = 0

  init(microBatches: Int) {
    nextForward = [0, microBatches / 2]
    nextBackward = nextForward
  }

  private mutating func takeForward(_ chunk: Int) -> PipelinePass {
    defer { nextForward[chunk] += 1 }
    return PipelinePass(.forward, chunk: chunk, microBatch: nextForward[chunk])
  }

  private mutating func takeBackward(_ chunk: Int, _ kind: PipelinePass.Kind) -> PipelinePass {
    defer { nextBackward[chunk] += 1 }
    return PipelinePass(kind, chunk: chunk, microBatch: nextBackward[chunk])
  }

  mutating func forward(_ chunk: Int) { actions.append(.pass(takeForward(chunk))) }

  mutating func backward(_ chunk: Int, keepsWeights: Bool = false) {
    let pass = takeBackward(chunk, keepsWeights ? .backwardInput : .backward)
    actions.append(.pass(pass))
    if keepsWeights { kept.append(PipelinePass(.backwardWeight, chunk: chunk, microBatch: pass.microBatch)) }
  }

  mutating func overlapped(forward: Int, backward: Int) {
    let pass = takeForward(forward)
    actions.append(.overlapped(forward: pass, backward: takeBackward(backward, .backward)))
  }

  mutating func weights() {
    actions.append(.pass(kept[keptDone]))
    keptDone += 1
  }
}
