extension RandomNumberGenerator {
  /// Uniform in (0, 1), ends excluded.
  @inlinable public mutating func uniform() -> Double { openUnit(next()) }

  /// Normal with a mean and a standard deviation.
  @inlinable public mutating func normal(mean: Double = 0, standardDeviation: Double = 1) -> Double {
    mean + standardDeviation * Quantile.normal(uniform())
  }

  /// A factor around one: log-normal with mean one, `sigma` the standard deviation of its logarithm.
  @inlinable public mutating func meanOneLogNormal(sigma: Double) -> Double {
    Quantile.meanOneLogNormal(uniform(), sigma: sigma)
  }

  /// Time to the next event of a memoryless process.
  @inlinable public mutating func exponential(mean: Double) -> Double {
    Quantile.exponential(uniform(), mean: mean)
  }

  /// Time to failure with a hazard that falls (`shape` < 1) or rises (> 1) with age.
  @inlinable public mutating func weibull(shape: Double, scale: Double) -> Double {
    Quantile.weibull(uniform(), shape: shape, scale: scale)
  }
}

extension CounterRandom {
  /// Uniform in (0, 1), ends excluded.
  @inlinable public func uniform(_ stream: UInt64, _ index: UInt64) -> Double {
    openUnit(bits(stream, index))
  }

  /// Standard normal.
  @inlinable public func normal(_ stream: UInt64, _ index: UInt64) -> Double {
    Quantile.normal(uniform(stream, index))
  }

  /// A factor around one: log-normal with mean one, `sigma` the standard deviation of its logarithm.
  @inlinable public func meanOneLogNormal(_ stream: UInt64, _ index: UInt64, sigma: Double) -> Double {
    Quantile.meanOneLogNormal(uniform(stream, index), sigma: sigma)
  }

  /// Exponential with a mean.
  @inlinable public func exponential(_ stream: UInt64, _ index: UInt64, mean: Double) -> Double {
    Quantile.exponential(uniform(stream, index), mean: mean)
  }

  /// Weibull with a shape and a scale.
  @inlinable public func weibull(
    _ stream: UInt64, _ index: UInt64, shape: Double, scale: Double
  ) -> Double {
    Quantile.weibull(uniform(stream, index), shape: shape, scale: scale)
  }
}
