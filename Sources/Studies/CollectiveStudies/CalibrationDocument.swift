import Collectives
import Diagnostics
import Documents
import Quantities

extension CollectiveCalibration {
  static let schema = "rehearsal.collective-calibration/1"

  /// The document that `readCalibration` reads back to an equal calibration.
  public var document: OutputValue {
    [
      "schema": .string(Self.schema), "op": .string(kind.rawValue), "ranks": .count(rankCount),
      "nodes": .count(nodeCount), "device": .string(device), "source": .string(source),
      "classes": .list(
        classes.map {
          [
            "from_bytes": .integer($0.from.bytes), "to_bytes": .integer($0.to.bytes),
            "alpha_seconds": .real($0.cost.latency),
            "beta_seconds_per_byte": .real($0.cost.secondsPerByte), "residual": .real($0.residual),
          ]
        }),
    ]
  }
}

/// Reads a calibration of a collective from YAML or JSON.
///
/// - Throws: all that is wrong, with line and column: unknown and missing keys, numbers out of range, classes
///   that do not follow one another.
public func readCalibration(_ text: String, file: String) throws(Diagnostics) -> CollectiveCalibration {
  let findings = Findings()
  var reader = FieldReader(try parseDocument(text, file: file), findings)
  for key in ["schema", "op", "ranks", "nodes", "classes"] where reader.lacks(key) { reader.missing(key) }
  if let schema = reader.text("schema"), schema != CollectiveCalibration.schema {
    reader.report(
      .unsupported("the schema is '\(schema)'"), reader.node["schema"] ?? reader.node,
      mend: "write schema: \(CollectiveCalibration.schema)")
  }
  let kind = reader.choice("op", CollectiveKind.self)
  let ranks = reader.integer("ranks", 1...(1 << 24))
  let nodes = reader.integer("nodes", 1...(1 << 24))
  let device = reader.text("device") ?? ""
  let source = reader.text("source") ?? ""
  var classes: [CollectiveCalibration.SizeClass] = []
  let items = reader.list("classes") ?? []
  if items.isEmpty, let node = reader.node["classes"], case .sequence = node.content {
    reader.report(.malformed(reason: "there is no class of sizes"), node)
  }
  for item in items {
    guard let next = sizeClass(item, findings) else { continue }
    if let last = classes.last, last.to != next.from || last.from >= next.from {
      findings.diagnostics.report(
        .conflict("the class begins at \(next.from.bytes) B, the one before ends at \(last.to.bytes) B"),
        at: item.location, mend: "let each class begin where the one before ends")
    }
    classes.append(next)
  }
  reader.finish()
  try findings.diagnostics.throwIfAny()
  guard let kind, let ranks, let nodes, !classes.isEmpty else {
    // A key that is there without a value.
    throw Diagnostics(
      Diagnostic(.malformed(reason: "op, ranks, nodes and classes need values"), at: reader.node.location))
  }
  return CollectiveCalibration(
    kind: kind, rankCount: ranks, nodeCount: nodes, device: device, source: source, classes: classes)
}

private func sizeClass(_ node: DocumentNode, _ findings: Findings) -> CollectiveCalibration.SizeClass? {
  var reader = FieldReader(node, findings)
  let keys = ["from_bytes", "to_bytes", "alpha_seconds", "beta_seconds_per_byte"]
  for key in keys where reader.lacks(key) { reader.missing(key) }
  let sizes = 0...Int(MeasuredGroup.largestSize)
  let from = reader.integer("from_bytes", sizes)
  let to = reader.integer("to_bytes", sizes)
  let alpha = reader.number("alpha_seconds", 0...1e5)
  let beta = reader.number("beta_seconds_per_byte", 0...1)
  let residual = reader.number("residual", 0...100) ?? 0
  reader.finish()
  guard let from, let to, let alpha, let beta else { return nil }
  if from > to {
    reader.report(.conflict("the class ends at \(to) B, before it begins at \(from) B"), node)
    return nil
  }
  return .init(
    from: ByteCount(from), to: ByteCount(to), cost: HopCost(latency: alpha, secondsPerByte: beta),
    residual: residual)
}
