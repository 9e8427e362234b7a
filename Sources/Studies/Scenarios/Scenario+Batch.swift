import Diagnostics

/// What stays equal when a job is given another number of nodes.
public enum BatchScaling: String, Sendable, CaseIterable {
  /// Weak scaling: the samples of one rank stay, the global batch grows with the ranks.
  case weak
  /// Strong scaling: the global batch stays, and with it the work of one step.
  case strong
}

/// The most samples of one optimizer step.
private let largestGlobalBatch = 1_000_000_000

extension Scenario {
  /// Any two of micro-batch m, accumulation a and global batch g give the third:
  ///
  ///     g = m · d · a,  d the data-parallel ranks
  ///
  /// With g alone, m is 1; without g, what is not declared is 1.
  mutating func completeBatch(_ problems: inout Diagnostics) {
    let world = dataRanks
    let (micro, global, accumulation) = (
      training.microBatch, training.globalBatch, training.gradientAccumulation
    )
    let place = places["training.global_batch"]
    if global == 0 {
      training.microBatch = max(1, micro)
      training.gradientAccumulation = max(1, accumulation)
    } else if accumulation == 0 {
      training.microBatch = max(1, micro)
      training.gradientAccumulation = max(1, global / (training.microBatch * world))
    } else if micro == 0 {
      training.microBatch = max(1, global / (accumulation * world))
    }
    let factors = [Double(training.microBatch), Double(world), Double(training.gradientAccumulation)]
    guard factors.reduce(1, *) <= Double(largestGlobalBatch) || global != 0 else {
      problems.report(
        .outOfRange(
          value: "the global batch of \(productText(training.microBatch, training.gradientAccumulation))",
          allowed: "1 to \(largestGlobalBatch)"),
        at: places["training.micro_batch"], mend: "use smaller batches")
      return
    }
    if global == 0 {
      training.globalBatch = training.microBatch * world * training.gradientAccumulation
    } else if factors.reduce(1, *) != Double(global) {
      report(global, given: micro, accumulation, at: place, &problems)
    }
  }

  /// The ranks that samples are divided among.
  private var ranksText: String {
    ranksPerSample == 1 ? "\(worldSize) ranks" : "\(dataRanks) data-parallel ranks"
  }

  private func productText(_ micro: Int, _ accumulation: Int) -> String {
    "micro_batch \(micro) × gradient_accumulation \(accumulation) × \(ranksText)"
  }

  private func report(
    _ global: Int, given micro: Int, _ accumulation: Int, at place: SourceLocation,
    _ problems: inout Diagnostics
  ) {
    let parts = [
      micro > 0 ? "micro_batch \(micro)" : "",
      accumulation > 0 ? "gradient_accumulation \(accumulation)" : "",
      ranksText,
    ].filter { !$0.isEmpty }
    let unit = Double(max(1, micro)) * Double(max(1, accumulation)) * Double(dataRanks)
    let unitText = unit < 1e15 ? String(Int64(unit)) : "\(unit)"
    let product = parts.count > 1 ? "\(parts.joined(separator: " × ")) = \(unitText)" : parts[0]
    if micro > 0, accumulation > 0 {
      problems.report(
        .conflict("\(product), not \(global)"), at: place,
        mend: "write \(unitText), or leave one of the three to auto")
      return
    }
    let whole = Int64((Double(global) / unit).rounded(.down))
    let fits = [whole, whole + 1].filter { $0 > 0 }.map { String(Int64(Double($0) * unit)) }
    problems.report(
      .conflict("\(global) is not a multiple of \(product)"), at: place, mend: "use \(alternatives(fits))")
  }

  /// The same job on another number of nodes.
  ///
  /// Extents that belong to a number of nodes are chosen anew. Strong scaling keeps the micro-batch where the global batch divides by
  /// it, and takes the largest one that divides otherwise.
  ///
  /// - Throws: where the global batch does not divide among the ranks, or a fabric that is listed, or lies in a
  ///   file, has other nodes.
  public func scaled(toNodes nodes: Int, _ scaling: BatchScaling) throws(Diagnostics) -> Scenario {
    precondition(nodes >= 1, "a cluster has at least one node")
    var copy = self
    var problems = Diagnostics()
    copy.cluster.nodes = nodes
    copy.plan.data = 0
    copy.cluster.fabric.rows = 0
    copy.cluster.fabric.columns = 0
    if nodes != cluster.nodes {
      copy.cluster.fabric.resize(
        adapters: nodes * (cluster.fabric.nics ?? cluster.acceleratorsPerNode))
    }
    switch scaling {
    case .weak: copy.training.globalBatch = 0
    case .strong:
      let share = training.globalBatch / copy.dataRanks
      copy.training.gradientAccumulation = 0
      let divides = training.globalBatch % copy.dataRanks == 0 && share > 0
      copy.training.microBatch =
        divides ? (1...min(training.microBatch, share)).last { share % $0 == 0 } ?? 1 : 0
    }
    let listed: [FabricKind: String] = [.custom: "links", .hierarchical: "levels", .file: "file"]
    if let key = listed[cluster.fabric.kind], nodes != cluster.nodes {
      problems.report(
        .conflict(
          "a \(cluster.fabric.kind.rawValue) fabric of \(cluster.nodes) nodes cannot be scaled to \(nodes)"),
        at: places["cluster.fabric.\(key)"], mend: "use a fabric kind that is built for any number of nodes")
    }
    if !cluster.groups.isEmpty, nodes != cluster.nodes {
      problems.report(
        .conflict("a cluster of \(cluster.nodes) nodes in groups cannot be scaled to \(nodes)"),
        at: places["cluster.groups"], mend: "use one kind of accelerator, or change the groups' own nodes")
    }
    try problems.throwIfAny()
    return try copy.completed()
  }
}
