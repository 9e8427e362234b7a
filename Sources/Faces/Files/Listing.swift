import Diagnostics
import Glibc

/// One name in a folder.
public struct FolderEntry: Equatable, Sendable {
  public var name: String
  /// The folder's path and the name.
  public var path: String
  public var isFolder: Bool
}

public func isFolder(_ path: String) -> Bool { status(of: path)?.isFolder == true }

/// Whether something that is not a folder can be found at the path.
public func isFile(_ path: String) -> Bool { status(of: path).map { !$0.isFolder } ?? false }

/// What a folder holds, sorted by name byte for byte; names that start with a dot are left out.
///
/// - Throws: `.unreadable`.
/// - Complexity: O(n log n).
public func listFolder(_ path: String) throws(Diagnostics) -> [FolderEntry] {
  guard let folder = opendir(path) else { throw unreadable(path, systemReason(errno)) }
  defer { closedir(folder) }
  var entries: [FolderEntry] = []
  while let item = readdir(folder) {
    let name = withUnsafePointer(to: &item.pointee.d_name) { tuple in
      tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name.hasPrefix(".") { continue }
    let full = joinedPath(path, name)
    entries.append(FolderEntry(name: name, path: full, isFolder: isFolder(full)))
  }
  return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}

/// The paths of all files in a folder and those below it whose names end in one of `endings`, folder by
/// folder in order of names.
///
/// - Parameters:
///   - folder: where to begin.
///   - endings: for instance `[".yaml", ".yml", ".json"]`.
///   - depth: how many folders deep to go, which also ends a circle of links.
/// - Throws: `.unreadable` for the first folder that cannot be read.
public func findFiles(
  under folder: String, endingIn endings: [String], depth: Int = 16
) throws(Diagnostics) -> [String] {
  var found: [String] = []
  for entry in try listFolder(folder) {
    if entry.isFolder {
      if depth > 1 { found += try findFiles(under: entry.path, endingIn: endings, depth: depth - 1) }
    } else if endings.contains(where: { entry.name.hasSuffix($0) }) {
      found.append(entry.path)
    }
  }
  return found
}
