import Collectives
import Fabrics
import Glibc
import Hardware
import Quantities

/// Runs large collectives message by message and folded, checks each against the closed form, and prints
/// processor time and messages per second.
///
/// Exit code 1 if an answer is wrong.
@main struct CollectiveBenchmark {
  struct Case {
    var name: String
    var nodeCount: Int
    var devicesPerNode: Int
    var algorithm: CollectiveAlgorithm
    var folded: Bool
  }

  static let cases = [
    Case(name: "ring, 1,024 nodes", nodeCount: 1024, devicesPerNode: 1, algorithm: .ring, folded: false),
    Case(name: "ring, 128 x 8", nodeCount: 128, devicesPerNode: 8, algorithm: .ring, folded: false),
    Case(
      name: "hierarchical, 128 x 8", nodeCount: 128, devicesPerNode: 8, algorithm: .hierarchical,
      folded: false),
    Case(name: "tree, 1,024 nodes", nodeCount: 1024, devicesPerNode: 1, algorithm: .tree, folded: false),
    Case(
      name: "two trees, 1,024 nodes", nodeCount: 1024, devicesPerNode: 1, algorithm: .doubleBinaryTree,
      folded: false),
    Case(
      name: "ring, 1,024 nodes, folded", nodeCount: 1024, devicesPerNode: 1, algorithm: .ring, folded: true),
    Case(
      name: "ring, 16,384 x 8, folded", nodeCount: 16384, devicesPerNode: 8, algorithm: .ring, folded: true),
  ]

  static func main() throws {
    print("collective                     messages   CPU ms   M messages/s   simulated ms   relative error")
    var isRight = true
    for one in cases { isRight = try measure(one) && isRight }
    if !isRight {
      print("an answer differs from its closed form")
      exit(1)
    }
  }

  /// Prints one row, the best of three runs.
  ///
  /// - Returns: whether the answer is the closed form's.
  static func measure(_ one: Case) throws -> Bool {
    let fabric = try Fabric(
      ClusterShape(
        nodeCount: one.nodeCount, devicesPerNode: one.devicesPerNode,
        intraNode: LinkClass(bandwidth: .gigabytesPerSecond(400), latency: .microseconds(1)),
        interNode: LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(2))))
    let request = CollectiveRequest(.allReduce, one.algorithm, bytes: .gibibytes(1), ranks: fabric.devices)
    let expected = try closedForm(request, on: fabric).duration.seconds
    var best = Double.infinity
    var run = try simulate(request, on: fabric, folded: one.folded)
    for _ in 0..<3 {
      let start = processorSeconds()
      run = try simulate(request, on: fabric, folded: one.folded)
      best = min(best, processorSeconds() - start)
    }
    let error = (run.duration.seconds - expected).magnitude / expected
    print(
      one.name.padded(to: 28), "\(run.sendCount)".padded(to: -11), fixed(best * 1e3, 3).padded(to: -8),
      fixed(Double(run.sendCount) / best / 1e6, 1).padded(to: -14),
      fixed(run.duration.seconds * 1e3, 4).padded(to: -14), "  \(error)")
    return error < 1e-9
  }

  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// A number with so many decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int64((value * scale).rounded())
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
