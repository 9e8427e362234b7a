import Hardware

#if canImport(Glibc)
  import Glibc
#endif

extension Accelerator {
  /// How often the power for a FLOP/s of the 16-bit peak is halved from that of a reference board of the generation; 0 for
  /// boards that have more.
  ///
  /// - Source: board power and dense peaks of V100 SXM3, A100 SXM, L40, H100 SXM, GB300 and, for all of AMD's, MI325X by
  ///   their makers.
  public var powerHalvings: Double { powerHalvings(in: KernelGeneration(of: self)) }

  /// The same where the generation is known already.
  func powerHalvings(in generation: KernelGeneration) -> Double {
    let most: Double? =
      switch generation {
      case .volta: 350.0 / 125
      case .ampere: 400.0 / 312
      case .ada: 300.0 / 181
      case .hopper: 700.0 / 989.4
      case .blackwell: 1400.0 / 2500
      case .ampereGraphics: nil
      case .other: vendor == "AMD" ? 1000.0 / 1307 : nil
      }
    guard let most, let powerWatts, let peak = densePeak[.bf16] ?? densePeak[.fp16] else { return 0 }
    return max(0, log2(most / (powerWatts / (peak.perSecond / 1e12))))
  }
}
