import FlowSharing
import Quantities

extension Transfers {
  /// Takes a transfer off its links before its end, those that end at this tick having been popped.
  ///
  /// - Parameter transfer: what `start` returned.
  /// - Returns: the bytes that it had still to carry, infinite for an endless one, and those that it has carried
  ///   if it is endless.
  public mutating func withdraw(_ transfer: Int32, at now: SimTime) -> (left: Double, carried: Double) {
    let slot = Int(transfer)
    let state = transfers[slot]
    var answer = (left: state.mark * state.weight, carried: 0.0)
    if state.group >= 0 {
      let group = Int(state.group)
      let served = groups[group].served + groups[group].rate * (now - groups[group].since).seconds
      answer = (max(0, state.mark - served) * state.weight, (state.carried + served) * state.weight)
      groups[group].isChanged = true
      if group >= linkCount { completions.remove(group) }
      transfers[slot].group = -1
    }
    sharer.remove(FlowSharer.FlowID(index: transfer))
    return answer
  }
}
