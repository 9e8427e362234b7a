import Fabrics

/// Bytes that groups of devices send each other in one collective.
///
/// - Parameters:
///   - group: the number of each device's group, such as its node, in `0..<groupCount`.
/// - Returns: bytes from group a to group b at `a · groupCount + b`; what stays inside a group is on
///   the diagonal.
/// - Throws: as `simulate(_:on:folded:)`.
/// - Complexity: O(different steps · messages).
public func trafficMatrix(
  _ request: CollectiveRequest, on fabric: Fabric, groupCount: Int, group: (DeviceID) -> Int
) throws(CollectiveError) -> [Double] {
  let plan = try CollectivePlan(request, CollectiveModel(on: fabric))
  let groups = plan.devices.map(group)
  var matrix = [Double](repeating: 0, count: groupCount * groupCount)
  var peers: [Peer] = []
  for step in plan.schedule.steps {
    for rank in 0..<plan.schedule.rankCount {
      peers.removeAll(keepingCapacity: true)
      step.sends.appendReceivers(from: rank, among: plan.schedule.rankCount, into: &peers)
      for peer in peers {
        let bytes = peer.bytes < 0 ? step.bytes : peer.bytes
        matrix[groups[rank] * groupCount + groups[Int(peer.rank)]] += bytes * Double(step.repeatCount)
      }
    }
  }
  return matrix
}
