import Collectives
import Fabrics
import Glibc
import Hardware
import Quantities

/// Runs large collectives message by message and folded, checks each against the closed form, and prints
/// processor time, messages per second and the most memory held so far.
///
/// With `--points` it prints the cases that show growth, one line of CSV each, and holds none to a threshold.
/// Exit code 1 if an answer is wrong or a threshold is missed.
@main struct CollectiveBenchmark {
  static func main() throws {
    let isForPlot = CommandLine.arguments.dropFirst().first == "--points"
    if isForPlot {
      for one in growthCases {
        let row = try measure(one)
        if !row.isRight { exit(1) }
        print("\(one.series),\(one.size),\(row.seconds),\(row.sendCount),\(row.peakBytes)")
      }
      return
    }
    print("collective                     messages   CPU ms   M messages/s   simulated ms   peak MiB   error")
    var hasFailed = false
    for one in cases {
      let row = try measure(one)
      print(one.name.padded(to: 28), row.text(against: one))
      hasFailed = hasFailed || !row.isRight || row.misses(one)
    }
    if hasFailed {
      print("an answer differs from its closed form, or a threshold is missed")
      exit(1)
    }
  }

  struct Row {
    var seconds: Double
    var sendCount: Int
    var simulatedSeconds: Double
    var error: Double
    var peakBytes: Int

    var isRight: Bool { error < 1e-9 }

    func misses(_ one: Case) -> Bool {
      (one.threshold.map { seconds > $0 } ?? false) || peakBytes > Case.memoryThreshold
    }

    func text(against one: Case) -> String {
      let limit = one.threshold.map { ", aim \($0) s\(seconds > $0 ? ", MISSED" : "")" } ?? ""
      let memory = peakBytes > Case.memoryThreshold ? ", MEMORY MISSED" : ""
      return [
        "\(sendCount)".padded(to: -11), fixed(seconds * 1e3, 3).padded(to: -8),
        fixed(Double(sendCount) / seconds / 1e6, 1).padded(to: -14),
        fixed(simulatedSeconds * 1e3, 4).padded(to: -14),
        fixed(Double(peakBytes) / 0x1p20, 0).padded(to: -10),
        "  \(error)\(limit)\(memory)",
      ].joined(separator: " ")
    }
  }

  /// The best of some runs, in processor time.
  static func measure(_ one: Case) throws -> Row {
    let fabric = try Fabric(
      ClusterShape(
        nodeCount: one.nodeCount, devicesPerNode: one.devicesPerNode,
        intraNode: LinkClass(bandwidth: .gigabytesPerSecond(400), latency: .microseconds(1)),
        interNode: LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(2))))
    let request = CollectiveRequest(one.kind, one.algorithm, bytes: .gibibytes(1), ranks: fabric.devices)
    let expected = try closedForm(request, on: fabric).duration.seconds
    var best = Double.infinity
    var run: CollectiveRun?
    for _ in 0..<one.runCount {
      let start = processorSeconds()
      run = try simulate(request, on: fabric, folded: one.folded)
      best = min(best, processorSeconds() - start)
    }
    guard let run else { preconditionFailure("a case runs once at least") }
    return Row(
      seconds: best, sendCount: run.sendCount, simulatedSeconds: run.duration.seconds,
      error: (run.duration.seconds - expected).magnitude / expected, peakBytes: peakBytes())
  }

  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The most memory that this process has held.
  static func peakBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// A number with so many decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int64((value * scale).rounded())
    if decimals == 0 { return String(whole) }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}

extension String {
  /// Blanks behind, or in front for a negative width.
  func padded(to width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - count))
    return width < 0 ? blanks + self : self + blanks
  }
}
