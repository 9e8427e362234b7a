import Parallelism

/// Ranks that do the same, each class once.
public struct RankPartition: Sendable {
  public struct Class: Sendable {
    /// Place in the pipeline.
    public var stage: Int
    /// Position of its device in the fleet.
    public var device: Int
    public var slowdown: Double
    public var ranks: [Int]
  }

  public var classes: [Class]
  /// The class of every rank.
  public var classOfRank: [Int32]

  /// What a class is called in reports.
  func name(of number: Int) -> String {
    let item = classes[number]
    let stages = classes.reduce(0) { max($0, $1.stage) } + 1
    if classes.count == 1 { return "all ranks" }
    let stage = stages == 1 ? "ranks" : "stage \(item.stage)"
    let siblings = classes.indices.filter { classes[$0].stage == item.stage }
    return siblings.count == 1 ? stage : "\(stage), class \(siblings.firstIndex(of: number)!)"
  }
}

/// Divides ranks into classes that do the same in the same time.
///
/// Ranks begin in one class if they share pipeline place, device, speed, and how their groups lie on the nodes. A
/// class is divided as long as its members' groups or pipeline neighbours belong to different sets of classes, so
/// that whatever one member waits for, all do.
///
/// - Parameter devicesPerNode: ranks fill nodes in order.
/// - Complexity: O(ranks · communicators) for each round; one round where nothing sets ranks apart.
/// - Source: Paige & Tarjan 1987, doi:10.1137/0216062 (partition refinement).
public func rankClasses(_ plan: TrainingPlan, devicesPerNode: Int) -> RankPartition {
  var refinement = RankRefinement(plan, devicesPerNode: devicesPerNode)
  refinement.run()
  return refinement.partition()
}

private struct RankRefinement {
  let plan: TrainingPlan
  let layout: RankLayout
  let devicesPerNode: Int
  let communicators: [Communicator]
  var classOfRank: [Int32]
  var classCount = 0

  init(_ plan: TrainingPlan, devicesPerNode: Int) {
    self.plan = plan
    layout = plan.layout
    self.devicesPerNode = devicesPerNode
    // The world is one group, and an embedding group lies like the pipeline.
    communicators = Communicator.allCases.filter {
      $0 != .world && $0 != .embedding && plan.layout.groupSize(of: $0) > 1
    }
    classOfRank = Array(repeating: 0, count: layout.rankCount)
  }

  mutating func run() {
    begin()
    if !isUniform || plan.fleet.devices.count > 1 || !plan.fleet.stragglers.isEmpty {
      divideByPlacement()
      // Nothing to refine while classes are the places of the pipeline.
      while classCount > layout.degrees.pipeline {
        let before = classCount
        refine()
        if classCount == before { break }
      }
    }
  }

  private mutating func begin() {
    for rank in classOfRank.indices {
      classOfRank[rank] = Int32(layout.coordinate(.pipeline, of: rank))
    }
    classCount = layout.degrees.pipeline
    let fleet = plan.fleet
    if fleet.devices.count == 1, fleet.stragglers.isEmpty { return }
    relabel { rank in
      [fleet.deviceIndex(of: rank), Int((fleet.slowdown(of: rank) * 1e9).rounded())]
    }
  }

  /// Whether nodes hold whole groups or the groups of every axis repeat from node to node.
  private var isUniform: Bool {
    if layout.rankCount <= devicesPerNode { return true }
    var inner = 1
    for axis in layout.order {
      let next = inner * layout.degrees[axis]
      if next <= devicesPerNode ? devicesPerNode % next != 0 : next % devicesPerNode != 0 { return false }
      inner = next
    }
    let experts = [
      layout.degrees.expertTensor, layout.degrees.expertTensor * layout.degrees.expert, layout.shardSize,
    ]
    return experts.allSatisfy { $0 % devicesPerNode == 0 || devicesPerNode % $0 == 0 }
  }

  private mutating func divideByPlacement() {
    for communicator in communicators {
      var label = [Int](repeating: 0, count: layout.rankCount)
      var seen = [Bool](repeating: false, count: layout.rankCount)
      for rank in 0..<layout.rankCount where !seen[rank] {
        let members = layout.members(of: communicator, with: rank)
        var counts: [Int] = []
        var node = -1
        for member in members.map({ $0 / devicesPerNode }).sorted() {
          if member != node {
            counts.append(0)
            node = member
          }
          counts[counts.count - 1] += 1
        }
        let value = counts.sorted().reduce(17) { ($0 &* 1_000_003) ^ $1 } & 0xFFFF_FFFF
        for member in members {
          seen[member] = true
          label[member] = value
        }
      }
      relabel { [label[$0]] }
    }
  }

  private mutating func refine() {
    for communicator in communicators {
      var label = [[Int]](repeating: [], count: layout.rankCount)
      var seen = [Bool](repeating: false, count: layout.rankCount)
      for rank in 0..<layout.rankCount where !seen[rank] {
        let members = layout.members(of: communicator, with: rank)
        let classes = members.map { Int(classOfRank[$0]) }.sorted()
        var distinct: [Int] = []
        for item in classes where distinct.last != item { distinct.append(item) }
        for member in members {
          seen[member] = true
          label[member] = distinct
        }
      }
      relabel { label[$0] }
    }
    let (layout, places) = (layout, layout.degrees.pipeline)
    if places > 1 {
      let before = classOfRank
      relabel { rank in
        (0..<places).map { Int(before[layout.rank(rank, movedTo: $0, on: .pipeline)]) }
      }
    }
  }

  /// Divides classes by what a rank is given, new numbers in order of first rank.
  private mutating func relabel(_ key: (Int) -> [Int]) {
    var numbers: [[Int]: Int32] = [:]
    var next = classOfRank
    for rank in classOfRank.indices {
      let full = [Int(classOfRank[rank])] + key(rank)
      if let known = numbers[full] {
        next[rank] = known
      } else {
        next[rank] = Int32(numbers.count)
        numbers[full] = Int32(numbers.count)
      }
    }
    classOfRank = next
    classCount = numbers.count
  }

  func partition() -> RankPartition {
    var classes: [RankPartition.Class] = []
    var known = [Int](repeating: -1, count: classCount)
    for rank in classOfRank.indices {
      let number = Int(classOfRank[rank])
      if known[number] < 0 {
        known[number] = classes.count
        classes.append(
          .init(
            stage: layout.coordinate(.pipeline, of: rank), device: plan.fleet.deviceIndex(of: rank),
            slowdown: plan.fleet.slowdown(of: rank), ranks: []))
      }
      classes[known[number]].ranks.append(rank)
    }
    return RankPartition(classes: classes, classOfRank: classOfRank.map { Int32(known[Int($0)]) })
  }
}
