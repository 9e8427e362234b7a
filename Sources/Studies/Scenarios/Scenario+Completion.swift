import Diagnostics

extension Scenario {
  /// Fills in what follows from the document alone and reports what contradicts itself.
  ///
  /// - Parameters:
  ///   - file: names the run where the document does not.
  ///   - devicesPerNode: devices of a catalogue node, asked for where the document names one.
  mutating func complete(file: String, devicesPerNode: (String) -> Int?, _ problems: inout Diagnostics) {
    if name.isEmpty { name = runName(from: file) }
    if output.directory.isEmpty { output.directory = "./results/\(name)" }
    if cluster.acceleratorsPerNode == 0 {
      cluster.acceleratorsPerNode = cluster.node.flatMap { devicesPerNode($0.text) } ?? 8
    }
    // A framework has a gradient format of its own, which the catalogue knows.
    if training.gradientPrecision == nil, training.framework == nil {
      switch training.precision {
      case .fp32, .tf32: training.gradientPrecision = .fp32
      case .bf16, .fp8, .fp8Current, .mxfp8, .nvfp4, .mxfp4: training.gradientPrecision = .bf16
      case .fp16: training.gradientPrecision = .fp16
      }
    }
    let broken = brokenPaths(problems)
    func isSound(_ keys: [String]) -> Bool {
      let paths = keys.map { places[$0].keyPath }
      return !broken.contains { bad in paths.contains { isRelated(bad, $0) } }
    }
    if isSound(["cluster.groups", "cluster.nodes", "cluster.accelerator"]) { completeGroups(&problems) }
    if isSound(["training.stage", "training.method", "training.optimizer"]) { completeStage(&problems) }
    if isSound(["training.stage", "training.lengths"]) { checkLengths(&problems) }
    let ranks = ["cluster.nodes", "cluster.groups", "cluster.accelerators_per_node", "training.rollout"]
    let batch = ["training.micro_batch", "training.global_batch", "training.gradient_accumulation"]
    let fabric = ["cluster.nodes", "cluster.groups", "cluster.fabric"]
    let degrees = ["plan.data", "plan.tensor", "plan.context", "plan.pipeline"]
    if isSound(ranks + degrees) { completePlan(&problems) }
    if isSound(ranks + batch + degrees.dropFirst()), worldSize % ranksPerSample == 0 {
      completeBatch(&problems)
    }
    if isSound(fabric) {
      checkFabricKeys(&problems)
      completeGrid(&problems)
      checkLinks(&problems)
    }
    if isSound(["model"]) { completeModel(&problems) }
  }

  /// Where something is wrong already, so that nothing is concluded from it; an unknown key spoils the
  /// section that it stands in, for it may have been meant as any key there.
  private func brokenPaths(_ problems: Diagnostics) -> [String] {
    problems.list.map { finding in
      let path = finding.location.keyPath
      guard case .unknownKey = finding.problem else { return path }
      return path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
    }
  }

  /// Whether one path leads to the other.
  private func isRelated(_ a: String, _ b: String) -> Bool {
    func leads(_ short: String, _ long: String) -> Bool {
      short.isEmpty || long == short || long.hasPrefix(short + ".") || long.hasPrefix(short + "[")
    }
    return leads(a, b) || leads(b, a)
  }

  private mutating func completePlan(_ problems: inout Diagnostics) {
    let share = ranksPerSample
    if worldSize % share != 0 {
      let key = ["tensor", "pipeline", "context"].first { places.contains("plan.\($0)") } ?? "data"
      problems.report(
        .conflict(
          "tensor \(plan.tensor) × context \(plan.context) × pipeline \(plan.pipeline) does not divide the "
            + "\(trainingNodes) nodes × \(cluster.acceleratorsPerNode) accelerators = \(worldSize) ranks"),
        at: places["plan.\(key)"], mend: "use degrees whose product divides \(worldSize)")
      plan.data = max(1, plan.data)
      return
    }
    let data = worldSize / share
    if plan.data == 0 { plan.data = data }
    if plan.data != data {
      let rest = share == 1 ? "" : " ÷ \(share) ranks a sample"
      problems.report(
        .conflict(
          "\(plan.data) data-parallel ranks are not the \(trainingNodes) nodes × \(cluster.acceleratorsPerNode) "
            + "accelerators\(rest) = \(data) ranks"),
        at: places["plan.data"], mend: "write auto or \(data)")
    }
  }

  /// Rows and columns of a torus or mesh, as near to a square as the node count allows.
  private mutating func completeGrid(_ problems: inout Diagnostics) {
    let nodes = cluster.nodes
    guard cluster.fabric.kind.isGrid else {
      for (key, extent) in [("rows", cluster.fabric.rows), ("columns", cluster.fabric.columns)]
      where extent != 0 {
        problems.report(
          .conflict("a \(cluster.fabric.kind.rawValue) fabric has no \(key)"),
          at: places["cluster.fabric.\(key)"], mend: "leave it out, or use torus_2d or mesh_2d")
      }
      return
    }
    switch (cluster.fabric.rows, cluster.fabric.columns) {
    case (0, 0):
      cluster.fabric.rows = (1...nodes).last { $0 <= nodes / $0 && nodes % $0 == 0 } ?? 1
      cluster.fabric.columns = nodes / cluster.fabric.rows
    case (0, let columns): cluster.fabric.rows = nodes / columns
    case (let rows, 0): cluster.fabric.columns = nodes / rows
    default: break
    }
    let (rows, columns) = (cluster.fabric.rows, cluster.fabric.columns)
    if rows * columns != nodes {
      let key = places.contains("cluster.fabric.rows") ? "rows" : "columns"
      problems.report(
        .conflict("\(rows) rows × \(columns) columns = \(rows * columns) places, not \(nodes) nodes"),
        at: places["cluster.fabric.\(key)"], mend: "use divisors of \(nodes), or leave rows and columns out")
    }
  }

  private func checkLinks(_ problems: inout Diagnostics) {
    let path = "cluster.fabric.links"
    if cluster.fabric.kind == .custom {
      if cluster.fabric.links.isEmpty, cluster.nodes > 1 {
        problems.report(
          .missingKey(path), at: places[path],
          mend: "list the links of the custom fabric, like [{from: 0, to: 1, bandwidth: 100 Gb/s}]")
      }
    } else if !cluster.fabric.links.isEmpty {
      problems.report(
        .conflict("a \(cluster.fabric.kind.rawValue) fabric makes its own links"), at: places[path],
        mend: "leave them out, or use kind: custom")
    }
    for (index, link) in cluster.fabric.links.enumerated() where link.from == link.to {
      problems.report(
        .conflict("a link joins \(link.from) to itself"), at: places["\(path)[\(index)].to"],
        mend: "name two different ends")
    }
  }
}

/// A file's name without folders and extension, where it can name a run.
private func runName(from file: String) -> String {
  let last = file.split(separator: "/").last.map(String.init) ?? ""
  let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
  return isFolderName(stem) && !stem.hasPrefix("-") ? stem : "scenario"
}
