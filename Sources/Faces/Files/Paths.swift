/// `name` inside `folder`; an absolute name stands for itself.
public func joinedPath(_ folder: String, _ name: String) -> String {
  if name.hasPrefix("/") || folder.isEmpty || folder == "." { return name }
  return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

/// The folder part of a path: `a/b` of `a/b/c.yaml`, `.` of `c.yaml`.
public func folderPath(of path: String) -> String {
  let trimmed = withoutTrailingSlashes(path)
  guard let slash = trimmed.lastIndex(of: "/") else { return "." }
  return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
}

/// The last part of a path: `c.yaml` of `a/b/c.yaml`.
public func fileName(of path: String) -> String {
  let trimmed = withoutTrailingSlashes(path)
  guard let slash = trimmed.lastIndex(of: "/") else { return trimmed }
  return String(trimmed[trimmed.index(after: slash)...])
}

/// The file name without its last extension: `c` of `a/b/c.yaml`, `.hidden` of `.hidden`.
public func fileStem(of path: String) -> String {
  let name = fileName(of: path)
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
  return String(name[..<dot])
}

private func withoutTrailingSlashes(_ path: String) -> String {
  var trimmed = Substring(path)
  while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
  return String(trimmed)
}
