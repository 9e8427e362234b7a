/// Whether two numbers agree to a relative tolerance.
public func agree(_ a: Double, _ b: Double, relative tolerance: Double = 1e-9) -> Bool {
  a == b || (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude)
}
