/// The candidate closest to a misspelt name, if one is close enough to be meant.
///
/// Distance is Damerau-Levenshtein (optimal string alignment) without regard to case; a candidate
/// counts when it needs at most a third of its letters changed. Of equally near ones the one nearest in
/// length is taken, then the first.
///
/// - Complexity: O(n · m) per candidate.
public func nearestName(to name: String, in candidates: some Sequence<String>) -> String? {
  var best: (name: String, distance: (Int, Int))?
  let target = Array(name.lowercased().unicodeScalars)
  for candidate in candidates {
    let letters = Array(candidate.lowercased().unicodeScalars)
    let distance = editDistance(target, letters)
    let limit = max(1, max(target.count, letters.count) / 3)
    let nearness = (distance, abs(target.count - letters.count))
    if distance <= limit, nearness < best?.distance ?? (.max, .max) { best = (candidate, nearness) }
  }
  return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var before = [Int](repeating: 0, count: b.count + 1)
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var current = [i]
    current.reserveCapacity(b.count + 1)
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      var value = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { value = min(value, before[j - 2] + 1) }
      current.append(value)
    }
    before = previous
    previous = current
  }
  return previous[b.count]
}
