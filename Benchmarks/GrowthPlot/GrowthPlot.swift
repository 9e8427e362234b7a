import Charts
import Diagnostics
import Files
import Glibc

/// Draws how processor time grows, from the lines that the benchmarks print with `--points`.
///
///     GrowthPlot POINTS.csv FOLDER
///
/// A line is `series,size,seconds,events,peak_bytes`. Series of flows and of ranks have a picture each. Exit code 1
/// where the file cannot be read or a picture not be drawn.
@main struct GrowthPlot {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      print("usage: GrowthPlot POINTS.csv FOLDER")
      exit(1)
    }
    let series = try read(arguments[1])
    let ranks = GrowthChart(
      title: "Processor time of a collective of 1 GiB", size: "Ranks",
      series: series.filter { !$0.label.contains("flows") })
    let flows = GrowthChart(
      title: "Processor time of flows on 1,024 hosts", size: "Flows",
      series: series.filter { $0.label.contains("flows") })
    for one in series {
      print("\(one.label): exponent \(one.fit.map { "\(($0.exponent * 100).rounded() / 100)" } ?? "none")")
    }
    let outcome = ChartRenderer().write([("growth-ranks", ranks), ("growth-flows", flows)], to: arguments[2])
    for file in outcome.files { print(file) }
    if let note = outcome.note {
      print(note)
      exit(1)
    }
  }

  /// Series in the order in which they first appear.
  static func read(_ path: String) throws -> [GrowthChart.Series] {
    var names: [String] = []
    var points: [[(size: Double, seconds: Double)]] = []
    for line in try readTextFile(path).split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      guard fields.count == 5, let size = Double(fields[1]), let seconds = Double(fields[2]) else {
        print("\(path): not a point: \(line)")
        exit(1)
      }
      let name = String(fields[0])
      let place = names.firstIndex(of: name) ?? names.count
      if place == names.count {
        names.append(name)
        points.append([])
      }
      points[place].append((size, seconds))
    }
    return zip(names, points).map { GrowthChart.Series(label: $0, points: $1) }
  }
}
