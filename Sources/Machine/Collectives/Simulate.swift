import EventCore
import Fabrics
import Quantities

/// Runs one collective on an otherwise idle fabric.
///
/// Unfolded, every message is an event: it waits until both its ends have reached its step, then for its
/// route's latency, then shares its links with the others. Folded, a step whose messages are alike is
/// solved once and multiplied by its repetitions.
///
/// - Parameter folded: whether steps are solved once.
/// - Throws: `CollectiveError` for what the algorithm cannot do, and for ranks without a route.
/// - Complexity: folded O(different steps · ranks); unfolded O(messages · route length) while no two
///   share a link.
public func simulate(
  _ request: CollectiveRequest, on fabric: Fabric, folded: Bool = true
) throws(CollectiveError) -> CollectiveRun {
  try CollectiveModel(on: fabric).simulate(request, folded: folded)
}

/// Runs a collective by an algorithm of your own; the request's algorithm is not looked at.
public func simulate(
  _ request: CollectiveRequest, using pattern: any CollectivePattern, on fabric: Fabric, folded: Bool = true
) throws(CollectiveError) -> CollectiveRun {
  try CollectiveModel(on: fabric).simulate(request, using: pattern, folded: folded)
}

/// The time of one collective on an idle fabric, by the α–β model, without events.
///
///     T = Σ over steps  repetitions · (α + bytes β + reduced bytes γ)
///
/// α is the largest latency of the step's routes; β the time that the most loaded link takes per byte of
/// a message, so that a port shared by k messages counts k times. Equal to the event run where every
/// rank ends each step at once, an estimate elsewhere.
///
/// - Complexity: O(different steps · ranks).
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521.
public func closedForm(
  _ request: CollectiveRequest, on fabric: Fabric
) throws(CollectiveError) -> CollectiveEstimate {
  try CollectiveModel(on: fabric).closedForm(request)
}
