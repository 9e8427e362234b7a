import Diagnostics
import Scenarios

/// A key of the scenario document and the value to give it.
public struct FitSetting: Sendable, Equatable, CustomStringConvertible {
  public var key: String
  public var value: String

  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }

  /// As `--set` takes it.
  public var description: String { "\(key)=\(value)" }
}

/// One change of a scenario that may make it need less memory.
public struct FitChange: Sendable {
  /// What is changed; two changes of one family exclude each other.
  public enum Family: Int, Sendable, Comparable {
    // Nodes first: another node count lays out the network anew.
    case nodes, tensor, pipeline, sequence, zero, batch, recompute, offloadStates, offloadActivations,
      optimizer, gradients, allocator

    public static func < (a: Family, b: Family) -> Bool { a.rawValue < b.rawValue }
  }

  public var family: Family
  /// Keys beside those of the batch, which follow from the change.
  public var settings: [FitSetting]
  var apply: @Sendable (inout Scenario) throws(Diagnostics) -> Void

  init(
    _ family: Family, _ settings: [FitSetting],
    apply: @escaping @Sendable (inout Scenario) throws(Diagnostics) -> Void
  ) {
    self.family = family
    self.settings = settings
    self.apply = apply
  }
}

extension Scenario {
  /// The scenario after changes, its global batch kept.
  ///
  /// - Returns: with the keys to set; nil where the changes contradict each other or the batch does not divide.
  func changed(by changes: [FitChange]) -> (scenario: Scenario, settings: [FitSetting])? {
    var copy = self
    do throws(Diagnostics) {
      for change in changes { try change.apply(&copy) }
      guard copy.worldSize % copy.ranksPerSample == 0 else { return nil }
      copy.plan.data = 0
      guard copy.keepBatch() else { return nil }
      copy = try copy.completed()
    } catch {
      return nil
    }
    var settings = changes.flatMap(\.settings)
    if copy.training.microBatch != training.microBatch {
      settings.append(FitSetting("training.micro_batch", "\(copy.training.microBatch)"))
    }
    if copy.training.gradientAccumulation != training.gradientAccumulation {
      settings.append(FitSetting("training.gradient_accumulation", "\(copy.training.gradientAccumulation)"))
    }
    if copy.plan.data != plan.data, places.contains("plan.data") {
      settings.append(FitSetting("plan.data", "\(copy.plan.data)"))
    }
    return (copy, settings)
  }

  /// Accumulates as often as the global batch asks for, micro-batches as large as they were where that divides.
  private mutating func keepBatch() -> Bool {
    let (share, rest) = training.globalBatch.quotientAndRemainder(dividingBy: dataRanks)
    guard rest == 0, share > 0 else { return false }
    training.microBatch = (1...min(training.microBatch, share)).last { share % $0 == 0 } ?? 1
    training.gradientAccumulation = share / training.microBatch
    return true
  }
}
