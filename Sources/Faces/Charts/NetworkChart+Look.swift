import Documents

extension NetworkChart {
  /// Colour and shape of each kind of part, in the order of legends: what computes is round and blue, what is
  /// inside of nodes green and orange, switches square and darker the higher they stand.
  static let kinds: [(kind: String, colour: String, shape: String)] = [
    ("host", "#0072B2", "circle"), ("device", "#0072B2", "circle"),
    ("node switch", "#009E73", "diamond"), ("PCIe switch", "#E69F00", "diamond"),
    ("PCIe function", "#F2CC7A", "diamond"), ("processor", "#CC79A7", "diamond"),
    ("adapter", "#56B4E9", "triangle-up"), ("port", "#56B4E9", "triangle-right"),
    ("edge", "#8D6E63", "square"), ("leaf", "#8D6E63", "square"), ("rail", "#8D6E63", "square"),
    ("router", "#5D4037", "square"), ("site", "#D55E00", "square"), ("switch", "#8D6E63", "square"),
    ("aggregation", "#D55E00", "square"), ("spine", "#D55E00", "square"), ("core", "#222222", "square"),
  ]
}

extension Palette {
  /// From idle to full.
  static let heat = ["#DCE3E9", "#F6C667", "#E8743B", "#A50F15"]
}

/// The rates of a network's cables as a few classes of thickness.
struct CableRates {
  /// Slowest first, at most five: of more, one for each power of four.
  let labels: [String]
  private let classes: [Double]

  init(_ rates: [Double]) {
    let distinct = Set(rates.filter { $0.isFinite && $0 > 0 }).sorted()
    var classes: [Double] = []
    for rate in distinct where classes.last.map({ rate > $0 * (distinct.count > 5 ? 4 : 1.02) }) ?? true {
      classes.append(rate)
    }
    self.classes = classes.count > 5 ? Array(classes.prefix(4)) + [classes[classes.count - 1]] : classes
    let isExact = distinct.count <= 5
    labels = ChartText.distinct(
      self.classes.map { (isExact ? "" : "from ") + CableRates.text($0) })
  }

  /// The class of a rate: the last that does not exceed it.
  func label(of rate: Double) -> String {
    let index = classes.lastIndex { $0 <= rate * 1.000_001 } ?? 0
    return labels.isEmpty ? "" : labels[index]
  }

  /// Nothing where a legend says it.
  var remark: String? { labels.count == 1 ? "all links \(labels[0]) each way" : nil }

  func widths(isBusy: Bool) -> [OutputValue] {
    let thin = isBusy ? 1.4 : 0.8
    let most = Double(max(1, classes.count - 1))
    return classes.indices.map { .number(classes.count == 1 ? thin + 0.3 : thin + 2.6 * Double($0) / most) }
  }

  private static func text(_ bytesPerSecond: Double) -> String {
    let units = [("TB/s", 1e12), ("GB/s", 1e9), ("MB/s", 1e6), ("kB/s", 1e3)]
    for (name, size) in units where bytesPerSecond >= size * 0.9995 {
      return ShownUnit(name: name, perBase: 1 / size).text(bytesPerSecond)
    }
    return ShownUnit(name: "B/s", perBase: 1).text(bytesPerSecond)
  }
}

extension ChartText {
  /// Each text once, in the order in which they first appear.
  static func inOrder(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
