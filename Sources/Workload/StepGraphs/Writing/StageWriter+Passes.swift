import MemoryModels
import Parallelism
import Quantities

extension StageWriter {
  var cursor: PassCursor {
    get { PassCursor(last: last, pending: pending) }
    set {
      last = newValue.last
      pending = newValue.pending
    }
  }

  mutating func writeForward(_ pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    let chunk = chunks[pass.chunk]
    gather(layerAt: 0, of: pass, next: 1, &builder)
    for index in chunk.layers.indices {
      gather(layerAt: index + 1, of: pass, next: 1, &builder)
      awaitParameters(layerAt: index, of: pass)
      builder.append(
        chunk.templates[index].forward, layer: chunk.names[index], microBatch: Int32(pass.microBatch),
        at: &cursor)
      keep(index, of: chunk, at: last, &builder)
      release(layerAt: index, of: pass, &builder)
      evict(index, of: pass, &builder)
    }
    forwardPasses[pass.chunk] += 1
  }

  /// Under recomputation the input of a layer stays, and what outputs it keeps, from the end of its forward pass.
  private func keep(_ index: Int, of chunk: ChunkPlan, at last: Int?, _ builder: inout StepGraphBuilder) {
    guard chunk.segmentStarts[index] == index, let last else { return }
    builder.change(.activations, by: chunk.templates[index].inputBytes, atStartOf: last)
    builder.change(.activations, by: chunk.templates[index].keptOutputBytes, atStartOf: last)
  }

  mutating func writeBackward(_ pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    let chunk = chunks[pass.chunk]
    let count = pass.kind == .backward ? countGradientPass(pass.chunk) : (isFirst: false, isLast: false)
    backwardEnds = Array(repeating: nil, count: chunk.layers.count)
    gather(layerAt: chunk.layers.count - 1, of: pass, next: -1, &builder)
    for index in chunk.layers.indices.reversed() {
      gather(layerAt: index - 1, of: pass, next: -1, &builder)
      awaitParameters(layerAt: index, of: pass)
      recompute(endingAt: index, of: pass, &builder)
      let template =
        pass.kind == .backward
        ? chunk.templates[index].backward[count.isFirst ? 0 : 1] : chunk.templates[index].inputGradient
      let base = builder.operatorCount
      builder.append(
        template, layer: chunk.names[index], microBatch: Int32(pass.microBatch), at: &cursor)
      if pass.kind == .backward {
        reduce(
          layerAt: index, of: pass, template.completions.map { (base + Int($0.position), $0.operatorIndex) },
          count, &builder)
      }
      freeKept(index, of: pass, &builder)
      release(layerAt: index, of: pass, &builder)
      backwardEnds[index] = last
    }
    if pass.kind == .backward { reduceWaiting(pass.chunk, count, &builder) }
  }

  private func freeKept(_ index: Int, of pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    let chunk = chunks[pass.chunk]
    if chunk.segmentStarts[index] == index, let last {
      builder.change(.activations, by: -chunk.templates[index].inputBytes.rounded(), atEndOf: last)
    }
  }

  mutating func writeWeightGradients(_ pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    let chunk = chunks[pass.chunk]
    let count = countGradientPass(pass.chunk)
    for index in chunk.layers.indices.reversed() {
      let template = chunk.templates[index].weightGradient[count.isFirst ? 0 : 1]
      let base = builder.operatorCount
      builder.append(
        template, layer: chunk.names[index], microBatch: Int32(pass.microBatch), at: &cursor)
      reduce(
        layerAt: index, of: pass, template.completions.map { (base + Int($0.position), $0.operatorIndex) },
        count, &builder)
    }
    reduceWaiting(pass.chunk, count, &builder)
  }

  /// Runs a segment forward again when the backward pass reaches its last layer.
  private mutating func recompute(
    endingAt index: Int, of pass: PipelinePass, _ builder: inout StepGraphBuilder
  ) {
    let chunk = chunks[pass.chunk]
    guard let start = chunk.segmentStarts[index] else {
      pending += fetch(layerAt: index, neededBy: index, of: pass, &builder)
      return
    }
    if index + 1 < chunk.layers.count, chunk.segmentStarts[index + 1] == start { return }
    pending += fetch(layerAt: start, neededBy: index, of: pass, &builder)
    for layer in start...index {
      builder.append(
        chunk.templates[layer].recomputation, layer: chunk.names[layer], microBatch: Int32(pass.microBatch),
        at: &cursor)
    }
  }

  /// A forward and a backward pass that take turns layer by layer, so that the exchanges of one hide behind the other.
  mutating func writeTogether(
    _ forward: PipelinePass, _ backward: PipelinePass, _ builder: inout StepGraphBuilder
  ) {
    receive(forward, isForward: true, &builder)
    var ahead = PassCursor(last: last, pending: pending)
    pending = []
    receive(backward, isForward: false, &builder)
    let count =
      backward.kind == .backward ? countGradientPass(backward.chunk) : (isFirst: false, isLast: false)
    let (down, up) = (chunks[forward.chunk], chunks[backward.chunk])
    backwardEnds = Array(repeating: nil, count: up.layers.count)
    for step in 0..<max(down.layers.count, up.layers.count) {
      let index = up.layers.count - 1 - step
      if index >= 0 { recompute(endingAt: index, of: backward, &builder) }
      let first = step < down.layers.count ? down.templates[step].forward : PassTemplate()
      let second =
        index < 0
        ? PassTemplate()
        : backward.kind == .backward
          ? up.templates[index].backward[count.isFirst ? 0 : 1] : up.templates[index].inputGradient
      var behind = cursor
      let places = builder.append(
        first, layer: step < down.layers.count ? down.names[step] : -1,
        microBatch: Int32(forward.microBatch), at: &ahead, beside: second,
        layer: index < 0 ? -1 : up.names[index], microBatch: Int32(backward.microBatch), at: &behind)
      cursor = behind
      if step < down.layers.count { keep(step, of: down, at: ahead.last, &builder) }
      if index >= 0 {
        freeKept(index, of: backward, &builder)
        if backward.kind == .backward {
          let completions = second.completions.map { (places[Int($0.position)], $0.operatorIndex) }
          reduce(layerAt: index, of: backward, completions, count, &builder)
        }
        backwardEnds[index] = last
      }
    }
    if backward.kind == .backward { reduceWaiting(backward.chunk, count, &builder) }
    send(backward, isForward: false, &builder)
    let behind = cursor
    cursor = ahead
    send(forward, isForward: true, &builder)
    last = [last, behind.last].compactMap { $0 }.max()
    pending += behind.pending
  }
}
