import CollectiveStudies
import Collectives
import Quantities
import TestSupport
import Testing

private func measured(_ points: [(bytes: Int64, seconds: Double)]) -> MeasuredCollectives {
  MeasuredCollectives(
    file: "f",
    rows: points.map { .init(bytes: ByteCount($0.bytes), outOfPlace: SimDuration(seconds: $0.seconds)) })
}

private func fit(_ points: [(bytes: Int64, seconds: Double)]) -> CollectiveCalibration? {
  measured(points).calibration(kind: .allReduce, rankCount: 8, nodeCount: 1, device: "d")
}

private func isClose(_ a: Double, _ b: Double, within share: Double) -> Bool {
  (a - b).magnitude <= share * b.magnitude
}

/// Powers of two from 8 B to 8 GiB.
private let sizes = (3...33).map { Int64(1) << $0 }

@Suite("The fit of measured times") struct FitTests {
  @Test func `finds one exact line`() throws {
    let calibration = try #require(fit(sizes.map { ($0, 12e-6 + Double($0) / 200e9) }))
    #expect(calibration.classes.count == 1)
    let line = calibration.classes[0]
    #expect(isClose(line.cost.latency, 12e-6, within: 1e-3))
    #expect(isClose(line.cost.secondsPerByte, 1 / 200e9, within: 1e-3))
    #expect(line.residual < 1e-3)
    #expect(line.from == ByteCount(8) && line.to == ByteCount.gibibytes(8))
  }

  @Test func `finds three classes and where they meet`() throws {
    // Three protocols: 10 µs and 10 GB/s to 64 KiB, 25 µs and 100 GB/s to 8 MiB, 80 µs and 300 GB/s.
    let calibration = try #require(
      fit(
        sizes.map { size in
          let (alpha, rate) =
            size <= 1 << 16 ? (10e-6, 10e9) : size <= 1 << 23 ? (25e-6, 100e9) : (80e-6, 300e9)
          return (size, alpha + Double(size) / rate)
        }))
    #expect(calibration.classes.map(\.from.bytes) == [8, 1 << 17, 1 << 24])
    #expect(calibration.classes.map(\.to.bytes) == [1 << 17, 1 << 24, 1 << 33])
    let lines = calibration.classes.map(\.cost)
    for (line, expected) in zip(lines, [(10e-6, 10e9), (25e-6, 100e9), (80e-6, 300e9)]) {
      #expect(isClose(line.latency, expected.0, within: 5e-3))
      #expect(isClose(1 / line.secondsPerByte, expected.1, within: 5e-3))
    }
  }

  @Test(arguments: 0..<8)
  func `outliers and noise do not bend it`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let points = sizes.map { size in
      let noise = Double.random(in: -0.01...0.01, using: &random)
      return (bytes: size, seconds: (15e-6 + Double(size) / 250e9) * (1 + noise))
    }
    var disturbed = points
    // Three of 31 runs take 1.5 to 6 times as long.
    for _ in 0..<3 {
      disturbed[Int.random(in: disturbed.indices, using: &random)].seconds *= Double.random(
        in: 1.5...6, using: &random)
    }
    let calibration = try #require(fit(disturbed))
    for size in sizes {
      let truth = 15e-6 + Double(size) / 250e9
      #expect(
        isClose(calibration.time(of: ByteCount(size)).seconds, truth, within: 0.03), "seed \(seed), \(size) B"
      )
    }
    #expect(calibration.classes.allSatisfy { $0.residual < 0.03 })
  }

  @Test func `a size of its own latency and one of its own bandwidth are lines too`() throws {
    let flat = try #require(fit(sizes.prefix(8).map { ($0, 5e-6) }))
    #expect(flat.classes.count == 1)
    #expect(isClose(flat.time(of: ByteCount(64)).seconds, 5e-6, within: 1e-6))
    let steep = try #require(fit(sizes.prefix(8).map { ($0, Double($0) * 1e-9) }))
    #expect(isClose(steep.classes[0].cost.secondsPerByte, 1e-9, within: 1e-6))
    #expect(steep.classes[0].cost.latency < 1e-12)
  }

  @Test func `needs four sizes, and takes the median of repeated ones`() throws {
    #expect(fit([(8, 1e-5), (8, 1e-5), (16, 1e-5), (32, 1e-5)]) == nil)
    let repeated = measured([(16, 3e-6), (8, 1e-6), (16, 5e-6), (16, 9e-6), (8, 2e-6)])
    #expect(repeated.bySize.map(\.bytes.bytes) == [8, 16])
    #expect(repeated.bySize.map(\.outOfPlace) == [.microseconds(1.5), .microseconds(5)])
  }

  @Test func `the order of rows changes nothing`() throws {
    let points = sizes.map { ($0, 1e-5 + Double($0) / 1e11) }
    #expect(fit(points) == fit(points.reversed()))
  }

  @Test(arguments: 0..<8)
  func `any times give classes that follow one another`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 4...48, using: &random)
    let points = (0..<count).map { _ in
      (Int64.random(in: 1...1 << 40, using: &random), Double.random(in: 1e-9...1e4, using: &random))
    }
    let calibration = try #require(fit(points))
    #expect((1...3).contains(calibration.classes.count))
    for (one, next) in zip(calibration.classes, calibration.classes.dropFirst()) {
      #expect(one.to == next.from && one.from < next.from)
    }
    for one in calibration.classes {
      #expect(one.cost.latency >= 0 && one.cost.latency.isFinite)
      #expect(one.cost.secondsPerByte >= 0 && one.cost.secondsPerByte.isFinite && one.residual.isFinite)
    }
  }
}
