extension KernelFactors {
  /// The constants of kernels that run alone, as factors on their starts.
  ///
  /// - Source: `rehearse calibrate --corpus Validation/kernels.csv`, so products, attention and layers of NVIDIA
  ///   AIConfigurator, Vidur, DeepBench, DeepGEMM and ml-engineering's table of matrix rates.
  public static let measured = KernelFactors([
    .matrixShare: [
      "A100-PCIe-80GB, 16-bit": 0.995, "A100-SXM-80GB, 16-bit": 1.026, "A40, 16-bit": 1.030,
      "AMD, 16-bit": 0.858, "B200-SXM-180GB, 16-bit": 1.006, "B200-SXM-180GB, fp8": 1.004,
      "B300-SXM-270GB, 16-bit": 1.012, "B300-SXM-270GB, fp8": 0.994, "GB200-186GB, 16-bit": 0.970,
      "GB200-186GB, fp8": 0.982, "GH200-144GB, 16-bit": 1.006, "GH200-144GB, fp8": 1.020,
      "Gaudi-2, 16-bit": 1.022, "Gaudi-2, fp8": 1.026, "Gaudi-3, 16-bit": 0.978, "Gaudi-3, fp8": 0.984,
      "H100-SXM-80GB, 16-bit": 1.020, "H100-SXM-80GB, fp8": 1.012, "H200-SXM-141GB, fp8": 0.997,
      "H800-SXM-80GB, fp8": 0.943, "Intel, 16-bit": 0.999, "Intel, fp8": 1.018, "L40S, 16-bit": 1.019,
      "L40S, fp8": 1.003, "MI300X, 16-bit": 0.983, "MI325X, 16-bit": 0.970, "MI355X, 16-bit": 0.973,
      "V100-SXM2-16GB, 16-bit": 1.030, "ada, 16-bit": 1.040, "ada, fp8": 1.007, "all": 0.999,
      "ampere graphics, 16-bit": 1.062, "ampere, 16-bit": 1.043, "blackwell, 16-bit": 0.974,
      "blackwell, fp8": 0.962, "hopper, 16-bit": 1.053, "hopper, fp8": 0.942, "volta, 16-bit": 1.062,
    ],
    .memoryShare: [
      "A100-SXM-80GB, 16-bit": 0.996, "A40, 16-bit": 1.027, "GB200-186GB, 16-bit": 1.043,
      "GB200-186GB, fp4": 0.879, "H100-SXM-80GB, 16-bit": 1.009, "H100-SXM-80GB, fp8": 0.975,
      "H800-SXM-80GB, fp8": 1.060, "L40S, 16-bit": 0.994, "L40S, fp8": 0.996, "V100-SXM2-16GB, 16-bit": 0.995,
      "ada": 0.990, "all": 0.964, "ampere": 0.996, "ampere graphics": 1.027, "blackwell": 0.917,
      "hopper": 1.044, "volta": 0.995,
    ],
    .launch: [
      "ada": 0.771, "all": 1.025, "ampere": 1.173, "ampere graphics": 1.022, "blackwell": 0.822,
      "collector": 0.858, "driver": 2.347, "flushed": 0.732, "hopper": 0.965, "profiler": 0.790,
      "volta": 1.461,
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
      "A100-SXM-80GB, 16-bit": 0.415, "A40, 16-bit": 0.582, "GB200-186GB, 16-bit": 0.970,
      "GB200-186GB, fp4": 0.645, "H100-SXM-80GB, 16-bit": 1.655, "H100-SXM-80GB, fp8": 0.735,
      "H800-SXM-80GB, fp8": 1.105, "L40S, 16-bit": 0.725, "L40S, fp8": 1.574, "V100-SXM2-16GB, 16-bit": 0.581,
      "all": 0.923,
    ],
    .halvedPowerShare: ["all": 1.056],
    .quantizationLaunch: ["fp4": 0.731, "fp8": 1.118],
    .quantizationPasses: ["fp4": 0.890, "fp8": 0.936],
    .libraryPace: ["collector": 0.979, "driver": 0.959, "flushed": 0.995, "profiler": 1.074],
    .searchGain: ["all": 0.983],
    .prefillMemoryShare: ["all": 1.021, "ampere": 1.072, "hopper": 0.953],
    .prefillMatrixShare: ["all": 1.027, "ampere": 1.002, "ampere graphics": 0.983, "hopper": 1.022],
    .prefillLaunch: ["all": 0.895, "ampere": 0.690, "ampere graphics": 1.002, "hopper": 0.722],
    .softmaxCost: ["all": 0.953, "ampere": 0.982, "ampere graphics": 1.078, "hopper": 0.826],
    .lastTile: ["all": 1.004, "ampere": 2.235, "ampere graphics": 1.025, "hopper": 0.448],
    .preparation: ["all": 0.708],
    .prefillPrologue: ["all": 1.206, "ampere": 1.430, "ampere graphics": 1.026, "hopper": 2.197],
    .prefillSustainedLoss: ["all": 0.568],
    .prefillPace: ["collector": 1.075, "profiler": 0.983],
    .decodeMemoryShare: ["all": 1.010, "ampere": 0.992, "ampere graphics": 0.970, "hopper": 1.049],
    .decodeLaunch: ["all": 0.955, "ampere": 1.260, "ampere graphics": 0.562, "hopper": 1.062],
    .decodeCacheRate: ["all": 0.946, "ampere": 0.894, "ampere graphics": 1.027, "hopper": 0.935],
    .nearCacheShare: ["all": 1.095],
    .decodeTail: ["all": 0.685],
    .tileCost: ["all": 1.268],
    .groupedPool: ["all": 1.203],
    .groupedShare: ["all": 0.953],
    .layerLaunch: ["add": 0.939, "input_layernorm": 0.868, "mlp_act": 0.674],
    .rowCost: ["input_layernorm": 0.940, "mlp_act": 0.870],
  ])
}
