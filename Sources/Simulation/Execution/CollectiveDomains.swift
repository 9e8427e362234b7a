import Parallelism
import StepGraphs

/// Which instances enter each collective together.
///
/// Unfolded, a domain is a group of ranks. Folded, it is the classes that groups of a communicator join: where one
/// member's group has ranks of several classes, all of these wait for one another.
struct CollectiveDomains {
  private(set) var count = 0
  /// By communicator and instance; -1 where the communicator is not used.
  private var domainOf: [[Int32]]
  private var rankCounts: [Int] = []
  private var memberStart: [Int32] = [0]
  private(set) var memberInstances: [Int32] = []

  init(_ graph: StepGraph, _ instances: [Executor.Instance], unfolded: Bool) {
    domainOf = Array(repeating: [], count: Communicator.allCases.count)
    for communicator in Communicator.allCases
    where graph.calls.contains(where: { $0.communicator == communicator && $0.destination < 0 }) {
      if unfolded {
        addGroups(of: communicator, graph, instances)
      } else {
        addClasses(of: communicator, graph, instances)
      }
    }
  }

  func domain(of communicator: Communicator, _ instance: Int) -> Int {
    Int(domainOf[Int(communicator.rawValue)][instance])
  }
  func rankCount(_ domain: Int) -> Int { rankCounts[domain] }
  /// Positions in `memberInstances`.
  func members(_ domain: Int) -> Range<Int> { Int(memberStart[domain])..<Int(memberStart[domain + 1]) }

  private mutating func add(_ members: [Int32], ranks: Int, of communicator: Communicator) {
    for member in members { domainOf[Int(communicator.rawValue)][Int(member)] = Int32(count) }
    memberInstances += members
    memberStart.append(Int32(memberInstances.count))
    rankCounts.append(ranks)
    count += 1
  }

  private mutating func addGroups(
    of communicator: Communicator, _ graph: StepGraph, _ instances: [Executor.Instance]
  ) {
    domainOf[Int(communicator.rawValue)] = Array(repeating: -1, count: instances.count)
    var instanceOfRank = [Int32](repeating: -1, count: graph.rankCount)
    for (index, instance) in instances.enumerated() { instanceOfRank[instance.rank] = Int32(index) }
    for (index, instance) in instances.enumerated()
    where domainOf[Int(communicator.rawValue)][index] < 0 {
      let members = graph.layout.members(of: communicator, with: instance.rank)
      add(members.map { instanceOfRank[$0] }, ranks: members.count, of: communicator)
    }
  }

  private mutating func addClasses(
    of communicator: Communicator, _ graph: StepGraph, _ instances: [Executor.Instance]
  ) {
    domainOf[Int(communicator.rawValue)] = Array(repeating: -1, count: instances.count)
    // One instance stands for each class. Only where classes are more than places of the pipeline, or groups lie
    // across these, do groups join classes.
    var joined = Array(instances.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while joined[index] != index { index = joined[index] }
      return index
    }
    if communicator == .world {
      joined = Array(repeating: 0, count: instances.count)
    } else if communicator == .embedding || instances.count > graph.layout.degrees.pipeline {
      var classOfRank = [Int32](repeating: 0, count: graph.rankCount)
      for (index, item) in graph.classes.enumerated() {
        for rank in item.ranks { classOfRank[rank] = Int32(index) }
      }
      for index in instances.indices {
        for member in graph.layout.members(of: communicator, with: instances[index].rank) {
          let (a, b) = (root(index), root(Int(classOfRank[member])))
          joined[max(a, b)] = min(a, b)
        }
      }
    }
    for index in instances.indices where root(index) == index {
      let members = instances.indices.filter { root($0) == index }
      add(
        members.map { Int32($0) }, ranks: members.reduce(0) { $0 + instances[$1].multiplicity },
        of: communicator)
    }
  }
}
