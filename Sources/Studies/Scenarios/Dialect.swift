import Diagnostics
import Documents

/// Which of the two vocabularies a document is written in.
enum Dialect { case native, flat }

/// Tells the dialects apart by the keys that only one of them has.
///
/// - Throws: where keys of both stand in one document; the rarer dialect is the one to mend.
func dialect(of root: DocumentNode) throws(Diagnostics) -> Dialect {
  var native: [DocumentNode.Entry] = []
  var flat: [DocumentNode.Entry] = []
  for (path, entry) in paths(of: root) {
    let isNative = isKey(path, among: nativePaths)
    let isFlat = isKey(path, among: flatPaths)
    if isNative && !isFlat { native.append(entry) }
    if isFlat && !isNative { flat.append(entry) }
  }
  guard let firstNative = native.first, let firstFlat = flat.first else {
    return flat.isEmpty ? .native : .flat
  }
  let mostlyNative = native.count >= flat.count
  let (stray, other) = mostlyNative ? (firstFlat, firstNative) : (firstNative, firstFlat)
  let (strayName, otherName) = mostlyNative ? ("flat", "native") : ("native", "flat")
  throw Diagnostics(
    Diagnostic(
      .conflict(
        "the \(strayName) dialect's '\(stray.keyLocation.keyPath)' stands in a document of the \(otherName) "
          + "dialect, which '\(other.keyLocation.keyPath)' in line \(other.keyLocation.line) belongs to"),
      at: stray.keyLocation, mend: mend(for: stray.keyLocation.keyPath, isFlat: mostlyNative)))
}

/// Keys of the root, or of a section under it where that is a mapping; an unknown key counts as its section.
private func paths(of root: DocumentNode) -> [(String, DocumentNode.Entry)] {
  (root.entries ?? []).flatMap { section -> [(String, DocumentNode.Entry)] in
    guard let inner = section.value.entries, !inner.isEmpty else { return [(section.key, section)] }
    return inner.map { entry in
      let path = "\(section.key).\(entry.key)"
      return isKey(path, among: nativePaths + flatPaths) ? (path, entry) : (section.key, section)
    }
  }
}

/// A path is a key, leads to keys, or stands below one; `model` alone belongs to both dialects.
private func isKey(_ path: String, among keys: [String]) -> Bool {
  if path == "model" { return true }
  return keys.contains { $0 == path || $0.hasPrefix("\(path).") }
}

private let nativePaths: [String] = Scenario.schema.map(\.path).filter { $0 != "model" }

private let flatPaths: [String] = flatFields.map(\.field.path)

private func mend(for path: String, isFlat: Bool) -> String {
  let pair = flatFields.first { field in
    let own = isFlat ? field.field.path : field.native
    return own == path || own.hasPrefix("\(path).")
  }
  guard let pair else { return "use the keys of one dialect throughout" }
  return isFlat ? "write '\(pair.native)' instead" : "write '\(pair.field.path)' instead"
}
