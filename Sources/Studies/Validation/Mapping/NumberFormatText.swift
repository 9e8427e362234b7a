import Catalogues
import Hardware
import ModelGraphs
import Resolution

/// The precision policy that a measurement's words mean on a framework and a device.
///
/// Automatic mixed precision keeps weights in fp32 and casts them for each product; gradients have the
/// framework's format. “Mixed” alone means 16-bit weights with an fp32 master copy. Frameworks that use
/// tf32 by default do so for fp32 where the device has it.
///
/// - Returns: `nil` where the words name no format.
func precisionPolicy(
  _ text: String, framework: FrameworkEntry, device: Accelerator
) -> PrecisionPolicy? {
  let words = text.lowercased()
  for type in [DataType.fp16, .bf16] where words.contains(type.rawValue) {
    let policy = type == .fp16 ? PrecisionPolicy.fp16 : .bf16
    return words.contains("amp") ? framework.mixedPrecision(policy) : policy
  }
  if words.contains("tf32") { return .tf32 }
  guard words.contains("fp32") else { return nil }
  return framework.usesTF32 && device.densePeak[.tf32] != nil ? .tf32 : .fp32
}
