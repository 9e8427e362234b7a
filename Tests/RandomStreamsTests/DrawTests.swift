import RandomStreams
import TestSupport
import Testing

/// Sample mean and variance of draws.
private func moments(_ count: Int, _ draw: (Int) -> Double) -> (mean: Double, variance: Double) {
  var sum = 0.0
  var squares = 0.0
  for index in 0..<count {
    let value = draw(index)
    sum += value
    squares += value * value
  }
  let mean = sum / Double(count)
  return (mean, squares / Double(count) - mean * mean)
}

@Suite("Draws") struct DrawTests {
  @Test(arguments: [
    (0.5, 0), (0.9, 1.2815515655446008), (0.975, 1.9599639845400536), (0.001, -3.090232306167813),
    (1e-12, -7.034483825301132), (1e-300, -37.0470962993612),
  ])
  func `normal quantiles equal the tabulated ones`(probability: Double, expected: Double) {
    #expect(agree(Quantile.normal(probability), expected, relative: 1e-14))
  }

  @Test func `exponential and Weibull quantiles equal their closed forms`() {
    // The median of an exponential is mean · ln 2; of a Weibull, scale · (ln 2)^(1/shape).
    #expect(agree(Quantile.exponential(0.5, mean: 3), 3 * 0.6931471805599453))
    #expect(agree(Quantile.weibull(0.5, shape: 0.5, scale: 2), 2 * 0.4804530139182014))
    #expect(agree(Quantile.weibull(0.3, shape: 1, scale: 5), Quantile.exponential(0.3, mean: 5)))
  }

  @Test func `zero sigma is the factor one exactly`() {
    var generator = RandomStreams(seed: 1).generator(named: "jitter")
    #expect(generator.meanOneLogNormal(sigma: 0) == 1)
  }

  // Limits below are five standard errors of 200,000 draws.

  @Test func `uniform draws have mean 1/2, variance 1/12 and exclude the ends`() {
    var generator = RandomStreams(seed: 11).generator(named: "uniform")
    var inside = true
    let sample = moments(200_000) { _ in
      let value = generator.uniform()
      inside = inside && value > 0 && value < 1
      return value
    }
    #expect(inside)
    #expect((sample.mean - 0.5).magnitude < 0.0033)
    #expect((sample.variance - 1.0 / 12).magnitude < 0.0009)
  }

  @Test func `normal draws have the mean and deviation asked for`() {
    var generator = RandomStreams(seed: 12).generator(named: "normal")
    let sample = moments(200_000) { _ in generator.normal(mean: 10, standardDeviation: 2) }
    #expect((sample.mean - 10).magnitude < 0.023)
    #expect((sample.variance - 4).magnitude < 0.064)
  }

  @Test func `log-normal factors have mean one`() {
    // σ = 0.25: variance e^(σ²) − 1 = 0.0645.
    let random = RandomStreams(seed: 13).counter(named: "jitter")
    let sample = moments(200_000) { random.meanOneLogNormal(4, UInt64($0), sigma: 0.25) }
    #expect((sample.mean - 1).magnitude < 0.003)
    #expect((sample.variance - 0.0645).magnitude < 0.0018)
  }

  @Test func `exponential and Weibull draws have their means`() {
    var generator = RandomStreams(seed: 14).generator(named: "faults")
    let exponential = moments(200_000) { _ in generator.exponential(mean: 5) }
    #expect((exponential.mean - 5).magnitude < 0.056)
    // Shape 2, scale 3: mean 3 Γ(1.5) = 2.658681, variance 9 (1 − π/4) = 1.931.
    let weibull = moments(200_000) { _ in generator.weibull(shape: 2, scale: 3) }
    #expect((weibull.mean - 2.658681).magnitude < 0.016)
    #expect((weibull.variance - 1.931).magnitude < 0.035)
  }

  @Test func `any generator can draw`() {
    var generator = SplitMix64(seed: 5)
    let value = generator.normal()
    var again = SplitMix64(seed: 5)
    #expect(value == Quantile.normal(again.uniform()))
  }
}
