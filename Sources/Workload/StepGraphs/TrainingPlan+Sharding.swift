extension TrainingPlan {
  /// Who shares out what with whom.
  var shardingProblems: [PlanProblem] {
    if let lengths, lengths.packing == .batch, rankCount != degrees.data || degrees.expert > 1 {
      return [
        PlanProblem(
          key: "training.lengths.packing",
          reason: "micro-batches of different lengths are simulated where ranks divide the samples alone",
          mend: "use pad or pack")
      ]
    }
    if reducesOnce, let reason = reasonAgainstReducingOnce {
      return [PlanProblem(key: "plan.reduce_once", reason: reason, mend: "leave it out")]
    }
    let holders = degrees.data * degrees.context
    let expertHolders = degrees.expertData
    if zero != .none, holders == 1, expertHolders == 1 {
      return [
        PlanProblem(
          key: "plan.zero", reason: "one data-parallel rank has nobody to share out with", mend: "use 0")
      ]
    }
    return []
  }

  private var reasonAgainstReducingOnce: String? {
    if zero < .gradients {
      return "zero \(zero.rawValue) does not share gradients out, and reduces them once"
    }
    if accumulation == 1 { return "a step of one micro-batch reduces its gradients once" }
    if offload.gradients != .none { return "gradients leave the device share by share" }
    return nil
  }
}
