import Glibc

/// What the place that text goes to can show.
public struct Screen: Equatable, Sendable {
  public var isTerminal: Bool
  /// Columns.
  public var width: Int
  public var hasColour: Bool
  public var glyphs: Glyphs

  public init(isTerminal: Bool, width: Int = 80, hasColour: Bool = false, glyphs: Glyphs = .unicode) {
    self.isTerminal = isTerminal
    self.width = width
    self.hasColour = hasColour
    self.glyphs = glyphs
  }

  /// A pipe or a file: 80 columns, no colour, Unicode; the same bytes whatever the environment is.
  public static let plain = Screen(isTerminal: false)

  /// The screen behind a descriptor, `plain` if that is no terminal.
  ///
  /// Colour is off when `NO_COLOR` is set and not empty (https://no-color.org) or `TERM` is `dumb`.
  /// Characters are ASCII where the locale (`LC_ALL`, `LC_CTYPE` or `LANG`, the first one set) is not UTF-8.
  /// The width is the window's, 80 where the terminal does not tell, and never below 20.
  public static func detect(
    descriptor: Int32, environment: (String) -> String? = environmentValue
  ) -> Screen {
    guard isatty(descriptor) == 1 else { return .plain }
    return Screen(
      isTerminal: true, width: windowWidth(descriptor), hasColour: allowsColour(environment),
      glyphs: usesUTF8(environment) ? .unicode : .ascii)
  }

  static func allowsColour(_ environment: (String) -> String?) -> Bool {
    (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
  }

  static func usesUTF8(_ environment: (String) -> String?) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment($0) }.first { !$0.isEmpty }
    let name = locale?.lowercased() ?? ""
    return name.contains("utf-8") || name.contains("utf8")
  }

  private static func windowWidth(_ descriptor: Int32) -> Int {
    var window = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return 80 }
    return max(20, Int(window.ws_col))
  }
}

/// The value of an environment variable, `nil` if it is not set.
public func environmentValue(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// The characters that rules, bars and cuts are drawn with.
public struct Glyphs: Equatable, Sendable {
  /// Stands for text that was cut off; one column.
  var ellipsis: String
  var rule: String
  /// A bar's last cell, from nearly empty to full, in equal steps.
  var cells: [String]
  /// The part of a progress bar that is still to be done.
  var track: String

  public static let unicode = Glyphs(
    ellipsis: "…", rule: "─", cells: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], track: "░")
  public static let ascii = Glyphs(ellipsis: "~", rule: "-", cells: ["#"], track: ".")
}
