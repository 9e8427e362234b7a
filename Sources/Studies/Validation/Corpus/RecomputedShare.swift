extension [Measurement] {
  /// The measurements with the share of the forward pass that each run computes again, where its source prints both
  /// utilisations.
  ///
  /// Model FLOPs count a forward and a backward pass, three forward passes' worth; hardware FLOPs count what is
  /// recomputed besides, so that their ratio is 1 + share / 3 whatever the run's speed.
  ///
  /// - Complexity: O(measurements).
  var withRecomputedShares: [Measurement] {
    var utilisations: [String: (model: Double?, hardware: Double?)] = [:]
    for measurement in self where !measurement.configuration.isEmpty {
      switch measurement.metric {
      case "mfu": utilisations[measurement.configuration, default: (nil, nil)].model = measurement.value
      case "hfu": utilisations[measurement.configuration, default: (nil, nil)].hardware = measurement.value
      default: break
      }
    }
    return map { measurement in
      guard case (let model?, let hardware?)? = utilisations[measurement.configuration] else {
        return measurement
      }
      var measurement = measurement
      measurement.recomputedShare = Swift.min(1, Swift.max(0, 3 * (hardware / model - 1)))
      return measurement
    }
  }
}
