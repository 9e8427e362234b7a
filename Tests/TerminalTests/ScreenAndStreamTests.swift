import Glibc
import Synchronization
import Terminal
import Testing

private func pipeEnds() throws -> (read: Int32, write: Int32) {
  var ends: [Int32] = [0, 0]
  try #require(pipe(&ends) == 0)
  return (ends[0], ends[1])
}

/// The two sides of a new pseudoterminal (`man 7 pty`; the requests are `TIOCSPTLCK` and `TIOCGPTN`).
private func pseudoterminal() throws -> (main: Int32, terminal: Int32) {
  let main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
  var lock: Int32 = 0
  var number: Int32 = 0
  try #require(main >= 0 && ioctl(main, 0x4004_5431, &lock) == 0 && ioctl(main, 0x8004_5430, &number) == 0)
  let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
  try #require(terminal >= 0)
  return (main, terminal)
}

private func readAll(_ descriptor: Int32) -> String {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count <= 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
  }
}

@Suite("Screens") struct ScreenTests {
  @Test func `a pipe is plain whatever the environment says`() throws {
    let ends = try pipeEnds()
    defer {
      close(ends.read)
      close(ends.write)
    }
    #expect(Screen.detect(descriptor: ends.write) { _ in "xterm" } == .plain)
    #expect(Screen.plain == Screen(isTerminal: false, width: 80, hasColour: false, glyphs: .unicode))
  }

  @Test(arguments: [
    (["TERM": "xterm", "LANG": "C.UTF-8"], true, Glyphs.unicode),
    (["TERM": "dumb", "LANG": "de_DE.utf8"], false, Glyphs.unicode),
    (["TERM": "xterm", "NO_COLOR": "1", "LANG": "C"], false, Glyphs.ascii),
    (["TERM": "xterm", "NO_COLOR": "", "LC_ALL": "C", "LANG": "C.UTF-8"], true, Glyphs.ascii),
    ([:], true, Glyphs.ascii),
  ])
  func `a terminal is as wide as its window, its colours and characters follow the environment`(
    environment: [String: String], hasColour: Bool, glyphs: Glyphs
  ) throws {
    let (main, terminal) = try pseudoterminal()
    defer {
      close(terminal)
      close(main)
    }
    let unknown = Screen.detect(descriptor: terminal) { environment[$0] }
    #expect(unknown == Screen(isTerminal: true, width: 80, hasColour: hasColour, glyphs: glyphs))
    var window = winsize(ws_row: 50, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(terminal, UInt(TIOCSWINSZ), &window) == 0)
    #expect(Screen.detect(descriptor: terminal) { environment[$0] }.width == 132)
  }
}

@Suite("Streams") struct StreamTests {
  @Test func `a text larger than the pipe arrives whole, even where writing does not wait`() async throws {
    let ends = try pipeEnds()
    #expect(fcntl(ends.write, F_SETFL, O_NONBLOCK) == 0)
    let text = String(repeating: "0123456789é", count: 50_000)
    let reader = Task.detached { readAll(ends.read) }
    #expect(try TextStream(descriptor: ends.write, name: "pipe").write(text) == .written)
    close(ends.write)
    #expect(await reader.value == text)
    close(ends.read)
  }

  @Test func `a reader that left is told, other failures are thrown`() throws {
    TextStream.ignoreBrokenPipes()
    let ends = try pipeEnds()
    close(ends.read)
    #expect(try TextStream(descriptor: ends.write, name: "pipe").write("x") == .readerLeft)
    close(ends.write)
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let error = #expect(throws: StreamError.self) {
      try TextStream(descriptor: full, name: "standard output").write("x")
    }
    #expect(error?.description == "cannot write to standard output: No space left on device")
  }
}

/// Holds what a bar wrote and the time it is told.
private final class FakeTerminal: Sendable {
  private let state = Mutex((text: "", now: 0.0))
  var text: String { state.withLock { $0.text } }
  func wait(_ seconds: Double) { state.withLock { $0.now += seconds } }

  func bar(_ label: String, on screen: Screen) -> ProgressBar {
    ProgressBar(
      label, screen: screen, elapsed: { self.state.withLock { $0.now } },
      write: { text in self.state.withLock { $0.text += text } })
  }
}

@Suite("Progress bar") struct ProgressBarTests {
  private let screen = Screen(isTerminal: true, width: 60, glyphs: .ascii)

  @Test func `nothing shows on a pipe, nor within the first second`() {
    let pipe = FakeTerminal()
    let hidden = pipe.bar("sweep", on: .plain)
    pipe.wait(5)
    hidden.report(fraction: 0.5)
    hidden.finish()
    #expect(pipe.text == "")
    let terminal = FakeTerminal()
    let quick = terminal.bar("sweep", on: screen)
    terminal.wait(1)
    quick.report(fraction: 0.9)
    quick.finish()
    #expect(terminal.text == "")
  }

  @Test func `it shows the share and the time left, and is wiped`() {
    let terminal = FakeTerminal()
    let bar = terminal.bar("sweep", on: screen)
    terminal.wait(2)
    bar.report(fraction: 0.25)
    // 60 columns less label 5, share 5, time 16, gaps 6 and one free leave 27; a quarter is 6.75 → 7.
    // 2 s for a quarter leave 6 s for the rest.
    #expect(terminal.text == "\rsweep  #######....................   25 %  6 s left\u{1B}[K")
    terminal.wait(0.0625)
    bar.report(fraction: 0.3)
    terminal.wait(0.0625)
    bar.report(fraction: 0.1)
    #expect(terminal.text.hasSuffix("\rsweep  ########...................   30 %  5 s left\u{1B}[K"))
    #expect(terminal.text.split(separator: "\r").count == 2)
    bar.finish()
    bar.report(fraction: 1)
    #expect(terminal.text.hasSuffix("\r\u{1B}[K"))
  }

  @Test func `odd fractions and narrow windows do no harm`() {
    let terminal = FakeTerminal()
    let bar = terminal.bar("a very long label indeed", on: Screen(isTerminal: true, width: 30))
    for fraction in [Double.nan, -3, 0, 7] {
      terminal.wait(2)
      bar.report(fraction: fraction)
    }
    for line in terminal.text.replacing("\u{1B}[K", with: "").split(separator: "\r") {
      #expect(line.count < 30)
    }
    #expect(terminal.text.hasSuffix("\ra very lo… 100 %  0 s left\u{1B}[K"))
  }

  @Test func `many threads may report at once`() async {
    let terminal = FakeTerminal()
    let bar = terminal.bar("sweep", on: screen)
    terminal.wait(2)
    await withTaskGroup(of: Void.self) { group in
      for step in 0..<1000 { group.addTask { bar.report(fraction: Double(step) / 1000) } }
    }
    terminal.wait(1)
    bar.report(fraction: 0)
    #expect(terminal.text.contains("  100 %  1 s left\u{1B}[K"))
  }
}
