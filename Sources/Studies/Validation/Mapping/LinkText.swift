import Catalogues
import Hardware
import Quantities

/// Finds links of the catalogue in the words of a measurement.
struct LinkText {
  var text: String
  var catalogue: Catalogue

  /// The link inside a node, at the bandwidth that the device's vendor states for it.
  ///
  /// - Throws: `SkipReason.link` where no link of the catalogue is named.
  func intraNode(of device: Accelerator) throws(SkipReason) -> LinkClass {
    guard var link = named else { throw .link(text) }
    if let bandwidth = device.scaleUpBandwidth { link.bandwidth = bandwidth }
    return link
  }

  /// A node's links to other nodes together: `8x200 Gb/s InfiniBand HDR` gives 1,600 Gb/s.
  ///
  /// - Throws: `SkipReason.link` where no link of the catalogue or no rate is named.
  func interNode() throws(SkipReason) -> LinkClass {
    guard var link = named, let ports else { throw .link(text) }
    link.bandwidth = ports.rate * Double(ports.count)
    return link
  }

  /// Ports × rate, whatever the link is called; nil where no rate is named.
  var rate: Bandwidth? { ports.map { $0.rate * Double($0.count) } }

  /// How many ports the text names, one where it names a rate alone.
  var portCount: Int? { ports?.count }

  /// The entry whose name or alias, blanks and hyphens apart, stands in the text; the longest of several.
  private var named: LinkClass? {
    let words = LinkText.letters(text)
    var best: (length: Int, link: LinkClass)?
    for entry in catalogue.links {
      for name in [entry.name] + entry.aliases {
        let letters = LinkText.letters(name)
        if !letters.isEmpty, words.contains(letters), letters.count > best?.length ?? 0 {
          best = (letters.count, entry.link)
        }
      }
    }
    return best?.link
  }

  /// Ports and the rate of one, from the first words of the form `COUNTxRATE UNIT`.
  private var ports: (count: Int, rate: Bandwidth)? {
    let words = text.split(separator: " ").map(String.init)
    for (index, word) in words.enumerated() where index + 1 < words.count {
      let parts = word.split(separator: "x", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let ports = parts.count == 2 ? Int(parts[0]) : 1
      guard let ports, (1...4096).contains(ports),
        let port = try? parseQuantity("\(parts[parts.count - 1]) \(words[index + 1])", as: .bandwidth),
        port > 0,
        port < 1e15
      else { continue }
      return (ports, Bandwidth(bytesPerSecond: port))
    }
    return nil
  }

  private static func letters(_ text: String) -> String {
    String(text.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
  }
}
