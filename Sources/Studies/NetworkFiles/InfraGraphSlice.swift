/// A name and the numbers taken of it, in the manner of Python: `nic`, `nic[2]`, `nic[0:4]`, `nic[::2]`.
///
/// Numbers below zero count from the end, and slices are cut at the count, as Python does it.
struct InfraGraphSlice: Equatable {
  private enum Selection: Equatable {
    case all
    case one(Int)
    case range(Int?, Int?, Int)
  }

  var name: String
  private var selection: Selection

  /// - Returns: nil for a text that is none.
  init?(_ text: some StringProtocol) {
    guard let opening = text.firstIndex(of: "[") else {
      guard !text.isEmpty, !text.contains("]") else { return nil }
      name = String(text)
      selection = .all
      return
    }
    guard opening != text.startIndex, text.last == "]" else { return nil }
    name = String(text[..<opening])
    let inner = text[text.index(after: opening)...].dropLast()
    let parts = inner.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.map { Int32($0).map(Int.init) }
    guard zip(parts, numbers).allSatisfy({ $0.isEmpty || $1 != nil }) else { return nil }
    switch parts.count {
    case 1:
      guard let index = numbers[0] else { return nil }
      selection = .one(index)
    case 2: selection = .range(numbers[0], numbers[1], 1)
    case 3:
      guard let step = parts[2].isEmpty ? 1 : numbers[2], step != 0 else { return nil }
      selection = .range(numbers[0], numbers[1], step)
    default: return nil
    }
  }

  /// - Parameter count: how many there are.
  /// - Returns: the numbers taken; nil where a single one is beyond the count.
  func indices(of count: Int) -> [Int]? {
    switch selection {
    case .all: return Array(0..<count)
    case .one(let index):
      let place = index < 0 ? index + count : index
      return (0..<count).contains(place) ? [place] : nil
    case .range(let start, let stop, let step):
      func place(_ number: Int, _ least: Int, _ most: Int) -> Int {
        min(max(number < 0 ? number + count : number, least), most)
      }
      if step > 0 {
        let first = start.map { place($0, 0, count) } ?? 0
        return Array(stride(from: first, to: stop.map { place($0, 0, count) } ?? count, by: step))
      }
      let first = start.map { place($0, -1, count - 1) } ?? count - 1
      return Array(stride(from: first, to: stop.map { place($0, -1, count - 1) } ?? -1, by: step))
    }
  }
}
