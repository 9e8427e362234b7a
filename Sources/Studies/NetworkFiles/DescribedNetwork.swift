import Diagnostics
import Documents
import Fabrics
import XMLDocuments

/// The network of a text that is no YAML or JSON: an NCCL topology in XML, or a topology text of SimAI or ns-3.
///
/// - Returns: nil where the text is none of these.
/// - Throws: all that is wrong with it, with line and column.
package func describedNetwork(_ text: String, file: String) throws(Diagnostics) -> NetworkDescription? {
  if startsAsMarkup(text) { return try readNCCLTopology(try parseMarkup(text, file: file)) }
  let lines = DelimitedText(text, file: file, separator: nil).lines
  guard let first = lines.first, TopologyTextHeader.recognises(first) else { return nil }
  return try readTopologyText(lines)
}

/// The network of a YAML or JSON document: ASTRA-sim's analytical network or an InfraGraph infrastructure.
///
/// - Returns: nil where the document is neither.
/// - Throws: all that is wrong with it, with line and column.
package func describedNetwork(_ document: DocumentNode) throws(Diagnostics) -> NetworkDescription? {
  if document["npus_count"] != nil || isList(document["topology"]) {
    return try readAnalyticalNetwork(document)
  }
  let infrastructure = document["infrastructure"] ?? document
  if infrastructure["instances"] != nil && infrastructure["devices"] != nil {
    return try readInfraGraph(infrastructure)
  }
  return nil
}

private func startsAsMarkup(_ text: String) -> Bool {
  text.unicodeScalars.first { $0 != "\u{FEFF}" && !$0.properties.isWhitespace } == "<"
}

private func isList(_ node: DocumentNode?) -> Bool {
  if case .sequence = node?.content { return true }
  return false
}
