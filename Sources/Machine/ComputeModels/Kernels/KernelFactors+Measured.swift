extension KernelFactors {
  /// The constants of kernels that run alone, as factors on their starts.
  ///
  /// - Source: `rehearse calibrate --corpus Validation/kernels.csv`, so products, attention and layers of NVIDIA
  ///   AIConfigurator, Vidur, DeepBench, DeepGEMM and ml-engineering's table of matrix rates.
  public static let measured = KernelFactors([
    .matrixShare: [
      "A100-PCIe-80GB, 16-bit": 0.995, "A100-SXM-80GB, 16-bit": 1.029, "A40, 16-bit": 1.034,
      "AMD, 16-bit": 0.865, "B200-SXM-180GB, 16-bit": 1.007, "B200-SXM-180GB, fp8": 1.005,
      "B300-SXM-270GB, 16-bit": 1.013, "B300-SXM-270GB, fp8": 0.995, "GB200-186GB, 16-bit": 0.970,
      "GB200-186GB, fp8": 0.983, "GH200-144GB, 16-bit": 1.005, "GH200-144GB, fp8": 1.019,
      "Gaudi-2, 16-bit": 1.022, "Gaudi-2, fp8": 1.025, "Gaudi-3, 16-bit": 0.979, "Gaudi-3, fp8": 0.985,
      "H100-SXM-80GB, 16-bit": 1.024, "H100-SXM-80GB, fp8": 1.017, "H200-SXM-141GB, fp8": 0.996,
      "H800-SXM-80GB, fp8": 0.945, "Intel, 16-bit": 1.001, "Intel, fp8": 1.021, "L40S, 16-bit": 1.003,
      "L40S, fp8": 1.002, "MI300X, 16-bit": 0.984, "MI325X, 16-bit": 0.973, "MI355X, 16-bit": 0.974,
      "V100-SXM2-16GB, 16-bit": 1.022, "ada, 16-bit": 1.007, "ada, fp8": 1.004, "all": 0.992,
      "ampere graphics, 16-bit": 1.070, "ampere, 16-bit": 1.050, "blackwell, 16-bit": 0.978,
      "blackwell, fp8": 0.966, "hopper, 16-bit": 1.061, "hopper, fp8": 0.950, "volta, 16-bit": 1.045,
    ],
    .memoryShare: [
      "A100-SXM-80GB, 16-bit": 0.996, "A40, 16-bit": 1.027, "GB200-186GB, 16-bit": 1.043,
      "GB200-186GB, fp4": 0.879, "H100-SXM-80GB, 16-bit": 1.009, "H100-SXM-80GB, fp8": 0.975,
      "H800-SXM-80GB, fp8": 1.060, "L40S, 16-bit": 0.994, "L40S, fp8": 0.996, "V100-SXM2-16GB, 16-bit": 0.995,
      "ada": 0.990, "all": 0.964, "ampere": 0.996, "ampere graphics": 1.027, "blackwell": 0.917,
      "hopper": 1.044, "volta": 0.995,
    ],
    .launch: [
      "ada": 0.767, "all": 1.022, "ampere": 1.174, "ampere graphics": 1.019, "blackwell": 0.827,
      "collector": 0.856, "driver": 2.301, "flushed": 0.736, "hopper": 0.967, "profiler": 0.790,
      "volta": 1.448,
    ],
    .tilePrologue: [
      "ada": 0.946, "all": 1.039, "ampere": 1.302, "ampere graphics": 1.004, "blackwell": 0.751,
      "hopper": 1.255, "volta": 1.091,
    ],
    .depthLatency: [
      "ada, 16-bit": 0.993, "ada, fp8": 0.803, "all": 0.994, "ampere, 16-bit": 1.202,
      "blackwell, 16-bit": 0.885, "blackwell, fp4": 1.235, "hopper, 16-bit": 1.314, "hopper, fp8": 0.700,
    ],
    .tileHalf: ["all": 0.874],
    .streamShare: [
      "ada": 1.209, "all": 1.033, "ampere": 1.089, "ampere graphics": 0.632, "blackwell": 1.132,
      "hopper": 1.850, "volta": 1.004,
    ],
    .fillingTiles: ["all": 0.791],
    .cacheRate: ["all": 0.869],
    .splitCost: ["all": 1.101],
    .sustainedLoss: [
      "A100-SXM-80GB, 16-bit": 0.367, "A40, 16-bit": 0.535, "GB200-186GB, 16-bit": 1.885,
      "GB200-186GB, fp4": 1.061, "H100-SXM-80GB, 16-bit": 1.433, "H100-SXM-80GB, fp8": 0.669,
      "H800-SXM-80GB, fp8": 1.105, "L40S, 16-bit": 4.527, "L40S, fp8": 6.414, "V100-SXM2-16GB, 16-bit": 0.569,
      "all": 1.080,
    ],
    .quantizationLaunch: ["fp4": 0.700, "fp8": 1.114],
    .quantizationPasses: ["fp4": 0.880, "fp8": 0.945],
    .libraryPace: ["collector": 0.982, "driver": 0.970, "flushed": 0.995, "profiler": 1.076],
    .searchGain: ["all": 0.983],
    .attentionMemoryShare: ["all": 0.996, "ampere": 0.970, "hopper": 1.026],
    .prefillMatrixShare: ["all": 1.007, "ampere": 0.993, "hopper": 1.009],
    .prefillLaunch: ["all": 0.672, "ampere": 0.991, "hopper": 0.875],
    .softmaxCost: ["all": 1.006, "ampere": 1.113, "hopper": 0.913],
    .lastTile: ["all": 1.105, "ampere": 1.812, "hopper": 0.572],
    .preparation: ["all": 0.742],
    .prefillPrologue: ["all": 1.913, "ampere": 0.858, "hopper": 1.472],
    .prefillSustainedLoss: ["all": 0.632],
    .decodeLaunch: ["all": 1.155, "ampere": 1.156, "hopper": 0.911],
    .decodeCacheRate: ["all": 0.929, "ampere": 0.954, "hopper": 0.974],
    .nearCacheShare: ["all": 0.641],
    .groupedPool: ["all": 1.360],
    .groupedShare: ["all": 0.489],
    .layerLaunch: ["add": 0.939, "input_layernorm": 0.868, "mlp_act": 0.715],
    .rowCost: ["input_layernorm": 0.940, "mlp_act": 0.870],
  ])
}
