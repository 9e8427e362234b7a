/// How a framework runs the optimizer's update on a device, as far as that needs memory besides.
///
/// - Source: PyTorch 1.13 to 2.1, `torch/optim/adamw.py`: a root and a denominator of all second moments at once;
///   InternEvo, `internlm/solver/optimizer/hybrid_zero_optim.py` (flat) and `fsdp_optimizer.py` (listed).
public enum UpdateMethod: String, Sendable, CaseIterable {
  /// One kernel that reads gradients in their format and holds nothing.
  case fused
  /// One operation after the other over all tensors, gradients cast to fp32 first.
  case listed
  /// The same on one flat tensor: gradients are cast for their norm, laid end to end and cast again. Parameters that
  /// data ranks share out are laid end to end already, so that it is as `listed` with ZeRO's third stage.
  case flat
}

extension Optimizer {
  /// fp32 tensors of the updated elements' size that an update operation by operation holds at once: Adam's root of the
  /// second moment and its denominator. Those of other rules are not counted.
  public var temporaryCount: Int {
    switch self {
    case .adam, .adamw: 2
    default: 0
    }
  }
}
