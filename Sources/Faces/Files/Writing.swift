import Diagnostics
import Glibc
import Synchronization

/// Writes a text as UTF-8, whole or not at all.
///
/// - Throws: `.unwritable`; what stood at the path before is then untouched.
/// - Complexity: O(bytes).
public func writeFile(_ text: String, to path: String) throws(Diagnostics) {
  try writeFile(Array(text.utf8), to: path)
}

/// Writes bytes, whole or not at all: to a new file beside the target, which then takes its name.
///
/// A reader sees the old content or the new, never a part. Permissions of a replaced file are kept and
/// links are followed. Devices and pipes are written in place. The content is not forced to the disk,
/// so this guards against a program that stops, not against a power cut.
///
/// - Throws: `.unwritable`; what stood at the path before is then untouched.
/// - Complexity: O(bytes).
public func writeFile(_ bytes: [UInt8], to path: String) throws(Diagnostics) {
  let existing = status(of: path)
  if let existing, existing.isFolder { throw unwritable(path, "a folder of that name is in the way") }
  if let existing, !existing.isRegularFile { return try writeInPlace(bytes, path) }
  let target = existing == nil ? path : resolvedLinks(path)
  let (descriptor, temporary) = try openTemporary(beside: target, for: path)
  if let existing { _ = fchmod(descriptor, existing.permissions) }
  var code = writeAll(bytes, to: descriptor)
  if close(descriptor) != 0, code == 0 { code = errno }
  if code == 0, rename(temporary, target) != 0 { code = errno }
  if code != 0 {
    _ = unlink(temporary)
    throw unwritable(path, systemReason(code))
  }
}

/// Makes a folder and all those above it; one that exists is left as it is.
///
/// - Throws: `.unwritable`, naming the part that could not be made.
public func createFolder(_ path: String) throws(Diagnostics) {
  if path.isEmpty || status(of: path)?.isFolder == true { return }
  let parent = folderPath(of: path)
  if parent != path { try createFolder(parent) }
  if mkdir(path, 0o777) == 0 { return }
  let code = errno
  if status(of: path)?.isFolder == true { return }
  throw unwritable(path, code == EEXIST ? "a file of that name is in the way" : systemReason(code))
}

private func writeInPlace(_ bytes: [UInt8], _ path: String) throws(Diagnostics) {
  let descriptor = open(path, O_WRONLY | O_CLOEXEC)
  if descriptor < 0 { throw unwritable(path, systemReason(errno)) }
  var code = writeAll(bytes, to: descriptor)
  if close(descriptor) != 0, code == 0 { code = errno }
  if code != 0 { throw unwritable(path, systemReason(code)) }
}

private func resolvedLinks(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

private let temporaryCount = Atomic<Int>(0)

/// A new file that nobody else can have opened, named after the process and a running number.
private func openTemporary(
  beside target: String, for path: String
) throws(Diagnostics) -> (descriptor: Int32, name: String) {
  while true {
    let number = temporaryCount.add(1, ordering: .relaxed).newValue
    let name = joinedPath(folderPath(of: target), ".\(getpid())-\(number).tmp")
    let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor >= 0 { return (descriptor, name) }
    if errno != EEXIST { throw unwritable(path, systemReason(errno)) }
  }
}
