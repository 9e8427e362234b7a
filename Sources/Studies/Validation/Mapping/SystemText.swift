import Catalogues
import Hardware
import Quantities

/// Finds a system of the catalogue in the words of a measurement.
struct SystemText {
  var text: String
  var catalogue: Catalogue

  /// A node's ports taken together and their number, by the system's specification; nil where no system is
  /// named or its entry leaves the network open.
  var ports: (link: LinkClass, count: Int)? {
    guard let node = named, node.networkPorts > 0, let name = node.networkLink,
      var link = try? catalogue.link(named: name).link
    else { return nil }
    link.bandwidth = (node.networkPortBandwidth ?? link.bandwidth) * Double(node.networkPorts)
    return (link, node.networkPorts)
  }

  /// The entry whose name or alias stands in the text as words of its own; the longest of several.
  var named: NodeEntry? {
    let words = SystemText.words(text)
    var best: (length: Int, node: NodeEntry)?
    for node in catalogue.nodes {
      for name in [node.name] + node.aliases {
        let parts = SystemText.words(name)
        if parts.count > best?.length ?? 0, SystemText.contains(words, parts) { best = (parts.count, node) }
      }
    }
    return best?.node
  }

  /// Letters and digits between everything else, in lower case.
  private static func words(_ text: String) -> [Substring] {
    text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
  }

  private static func contains(_ words: [Substring], _ part: [Substring]) -> Bool {
    guard !part.isEmpty, part.count <= words.count else { return false }
    return (0...(words.count - part.count)).contains { words[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
