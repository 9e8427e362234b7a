import Documents
import Fitting
import Quantities
import Terminal
import Training

/// A fit study as text, document and table.
public struct FitReport: Sendable {
  public var study: FitStudy
  /// Changes that a text lists.
  static let listed = 8

  public init(_ study: FitStudy) { self.study = study }

  public func text(on screen: Screen = .plain) -> String {
    let memory = study.base.memory
    let verdict =
      memory.fits
      ? screen.paint("fits", .green) : screen.paint("DOES NOT FIT", .red)
    var text = heading("\(study.name): does it fit?", on: screen)
    text +=
      "\(verdict): \(memory.className) " + (memory.className == "all ranks" ? "need " : "needs ")
      + "\(bytes(memory.needed)) of \(bytes(memory.capacity)), "
      + (memory.headroom < .zero
        ? "\(bytes(.zero - memory.headroom)) too much" : "headroom \(bytes(memory.headroom))") + "\n"
    if !memory.fitsTiers {
      text +=
        "per node: host \(bytes(memory.hostBytesPerNode)) of \(bytes(memory.hostCapacity)), "
        + "disk \(bytes(memory.diskBytesPerNode)) of \(bytes(memory.diskCapacity))\n"
    }
    if let room = study.room { return text + "\n" + factBlock(facts(of: room), on: screen) }
    return text + "\n" + mends(on: screen)
  }

  private func facts(of room: FitRoom) -> [(name: String, value: String)] {
    func words(_ limit: FitRoom.Limit) -> String {
      "\(limit.value), needing \(bytes(limit.memory.needed))"
        + (limit.isRefusedBeyond ? "; larger ones are refused for other reasons" : "")
    }
    var facts = [("Largest micro-batch", words(room.microBatch))]
    if let length = room.sequenceLength { facts.append(("Longest sequence", words(length))) }
    return facts
  }

  private func mends(on screen: Screen) -> String {
    if study.mends.isEmpty {
      var text = "None of \(study.triedCount) changes makes it fit.\n"
      if let nearest = study.nearest {
        let keys = nearest.settings.map(\.description).joined(separator: " ")
        text +=
          wrapped("Nearest, \(bytes(nearest.memory.needed)): \(keys)", to: screen.width).joined(
            separator: "\n")
          + "\n"
      }
      return text
    }
    var table = TextTable([.number("Step"), .number("Cost"), .number("Needs"), "Set"])
    for mend in study.mends.prefix(Self.listed) {
      for (index, setting) in mend.settings.enumerated() {
        table.add(
          index == 0
            ? [
              Readable.seconds(mend.stepSeconds), cost(of: mend), bytes(mend.memory.needed),
              setting.description,
            ] : ["", "", "", setting.description])
      }
    }
    let rest = study.mends.count - Self.listed
    return screen.paint("Changes that make it fit, the fastest first", .bold) + "\n" + table.text(on: screen)
      + "as it is, a step would take \(Readable.seconds(study.base.stepSeconds)); "
      + "\(study.triedCount) changes tried"
      + (rest > 0 ? ", \(rest) more that fit: --format csv\n" : "\n")
  }

  private func cost(of point: FitPoint) -> String {
    let share = point.stepSeconds / study.base.stepSeconds - 1
    return (share < 0 ? "" : "+") + Readable.percent(share)
  }

  private func bytes(_ count: ByteCount) -> String { Readable.bytes(Double(count.bytes)) }
}

extension FitReport {
  public var document: OutputValue {
    [
      "schema": "rehearsal.fit/1", "version": .string(rehearsalVersion), "name": .string(study.name),
      "fits": .bool(study.base.fits), "scenario": document(of: study.base),
      "tried": .count(study.triedCount), "changes": .list(study.mends.map(document)),
      "nearest": study.nearest.map(document) ?? .null,
      "largest_micro_batch": study.room.map { document(of: $0.microBatch) } ?? .null,
      "longest_sequence": study.room?.sequenceLength.map(document) ?? .null,
    ]
  }

  private func document(of point: FitPoint) -> OutputValue {
    [
      "set": .list(point.settings.map { .string($0.description) }), "fits": .bool(point.fits),
      "step_seconds": .real(point.stepSeconds),
      "relative_step_time": .real(point.stepSeconds / study.base.stepSeconds),
      "needed_bytes": .integer(point.memory.needed.bytes),
      "capacity_bytes": .integer(point.memory.capacity.bytes),
      "headroom_bytes": .integer(point.memory.headroom.bytes), "ranks": .string(point.memory.className),
    ]
  }

  private func document(of limit: FitRoom.Limit) -> OutputValue {
    [
      "value": .count(limit.value), "needed_bytes": .integer(limit.memory.needed.bytes),
      "refused_beyond": .bool(limit.isRefusedBeyond),
    ]
  }

  public var csv: String {
    commaSeparatedText(
      columns: ["set", "fits", "step_seconds", "needed_bytes", "capacity_bytes"],
      rows: ([study.base] + study.mends).map {
        [
          .string($0.settings.map(\.description).joined(separator: " ")), .bool($0.fits),
          .real($0.stepSeconds), .integer($0.memory.needed.bytes), .integer($0.memory.capacity.bytes),
        ]
      })
  }
}
