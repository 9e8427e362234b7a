import Synchronization

/// How far a long piece of work has come, on one line of a terminal.
///
/// The line appears when the work has taken more than a second, changes at most ten times a second, says
/// the time left, and is wiped at the end. Where the stream is no terminal nothing is ever written.
/// `report` may be called from any thread and in any order of fractions; the bar never goes back.
///
///     try withProgressBar("sweep") { bar in … bar.report(fraction: done / total) … }
public final class ProgressBar: Sendable {
  private struct State {
    var fraction = 0.0
    var drawnAt = -Double.infinity
    var isVisible = false
    var isFinished = false
  }

  private let label: String
  private let screen: Screen
  private let elapsed: @Sendable () -> Double
  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  private static let patience = 1.0
  private static let redrawInterval = 0.1

  /// - Parameters:
  ///   - label: what is being done.
  ///   - screen: what the stream can show.
  ///   - elapsed: seconds since the work began.
  ///   - write: puts text on the stream.
  public init(
    _ label: String, screen: Screen, elapsed: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.label = label
    self.screen = screen
    self.elapsed = elapsed
    self.write = write
  }

  /// A bar on standard error that measures from now.
  public convenience init(_ label: String) {
    let start = ContinuousClock.now
    self.init(
      label, screen: TextStream.standardError.screen,
      elapsed: { (ContinuousClock.now - start) / .seconds(1) },
      write: { text in _ = try? TextStream.standardError.write(text) })
  }

  /// Tells the share of the work that is done, from 0 to 1; what lies outside is taken as the nearer end.
  public func report(fraction: Double) {
    guard screen.isTerminal else { return }
    state.withLock { state in
      if fraction > state.fraction { state.fraction = min(1, fraction) }
      let now = elapsed()
      guard !state.isFinished, now > Self.patience, now - state.drawnAt >= Self.redrawInterval else { return }
      state.drawnAt = now
      state.isVisible = true
      write("\r\(line(fraction: state.fraction, elapsed: now))\u{1B}[K")
    }
  }

  /// Wipes the line; later reports draw nothing.
  public func finish() {
    state.withLock { state in
      if state.isVisible { write("\r\u{1B}[K") }
      state.isVisible = false
      state.isFinished = true
    }
  }

  /// `sweep  ████████▌░░░░░░░░░░░   42 %  1 min 05 s left`
  private func line(fraction: Double, elapsed: Double) -> String {
    let percent = padded(Readable.percent(fraction, decimals: 0), to: 5, .trailing)
    let left = fraction > 0 ? "\(timeLeft(elapsed * (1 - fraction) / fraction)) left" : ""
    let name = truncated(label, to: screen.width / 3, glyphs: screen.glyphs)
    // One column stays free: a character in the last one makes some terminals start a new line.
    let room = screen.width - 1 - displayWidth(name) - 2 - 2 - displayWidth(percent) - 2 - 16
    let width = min(40, room)
    if width < 5 {
      return truncated("\(name) \(percent)  \(left)", to: screen.width - 1, glyphs: screen.glyphs)
    }
    let bar = barText(fraction, width: width, glyphs: screen.glyphs)
    let track = String(repeating: screen.glyphs.track, count: width - displayWidth(bar))
    return withoutTrailingBlanks("\(name)  \(screen.paint(bar, .cyan))\(track)  \(percent)  \(left)")
  }

  /// Whole seconds: finer ones would flicker.
  private func timeLeft(_ seconds: Double) -> String {
    let whole = seconds.rounded(.up)
    return whole < 60 ? "\(Readable.fixed(whole, decimals: 0)) s" : Readable.seconds(whole)
  }
}

/// Runs `work` with a bar on standard error, wiped however the work ends.
public func withProgressBar<Result, Failure: Error>(
  _ label: String, _ work: (ProgressBar) throws(Failure) -> Result
) throws(Failure) -> Result {
  let bar = ProgressBar(label)
  defer { bar.finish() }
  return try work(bar)
}
