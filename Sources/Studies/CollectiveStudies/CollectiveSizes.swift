import Diagnostics
import Quantities

/// Reads sizes as a command line gives them: `1GiB`, `8B,1KiB,1MiB`, or a range `8B..8GiB`.
///
/// A range multiplies by the factor from its beginning while it does not pass its end, as nccl-tests does.
///
/// - Parameters:
///   - option: stands for the file in what is reported.
///   - factor: of a range, at least 2.
/// - Throws: what is not a size, and sizes beyond 1 B to 1 PiB.
public func readSizes(_ text: String, option: String, factor: Int) throws(Diagnostics) -> [ByteCount] {
  var findings = Diagnostics()
  var column = 1
  func size(_ part: Substring) -> ByteCount? {
    let location = SourceLocation(file: option, line: 1, column: column)
    let example = "write it like 1GiB, 8B,1KiB or 8B..8GiB"
    do {
      let bytes = try parseQuantity(String(part), as: .bytes)
      if bytes == bytes.rounded(), (1...0x1p50).contains(bytes) { return ByteCount(Int64(bytes)) }
      findings.report(
        .outOfRange(value: String(part), allowed: "whole bytes, 1 B to 1 PiB"), at: location, mend: example)
    } catch {
      let problem: Problem =
        switch error {
        case .notANumber(let text): .notANumber(text)
        case .missingUnit(let text): .missingUnit(text)
        case .unknownUnit(let unit): .unknownUnit(unit)
        }
      findings.report(problem, at: location, mend: example)
    }
    return nil
  }
  var sizes: [ByteCount] = []
  if let dots = text.rangeOfDots {
    let first = size(text[..<dots.lowerBound])
    column += text.distance(from: text.startIndex, to: dots.upperBound)
    let last = size(text[dots.upperBound...])
    if let first, let last, first > last {
      findings.report(
        .conflict("the range ends before it begins"), at: SourceLocation(file: option, line: 1, column: 1),
        mend: "write the smaller size first")
    } else if let first, let last {
      var next = first
      while next <= last {
        sizes.append(next)
        next = next * factor
      }
    }
  } else {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let size = size(part) { sizes.append(size) }
      column += part.count + 1
    }
  }
  try findings.throwIfAny()
  return sizes
}

extension String {
  /// The first two dots side by side.
  fileprivate var rangeOfDots: Range<Index>? {
    var index = startIndex
    while index < endIndex {
      let after = self.index(after: index)
      if self[index] == ".", after < endIndex, self[after] == "." {
        return index..<self.index(after: after)
      }
      index = after
    }
    return nil
  }
}
