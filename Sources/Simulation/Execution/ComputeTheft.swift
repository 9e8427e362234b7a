import Quantities
import StepGraphs

/// Follows how much computation loses to collectives that run beside it on the same device.
///
/// A collective takes a share of the device for as long as it transfers. An operator on the compute stream runs on
/// for what was taken while it ran; where something is still being taken then, for as long as it takes to make the loss
/// up at the lower speed.
///
/// - Source: the share as Calculon's `processor_usage`, Isaev et al. 2023, doi:10.1145/3581784.3607102.
struct ComputeTheft {
  /// Share of the device that a collective on each stream takes, by `Stream.rawValue`.
  private let shares: [Double]
  let isActive: Bool
  // By instance.
  private var share: [Double]
  private var since: [SimTime]
  private var taken: [Double]
  private var takenAtStart: [Double]
  private var isExtended: [Bool]

  init(shares: [Double], instanceCount: Int) {
    self.shares = shares
    isActive = shares.contains { $0 > 0 }
    let count = isActive ? instanceCount : 0
    share = Array(repeating: 0, count: count)
    since = Array(repeating: .zero, count: count)
    taken = Array(repeating: 0, count: count)
    takenAtStart = Array(repeating: 0, count: count)
    isExtended = Array(repeating: false, count: count)
  }

  /// What an instance stands to lose, as an operator that runs on will count it: the share that is taken now, and the
  /// seconds taken since its computation began.
  func standing(of instance: Int, at now: SimTime) -> (share: Double, lost: Double, isExtended: Bool) {
    if !isActive { return (0, 0, false) }
    let running = share[instance] > 0 ? (now - since[instance]).seconds * min(0.9, share[instance]) : 0
    return (share[instance], taken[instance] + running - takenAtStart[instance], isExtended[instance])
  }

  /// All clocks go forward; what was taken until now stays.
  mutating func shift(by span: SimDuration) {
    for instance in since.indices { since[instance] = since[instance] + span }
  }

  private mutating func update(_ instance: Int, _ now: SimTime) {
    if share[instance] > 0 { taken[instance] += (now - since[instance]).seconds * min(0.9, share[instance]) }
    since[instance] = now
  }

  mutating func collectiveBegins(on instance: Int, stream: Int, at now: SimTime) {
    if !isActive || shares[stream] == 0 { return }
    update(instance, now)
    share[instance] += shares[stream]
  }

  mutating func collectiveEnds(on instance: Int, stream: Int, at now: SimTime) {
    if !isActive || shares[stream] == 0 { return }
    update(instance, now)
    share[instance] -= shares[stream]
    if share[instance] < 1e-12 { share[instance] = 0 }
  }

  mutating func computationBegins(on instance: Int, at now: SimTime) {
    if !isActive { return }
    update(instance, now)
    takenAtStart[instance] = taken[instance]
    isExtended[instance] = false
  }

  /// What the operator that now ends has lost, once for each operator; nil for nothing.
  mutating func loss(on instance: Int, at now: SimTime) -> SimDuration? {
    if !isActive || isExtended[instance] { return nil }
    update(instance, now)
    let lost = (taken[instance] - takenAtStart[instance]) / (1 - min(0.9, share[instance]))
    let span = SimDuration(seconds: lost)
    if span <= .zero { return nil }
    isExtended[instance] = true
    return span
  }
}
