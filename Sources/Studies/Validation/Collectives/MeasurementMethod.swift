/// How a collective was timed, which decides what the time holds beside the collective itself.
public enum MeasurementMethod: String, Sendable, CaseIterable {
  /// Many calls one after another under one clock: launches hide behind the calls before them.
  case backToBack = "back to back"
  /// One call between two events of a script: the script's launch lies between them.
  case singleCall = "single call"
  /// The kernel's time in a profile: it starts when its own rank launches it and waits for the last.
  case kernel = "kernel in a profile"

  /// The method that a metric's definition names; nccl-tests times back to back.
  public init(definition: String) {
    if definition.contains("profiler") {
      self = .kernel
    } else if definition.contains("_bench.py") {
      self = .singleCall
    } else {
      self = .backToBack
    }
  }

  /// Time that the method adds to a collective, µs.
  ///
  /// - Source: least absolute logarithm over `Validation/collectives.csv`: single calls of
  ///   `all_reduce_bench.py` among eight B200, kernels of torch.distributed in profiles of two to eight A100.
  public var measuredOverhead: Double {
    switch self {
    case .backToBack: 0
    case .singleCall: 21
    case .kernel: 5
    }
  }
}
