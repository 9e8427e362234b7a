import Diagnostics
import Documents

extension InfraGraphReader {
  func edge(
    _ node: DocumentNode, endpoint: (DocumentNode) -> InfraGraphEndpoint?
  ) -> InfraGraphEdge? {
    var reader = FieldReader(node, findings)
    let ends = ["ep1", "ep2"].map { key -> InfraGraphEndpoint? in
      if reader.lacks(key) { reader.missing(key) }
      return reader.value(key).flatMap(endpoint)
    }
    let link = reader.text("link")
    if reader.lacks("link") { reader.missing("link") }
    var scheme = reader.choice("scheme", InfraGraphEdge.Scheme.self)
    // Older documents have a flag for one of the schemes.
    if let flag = reader.flag("many2many"), reader.lacks("scheme") { scheme = flag ? .many2many : .one2one }
    if reader.lacks("scheme") && reader.lacks("many2many") { reader.missing("scheme") }
    reader.finish()
    guard let first = ends[0], let second = ends[1], let link, let scheme else { return nil }
    return InfraGraphEdge(
      first: first, second: second, link: link, linkLocation: node["link"]?.location ?? node.location,
      scheme: scheme)
  }

  /// Parts of the device itself, or of devices inside it.
  func deviceEndpoint(_ node: DocumentNode) -> InfraGraphEndpoint? {
    var reader = FieldReader(node, findings)
    let device = reader.text("device")
    let component = reader.text("component")
    if reader.lacks("component") { reader.missing("component") }
    reader.finish()
    return component.flatMap { path((device.map { [$0] } ?? []) + [$0], node["component"] ?? node) }
  }

  /// Parts of instances.
  func infrastructureEndpoint(_ node: DocumentNode) -> InfraGraphEndpoint? {
    var reader = FieldReader(node, findings)
    let texts = ["instance", "component"].map { key -> String? in
      if reader.lacks(key) { reader.missing(key) }
      return reader.text(key)
    }
    reader.finish()
    guard let instance = texts[0], let component = texts[1] else { return nil }
    return path([instance, component], node["component"] ?? node)
  }

  private func path(_ texts: [String], _ node: DocumentNode) -> InfraGraphEndpoint? {
    var path: [InfraGraphSlice] = []
    for part in texts.flatMap({ $0.split(separator: ".", omittingEmptySubsequences: false) }) {
      guard let slice = InfraGraphSlice(part) else {
        findings.diagnostics.report(
          .malformed(reason: "'\(part)' names no parts"), at: node.location,
          mend: "write it like nic, nic[0] or nic[0:4]")
        return nil
      }
      path.append(slice)
    }
    return InfraGraphEndpoint(path: path, location: node.location)
  }

  /// A cable as older documents write it: `npu.0.pcie.nic.0` in a device, `server.0.nic.1.eth.leaf.0.port.1`
  /// between instances.
  func connection(_ node: DocumentNode, words count: Int) -> InfraGraphEdge? {
    guard let text = FieldReader.text(of: node, findings) else { return nil }
    let words = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let half = count / 2
    func end(_ words: ArraySlice<String>) -> InfraGraphEndpoint? {
      var path: [InfraGraphSlice] = []
      for start in stride(from: words.startIndex, to: words.endIndex, by: 2) {
        guard let slice = InfraGraphSlice("\(words[start])[\(words[start + 1])]") else { return nil }
        path.append(slice)
      }
      return InfraGraphEndpoint(path: path, location: node.location)
    }
    guard words.count == count, let first = end(words[..<half]), let second = end(words[(half + 1)...]) else {
      findings.diagnostics.report(
        .malformed(reason: "'\(text)' is no connection of \(count) names and numbers"), at: node.location,
        mend: count == 5
          ? "write component.0.link.component.0" : "write instance.0.component.0.link.instance.0.component.0")
      return nil
    }
    return InfraGraphEdge(
      first: first, second: second, link: words[half], linkLocation: node.location, scheme: .one2one)
  }
}
