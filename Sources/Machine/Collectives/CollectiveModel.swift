import Fabrics

/// The collectives of one fabric, with what was learnt of its routes kept from request to request.
///
/// Asking for many sizes, or letting `auto` choose, looks at each pattern of messages once. A model is
/// not shared between threads.
public final class CollectiveModel {
  public let fabric: Fabric
  /// The solver of the ranks asked for last; another order of ranks starts anew.
  private var known: KnownRanks?

  final class KnownRanks {
    var solver: StepSolver
    init(_ solver: StepSolver) { self.solver = solver }
  }

  public init(on fabric: Fabric) { self.fabric = fabric }

  /// See `closedForm(_:on:)`.
  public func closedForm(_ request: CollectiveRequest) throws(CollectiveError) -> CollectiveEstimate {
    let plan = try CollectivePlan(request, self)
    return CollectiveEstimate(algorithm: plan.algorithm, duration: try plan.closedForm(self))
  }

  /// See `simulate(_:on:folded:)`.
  ///
  /// - Parameter countsLinks: whether a folded run adds up `bytesOnLink`; they grow in proportion to the
  ///   request's bytes, so that one size serves for all.
  public func simulate(
    _ request: CollectiveRequest, folded: Bool = true, countsLinks: Bool = true
  ) throws(CollectiveError) -> CollectiveRun {
    try run(CollectivePlan(request, self), folded: folded, countsLinks: countsLinks)
  }

  /// Runs a collective message by message from time zero on while things happen to its network; see
  /// `DisturbedTransfers`.
  ///
  /// - Throws: `CollectiveError.cutOff` where a message can never arrive, `fabric` for events that make no sense
  ///   and for a fabric that lies over no graph.
  public func simulate(
    _ request: CollectiveRequest, during timeline: NetworkTimeline
  ) throws(CollectiveError) -> CollectiveRun {
    try run(CollectivePlan(request, self), folded: false, countsLinks: true, timeline)
  }

  /// See `simulate(_:using:on:folded:)`.
  public func simulate(
    _ request: CollectiveRequest, using pattern: any CollectivePattern, folded: Bool = true
  ) throws(CollectiveError) -> CollectiveRun {
    try request.check(on: fabric)
    return try run(CollectivePlan(request, pattern, nil, self), folded: folded, countsLinks: true)
  }

  /// Bytes that a collective puts on each link of the fabric, whatever time it takes.
  ///
  /// - Complexity: O(different steps · ranks of all groups + links); no rate is solved.
  public func bytesOnLinks(_ request: CollectiveRequest) throws(CollectiveError) -> [Double] {
    let plan = try CollectivePlan(request, self)
    return try plan.bytesOnLinks(
      of: fabric, &solver(for: plan.devices, inGroupsOf: plan.schedule.rankCount).solver)
  }

  private func run(
    _ plan: CollectivePlan, folded: Bool, countsLinks: Bool, _ timeline: NetworkTimeline = .quiet
  ) throws(CollectiveError) -> CollectiveRun {
    if folded {
      return try plan.foldedRun(
        on: fabric, &solver(for: plan.devices, inGroupsOf: plan.schedule.rankCount).solver,
        countsLinks: countsLinks)
    }
    var run = try EventRun(plan: plan, fabric: fabric, during: timeline)
    try run.execute()
    return run.result(algorithm: plan.algorithm)
  }

  /// - Parameter size: ranks of a group; the first group is the one whose time is asked for.
  func solver(for devices: [DeviceID], inGroupsOf size: Int) -> KnownRanks {
    if let known, known.solver.groupSize == size, known.solver.devices == devices { return known }
    let fresh = KnownRanks(StepSolver(fabric: fabric, devices: devices, groupSize: size))
    known = fresh
    return fresh
  }
}
