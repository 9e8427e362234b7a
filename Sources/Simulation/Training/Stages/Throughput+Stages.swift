import FineTuning
import ModelGraphs
import StepGraphs

extension Throughput {
  /// Rates of a stage's step: samples are those of its data set, tokens those that the trained model learns from.
  ///
  /// Model FLOPs are those of updates and scoring passes; generated tokens count with neither, though their time
  /// does.
  init(job: TrainingJob, stage: StagePlan, stepTime: Double) {
    let plan = job.plan
    self.init(plan: plan, stepTime: stepTime)
    func model(_ role: ModelRole) -> Model { stage.companions.first { $0.role == role }?.model ?? plan.model }
    let samples = Double(job.globalBatch)
    let flops = stage.work.passFLOPs(
      forward: { model($0).forwardFLOPsPerSample }, training: { model($0).trainingFLOPsPerSample })
    let perDevice = samples * flops / Double(job.deviceCount) / stepTime
    let devices = Double(plan.rankCount) / Double(job.deviceCount)
    let recomputed = (hfu - mfu) * devices * Double(stage.epochs)
    samplesPerSecond = samples / stepTime
    tokensPerSecondPerAccelerator = tokensPerSecond / Double(job.deviceCount)
    modelTeraflopsPerAccelerator = perDevice / 1e12
    mfu = perDevice / plan.fleet.meanPeak(of: plan.rankCount, for: plan.precision.compute)
    hfu = mfu + recomputed
  }
}
