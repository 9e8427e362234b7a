import Glibc

/// Inverse distribution functions: a probability in (0, 1) to a value.
///
/// All draws go through these, one uniform number per value. A draw therefore rises with its uniform
/// number, and two runs that use the same stream with other parameters stay comparable draw by draw.
public enum Quantile {
  /// Standard normal; relative error about 10⁻¹⁶.
  ///
  /// - Source: Wichura 1988, algorithm AS 241, doi:10.2307/2347330.
  public static func normal(_ probability: Double) -> Double {
    let fromMiddle = probability - 0.5
    if fromMiddle.magnitude <= 0.425 {
      let r = 0.180625 - fromMiddle * fromMiddle
      return fromMiddle * polynomial(middleNumerator, r) / polynomial(middleDenominator, r)
    }
    let tail = fromMiddle <= 0 ? probability : 1 - probability
    let r = (-log(tail)).squareRoot()
    let magnitude =
      r <= 5
      ? polynomial(nearNumerator, r - 1.6) / polynomial(nearDenominator, r - 1.6)
      : polynomial(farNumerator, r - 5) / polynomial(farDenominator, r - 5)
    return fromMiddle < 0 ? -magnitude : magnitude
  }

  /// Log-normal with mean one: exp(σz − σ²/2), where σ is the standard deviation of the logarithm.
  public static func meanOneLogNormal(_ probability: Double, sigma: Double) -> Double {
    sigma == 0 ? 1 : exp(sigma * normal(probability) - sigma * sigma / 2)
  }

  /// Exponential: −mean · ln(1 − p).
  public static func exponential(_ probability: Double, mean: Double) -> Double {
    -mean * log1p(-probability)
  }

  /// Weibull: scale · (−ln(1 − p))^(1/shape). A shape below one is a hazard that falls with age.
  public static func weibull(_ probability: Double, shape: Double, scale: Double) -> Double {
    scale * pow(-log1p(-probability), 1 / shape)
  }

  /// Horner's rule, highest power first.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    var sum = 0.0
    for coefficient in coefficients { sum = sum * x + coefficient }
    return sum
  }

  private static let middleNumerator = [
    2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4,
    1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080e+0,
  ]
  private static let middleDenominator = [
    5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4,
    5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1,
  ]
  private static let nearNumerator = [
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
    1.27045825245236838258e+0, 3.64784832476320460504e+0, 5.76949722146069140550e+0,
    4.63033784615654529590e+0, 1.42343711074968357734e+0,
  ]
  private static let nearDenominator = [
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
    1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e+0,
    2.05319162663775882187e+0, 1,
  ]
  private static let farNumerator = [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
    2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e+0,
    5.46378491116411436990e+0, 6.65790464350110377720e+0,
  ]
  private static let farDenominator = [
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
    7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
    5.99832206555887937690e-1, 1,
  ]
}

/// A word of random bits as a multiple of 2⁻⁵² plus half of that: inside (0, 1), never at an end, so that
/// every quantile is finite.
@inlinable @inline(__always) func openUnit(_ bits: UInt64) -> Double { (Double(bits >> 12) + 0.5) * 0x1p-52 }
