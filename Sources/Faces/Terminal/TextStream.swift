import Glibc

/// A descriptor that whole texts are written to, past the C library's buffers.
public struct TextStream: Sendable {
  public let descriptor: Int32
  let name: String

  public init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  public static let standardOutput = TextStream(descriptor: STDOUT_FILENO, name: "standard output")
  public static let standardError = TextStream(descriptor: STDERR_FILENO, name: "standard error")

  /// Whether the text arrived.
  public enum Outcome: Sendable { case written, readerLeft }

  /// Writes the whole text as UTF-8, however many calls it takes, and waits where the other side is slow.
  ///
  /// - Returns: `.readerLeft` if the reading end of the pipe is closed, as after `| head`. The process
  ///   must ignore the signal that comes with it: `ignoreBrokenPipes()`.
  /// - Throws: any other failure, a full disk for instance.
  @discardableResult
  public func write(_ text: String) throws(StreamError) -> Outcome {
    var text = text
    let code = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0)) }
    if code == EPIPE { return .readerLeft }
    if code != 0 { throw StreamError(stream: name, code: code) }
    return .written
  }

  private func writeAll(_ buffer: UnsafeRawBufferPointer) -> Int32 {
    var done = 0
    while done < buffer.count {
      let count = Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Lets a write to a closed pipe end in `.readerLeft` instead of the end of the process.
  public static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  public var screen: Screen { .detect(descriptor: descriptor) }
}

/// Why a text could not be written to a stream.
public struct StreamError: Error, Equatable, CustomStringConvertible {
  public var stream: String
  /// The system's error number.
  public var code: Int32

  public var description: String { "cannot write to \(stream): \(String(cString: strerror(code)))" }
}
