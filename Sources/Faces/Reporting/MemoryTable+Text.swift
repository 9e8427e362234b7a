import MemoryModels
import Quantities
import Terminal
import Training

extension MemoryTable {
  /// Columns that a screen of 80 columns has room for.
  private static let widest = 5

  public func text(on screen: Screen = .plain) -> String {
    let shown = shownColumns
    var table = TextTable([.text("At the peak")] + shown.map { .number($0.title) })
    for part in MemoryPart.allCases where reports.contains(where: { $0.live(part) > .zero }) {
      table.add([part.title] + shown.map { Self.bytes($0.report.live(part)) })
    }
    table.add(["fragmentation"] + shown.map { Self.bytes($0.report.fragmentation) })
    table.add(["needed"] + shown.map { Self.bytes($0.report.needed) })
    table.add(["capacity"] + shown.map { Self.bytes($0.report.capacity) })
    table.add(
      [.init("headroom")]
        + shown.map {
          .init(Self.bytes($0.report.headroom), $0.report.headroom < .zero ? .red : .green)
        })
    var text = heading("\(name): memory of a rank", on: screen)
    text += table.text(on: screen)
    let hidden = columns.count - shown.count
    if hidden > 0 { text += "\(hidden) more kinds of ranks lie between; --format csv lists all\n" }
    return text + "\n" + factBlock(facts, on: screen)
  }

  /// The first and the last ones, and the fullest.
  private var shownColumns: [(title: String, report: MemoryReport)] {
    let all = columns
    if all.count <= Self.widest { return all.map { (Self.short($0.title), $0.report) } }
    let fullest = all.indices.max { all[$0].report.neededShare < all[$1].report.neededShare }!
    var places = [0, 1, all.count - 2, all.count - 1]
    places.append(places.contains(fullest) ? 2 : fullest)
    return places.sorted().map { (Self.short(all[$0].title), all[$0].report) }
  }

  private static func short(_ title: String) -> String {
    title.hasPrefix("stage ") && !title.contains(",") ? title : title.replacing("stage ", with: "")
  }

  private static func bytes(_ count: ByteCount) -> String {
    count == .zero ? "" : Readable.bytes(Double(count.bytes))
  }

  private var facts: [(name: String, value: String)] {
    let worst = reports.max { $0.neededShare < $1.neededShare }!
    var facts = [
      ("Fits", fits ? "yes" : "NO"),
      (
        "Fullest",
        "\(worst.className): \(Readable.percent(worst.neededShare)) of "
          + "\(Readable.bytes(Double(worst.capacity.bytes)))"
      ),
      ("Peak", worst.peakOperator.isEmpty ? "what stays from step to step" : "at \(worst.peakOperator)"),
      (
        "Allocator",
        "\(Readable.bytes(Double(worst.reserved.reserved.bytes))) reserved for "
          + "\(Readable.bytes(Double(worst.reserved.allocated.bytes))) allocated"
          + (worst.reserved.retryCount > 0
            ? ", after \(worst.reserved.retryCount) releases of its cache" : "")
      ),
    ]
    if worst.hostBytesPerNode > .zero || worst.diskBytesPerNode > .zero {
      facts.append(
        (
          "Per node",
          "host \(Readable.bytes(Double(worst.hostBytesPerNode.bytes))) of "
            + "\(Readable.bytes(Double(worst.hostCapacity.bytes))), "
            + "disk \(Readable.bytes(Double(worst.diskBytesPerNode.bytes))) of "
            + "\(Readable.bytes(Double(worst.diskCapacity.bytes)))"
        ))
    }
    return facts
  }
}
