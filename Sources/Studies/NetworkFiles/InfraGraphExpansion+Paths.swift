import Diagnostics
import Fabrics

extension InfraGraphExpansion {
  /// The parts that an endpoint names among spans, in the order in which Python would nest the loops.
  ///
  /// - Parameter kind: what the first name is, an instance or a component.
  mutating func parts(
    _ endpoint: InfraGraphEndpoint, in spans: [String: InfraGraphLayout.Span], of kind: String
  ) -> [Int]? {
    parts(endpoint.path[...], in: spans, kind, of: nil, at: endpoint.location)
  }

  private mutating func parts(
    _ path: ArraySlice<InfraGraphSlice>, in spans: [String: InfraGraphLayout.Span], _ kind: String,
    of device: String?, at location: SourceLocation
  ) -> [Int]? {
    guard let head = path.first else {
      findings.report(
        .malformed(reason: "'\(device ?? "")' is a device: name a component of it"), at: location)
      return nil
    }
    guard let span = spans[head.name] else {
      // The device may be named before its component.
      if head.name == device && path.count > 1 {
        return parts(path.dropFirst(), in: spans, kind, of: device, at: location)
      }
      findings.report(
        .unknownName(kind: kind, name: head.name), at: location,
        mend: nearestName(to: head.name, in: spans.keys.sorted()).map { "did you mean '\($0)'?" })
      return nil
    }
    guard let copies = head.indices(of: span.count) else {
      findings.report(
        .outOfRange(value: "the number of '\(head.name)'", allowed: "0 to \(span.count - 1)"), at: location)
      return nil
    }
    guard let inner = span.device else {
      if let next = path.dropFirst().first {
        findings.report(
          .conflict("'\(head.name)' is no device, so it has no '\(next.name)'"), at: location)
        return nil
      }
      return copies.map { span.first + $0 * span.stride }
    }
    guard let layout = layouts[inner],
      let below = parts(path.dropFirst(), in: layout.spans, "component", of: inner, at: location)
    else { return nil }
    let (count, overflow) = copies.count.multipliedReportingOverflow(by: below.count)
    if overflow || count > NetworkGraph.largestCount {
      findings.report(.tooLarge(what: "number of parts", limit: NetworkGraph.largestCount), at: location)
      return nil
    }
    return copies.flatMap { copy in below.map { span.first + copy * span.stride + $0 } }
  }
}

extension InfraGraphComponent.Kind {
  /// What the part is inside a node.
  var role: NetworkDescription.Role {
    switch self {
    case .cpu: .processor
    case .hub: .pcieSwitch
    case .nic, .port: .port
    case .custom, .memory, .device, .xpu, .npu: .pcieEndpoint
    }
  }
}
