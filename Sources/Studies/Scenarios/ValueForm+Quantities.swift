import Diagnostics
import Documents
import Quantities

extension ValueForm where Value == ByteCount {
  static var bytes: ValueForm {
    quantity(.bytes, "size", 1...1e18) {
      ByteCount(rounding: $0)
    } amount: {
      Double($0.bytes)
    }
  }
}

extension ValueForm where Value == Bandwidth {
  static var bandwidth: ValueForm {
    quantity(.bandwidth, "bandwidth", 1...1e18) {
      Bandwidth(bytesPerSecond: $0)
    } amount: {
      $0.bytesPerSecond
    }
  }
}

extension ValueForm where Value == SimDuration {
  static var duration: ValueForm {
    quantity(.duration, "duration", 0...3600) {
      SimDuration(seconds: $0)
    } amount: {
      $0.seconds
    }
  }
}

extension ValueForm where Value == FLOPRate {
  static var rate: ValueForm {
    quantity(.floatingPointRate, "rate", 1...1e24) {
      FLOPRate(perSecond: $0)
    } amount: {
      $0.perSecond
    }
  }
}

extension ValueForm where Value == Double {
  static var power: ValueForm {
    quantity(.power, "power", 0...1e9) {
      $0
    } amount: {
      $0
    }
  }
}

extension ValueForm {
  /// A number with a unit of the dimension; the range is in the base unit.
  private static func quantity(
    _ dimension: Dimension, _ type: String, _ range: ClosedRange<Double>,
    make: @escaping @Sendable (Double) -> Value, amount: @escaping @Sendable (Value) -> Double
  ) -> ValueForm {
    let allowed =
      "\(quantityText(range.lowerBound, as: dimension)) to \(quantityText(range.upperBound, as: dimension))"
    return ValueForm(type: type, allowed: allowed) { node, context in
      do throws(Diagnostic) {
        let value = try node.quantity(as: dimension)
        if range.contains(value) { return make(value) }
        let written = if case .string(let text) = node.content { text } else { "\(value)" }
        context.problems.report(.outOfRange(value: written, allowed: allowed), at: node.location)
      } catch {
        context.problems.list.append(error)
      }
      return nil
    } write: {
      .string(quantityText(amount($0), as: dimension))
    }
  }
}
