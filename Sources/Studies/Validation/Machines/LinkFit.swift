import Catalogues
import Glibc
import Hardware
import Quantities

/// Fits what a link between nodes costs to measured collectives: the share of its bandwidth that payload reaches, its
/// latency, and the overhead of a message where the catalogue states one.
///
///     loss = mean of |ln(predicted / measured)| + 0.002 Σ |ln(constant / start)|
struct LinkFit {
  private enum Constant { case efficiency, latency, overhead }

  let start: LinkEntry
  let measurements: [CollectiveMeasurement]
  let catalogue: Catalogue

  /// - Complexity: O(rows) predictions for each state of `leastLoss`.
  func fitted() -> LinkEntry {
    let constants: [Constant] = [.efficiency, .latency] + (start.link.messageCost == nil ? [] : [.overhead])
    var entry = leastLoss(from: start, moves: constants, moved: { scaled($0, $1, by: $2) }, loss: loss)
    entry.source = "rehearse calibrate: \(measurements.count) collectives; before: \(start.source)"
    return entry
  }

  private func loss(_ entry: LinkEntry) -> Double {
    let changed = catalogue.replacing(links: [entry])
    let deviations = measurements.map { measurement -> Double in
      guard let outcome = CollectiveRow(measurement, catalogue: changed).outcome else { return 3 }
      return log(outcome.predictedSeconds / outcome.measuredSeconds).magnitude
    }
    let (before, after) = (values(start), values(entry))
    let distance = zip(before, after).reduce(0) { $1.0 > 0 ? $0 + log($1.1 / $1.0).magnitude : $0 }
    return deviations.reduce(0, +) / Double(deviations.count) + 0.002 * distance
  }

  private func values(_ entry: LinkEntry) -> [Double] {
    let link = entry.link
    return [link.efficiency, link.latency.seconds, link.messageCost?.overhead.seconds ?? 0]
  }

  private func scaled(_ entry: LinkEntry, _ constant: Constant, by factor: Double) -> LinkEntry {
    var entry = entry
    switch constant {
    case .efficiency: entry.link.efficiency = min(1, max(0.001, entry.link.efficiency * factor))
    case .latency: entry.link.latency = SimDuration(seconds: min(1, entry.link.latency.seconds * factor))
    case .overhead:
      let overhead = entry.link.messageCost?.overhead.seconds ?? 0
      entry.link.messageCost?.overhead = SimDuration(seconds: min(1, overhead * factor))
    }
    return entry
  }
}
