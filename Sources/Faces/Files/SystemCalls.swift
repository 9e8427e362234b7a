import Diagnostics
import Glibc

/// The system's words for an error number: "No such file or directory".
func systemReason(_ code: Int32) -> String { String(cString: strerror(code)) }

func unreadable(_ path: String, _ reason: String, mend: String? = nil) -> Diagnostics {
  Diagnostics(
    Diagnostic(.unreadable(path: path, reason: reason), at: SourceLocation(file: path), mend: mend))
}

func unwritable(_ path: String, _ reason: String) -> Diagnostics {
  Diagnostics(Diagnostic(.unwritable(path: path, reason: reason), at: SourceLocation(file: path)))
}

/// What stands at a path, links followed; `nil` if nothing can be found there.
func status(of path: String) -> stat? {
  var result = stat()
  return stat(path, &result) == 0 ? result : nil
}

extension stat {
  var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
  var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
  var permissions: mode_t { st_mode & 0o7777 }
}

/// Writes all bytes to a descriptor, however many calls it takes.
///
/// - Returns: 0, or the error number.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  bytes.withUnsafeBytes { buffer in
    var done = 0
    while done < buffer.count {
      let count = write(descriptor, buffer.baseAddress! + done, buffer.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
