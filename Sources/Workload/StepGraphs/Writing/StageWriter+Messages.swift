import Collectives
import Parallelism
import Quantities

extension StageWriter {
  /// Lets the pass wait for what the neighbouring stage sends.
  ///
  /// Stages of one device hand over in place. A pass without a computation to wait, as of an empty stage, waits in an
  /// operator that takes no time.
  mutating func receive(_ pass: PipelinePass, isForward: Bool, _ builder: inout StepGraphBuilder) {
    let model = chunks[pass.chunk].stage
    let source = isForward ? model - 1 : model + 1
    guard source >= 0, source < schedule.stageCount else { return }
    let sender = schedule.holder(ofStage: source, microBatch: pass.microBatch).device
    if sender == stage { return }
    let gate = builder.add(
      isForward ? "activations received" : "gradients received", .pipeline, on: .receive, duration: .zero)
    let wait = builder.waitAlso(onPeer: builder.peer(sender), .send)
    messages.append(
      (
        sender: sender,
        message: links.message(isForward: isForward, from: source, microBatch: pass.microBatch), wait: wait
      ))
    pending.append(gate)
  }

  /// Sends what the pass made to the next stage in its direction.
  mutating func send(_ pass: PipelinePass, isForward: Bool, _ builder: inout StepGraphBuilder) {
    let model = chunks[pass.chunk].stage
    let target = isForward ? model + 1 : model - 1
    guard target >= 0, target < schedule.stageCount, let last else { return }
    let receiver = schedule.holder(ofStage: target, microBatch: pass.microBatch).device
    if receiver == stage { return }
    let index = builder.addSend(
      isForward ? "send activations" : "send gradients", bytes: links.bytes, to: receiver,
      microBatch: pass.microBatch, after: [last] + pending)
    sendPlaces.append(
      (
        message: links.message(isForward: isForward, from: model, microBatch: pass.microBatch),
        place: builder.count(on: .send)
      ))
    if !plan.overlap.pipeline { pending.append(index) }
  }
}
