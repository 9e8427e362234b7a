import Charts
import Documents
import Scaling
import Terminal

/// Scaling studies of one job, strong, weak or both.
public struct ScalingReport: Sendable {
  public var name: String
  public var studies: [ScalingStudy]

  public init(name: String, studies: [ScalingStudy]) {
    self.name = name
    self.studies = studies
  }

  public func text(on screen: Screen = .plain) -> String {
    var text = ""
    for study in studies {
      text += heading("\(name): \(study.mode.rawValue) scaling", on: screen)
      var table = TextTable([
        .number("Nodes"), .number("Ranks"), .number("Batch"), .number("Step"), .number("Samples/s"),
        .number("Speed-up"), .number("Efficiency"), "Fits",
      ])
      for point in study.points {
        let isGood = point.efficiency >= ScalingStudy.threshold
        table.add([
          .init("\(point.nodeCount)"), .init("\(point.rankCount)"), .init("\(point.globalBatch)"),
          .init(Readable.seconds(point.stepSeconds)), .init(Readable.number(point.samplesPerSecond)),
          .init(Readable.fixed(point.speedup, decimals: 2)),
          .init(Readable.percent(point.efficiency), isGood ? nil : .red), .init(point.fits ? "yes" : "no"),
        ])
      }
      text += table.text(on: screen)
      for point in study.skipped { text += "\(point.nodeCount) nodes: \(point.reason)\n" }
      text += factBlock(study.verdicts, on: screen) + "\n"
    }
    return text
  }

  public var document: OutputValue {
    [
      "schema": "rehearsal.scaling/1", "version": .string(rehearsalVersion), "name": .string(name),
      "studies": .list(studies.map(\.document)),
    ]
  }

  public var csv: String {
    commaSeparatedText(
      columns: [
        "mode", "nodes", "ranks", "global_batch", "step_seconds", "samples_per_second", "speedup",
        "efficiency",
        "fits",
      ],
      rows: studies.flatMap { study in
        study.points.map {
          [
            .string(study.mode.rawValue), .count($0.nodeCount), .count($0.rankCount), .count($0.globalBatch),
            .real($0.stepSeconds), .real($0.samplesPerSecond), .real($0.speedup), .real($0.efficiency),
            .bool($0.fits),
          ]
        }
      })
  }

  public var chart: ScalingChart {
    ScalingChart(
      title: "\(name): scaling",
      series: studies.map { study in
        ScalingChart.Series(
          label: study.mode.rawValue, nodeCounts: study.points.map(\.nodeCount),
          speedups: study.points.map(\.speedup), efficiencies: study.points.map(\.efficiency),
          breakdownNodeCount: study.breakdownNodeCount)
      })
  }
}

extension ScalingStudy {
  fileprivate var verdicts: [(name: String, value: String)] {
    var facts = [
      (
        "Breakdown",
        breakdownNodeCount.map { "efficiency falls below 70 % at \($0) nodes" }
          ?? "none: efficiency stays above 70 %"
      )
    ]
    if let best = bestNodeCount { facts.append(("Best scale", "\(best) \(best == 1 ? "node" : "nodes")")) }
    if let fraction = serialFraction {
      facts.append(("Amdahl", "serial fraction \(Readable.percent(fraction, decimals: 2))"))
    }
    return facts
  }

  fileprivate var document: OutputValue {
    [
      "mode": .string(mode.rawValue), "threshold": .real(Self.threshold),
      "breakdown_nodes": breakdownNodeCount.map { .count($0) } ?? .null,
      "best_nodes": bestNodeCount.map { .count($0) } ?? .null,
      "serial_fraction": serialFraction.map { .real($0) } ?? .null,
      "points": .list(
        points.map {
          [
            "nodes": .count($0.nodeCount), "ranks": .count($0.rankCount),
            "global_batch": .count($0.globalBatch),
            "step_seconds": .real($0.stepSeconds), "samples_per_second": .real($0.samplesPerSecond),
            "exposed_communication_seconds": .real($0.exposedCommunicationSeconds),
            "speedup": .real($0.speedup), "efficiency": .real($0.efficiency), "fits": .bool($0.fits),
          ]
        }),
      "skipped": .list(
        skipped.map { ["nodes": .count($0.nodeCount), "reason": .string($0.reason)] }),
    ]
  }
}
