import Hardware

extension NCCLCalibration {
  /// The constants of a generation; nil for Volta, of which there are no measurements.
  ///
  /// - Source: fitted by least absolute logarithm on NVIDIA AIConfigurator's nccl-tests (NCCL 2.27.3 and
  ///   2.28.9; 2, 4 and 8 devices, 512 B to 512 MiB), `Validation/collectives.csv`.
  public static func measured(_ generation: NCCLGeneration) -> NCCLCalibration? {
    switch generation {
    case .volta: nil
    case .ampere:
      NCCLCalibration(
        baseLatency: [8.3, 25.9, 34.6], hopLatency: [1.0, 0.5, 5.5], maximumLL: 41, shareLL128: 0.67,
        shareSimple: 0.94, copyRate: 520, nvlsLatency: 0, nvlsShare: 0)
    case .hopper:
      NCCLCalibration(
        baseLatency: [4.9, 5.6, 20.5], hopLatency: [0.78, 0.82, 0.8], maximumLL: 22, shareLL128: 0.48,
        shareSimple: 0.99, copyRate: 730, nvlsLatency: 70, nvlsShare: 0.83)
    case .blackwell:
      NCCLCalibration(
        baseLatency: [7.6, 10.4, 15.5], hopLatency: [1.35, 1.12, 4.1], maximumLL: 107, shareLL128: 0.55,
        shareSimple: 0.99, copyRate: 1050, nvlsLatency: 0, nvlsShare: 0)
    }
  }

  /// NCCL's own constants in the same form, from which a fit starts.
  ///
  /// Copies, which NCCL does not count, go at the share of the memory's bandwidth that the channels have of the
  /// multiprocessors: 12 of 80 at 900 GB/s, 24 of 108 at 2,039, of 132 at 3,350 and of 148 at 8,000.
  public static func tables(_ generation: NCCLGeneration) -> NCCLCalibration {
    let (ring, nvls) = (NCCLAlgorithm.ring.index, NCCLAlgorithm.nvls.index)
    let copyRates: [Double] = [135, 450, 610, 1300]
    return NCCLCalibration(
      baseLatency: NCCLTables.baseLatency[ring], hopLatency: NCCLTables.nvlinkLatency[ring],
      maximumLL: NCCLTables.maximumLL[generation.rawValue][0], shareLL128: 0.92, shareSimple: 1,
      copyRate: copyRates[generation.rawValue], nvlsLatency: NCCLTables.nvlinkLatency[nvls][2],
      nvlsShare: NCCLTables.nvlsEfficiency[generation.rawValue])
  }
}
