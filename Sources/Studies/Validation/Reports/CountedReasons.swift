/// Reasons and how many rows have each, in the order of first appearance.
func counted<Reason: Hashable & CustomStringConvertible>(_ reasons: [Reason]) -> [(
  reason: String, count: Int
)] {
  var order: [String] = []
  var counts: [String: Int] = [:]
  for reason in reasons.map(\.description) {
    if counts[reason] == nil { order.append(reason) }
    counts[reason, default: 0] += 1
  }
  return order.map { ($0, counts[$0] ?? 0) }
}
