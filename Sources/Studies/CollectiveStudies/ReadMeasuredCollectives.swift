import Collectives
import Diagnostics
import Documents
import Quantities

/// Whether a text is what nccl-tests printed, or its JSON: a comment names its columns, or an object has its results.
public func holdsCollectiveTests(_ text: String) -> Bool {
  if text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) == "{" {
    return text.contains("\"results\"") && text.contains("\"out_of_place\"")
  }
  return text.split(whereSeparator: \.isNewline).contains { line in
    line.hasPrefix("#") && line.contains("busbw") && line.contains("size")
  }
}

/// Reads what nccl-tests printed, or the JSON file that its option `-J` wrote.
///
/// Of text, lines of `#` tell the program, the devices and the columns; a line that begins with a whole
/// number is a row, and any other is the log of a launcher or library and passed over. Rows of size 0,
/// where a buffer was too small to be divided, are left out.
///
/// - Throws: rows that cannot be read, wrong values that the run itself found, and a file without rows,
///   with line and column.
/// - Complexity: O(bytes).
/// - Source: nccl-tests 2.17, `src/util.cu`.
public func readMeasuredCollectives(
  _ text: String, file: String
) throws(Diagnostics) -> MeasuredCollectives {
  if text.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) == "{" {
    return try readMeasuredDocument(try parseDocument(text, file: file), file: file)
  }
  var reader = PrintedTableReader(file: file)
  for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
  {
    reader.read(line, number: index + 1)
  }
  return try reader.measured()
}

/// Reads the printed table line by line.
private struct PrintedTableReader {
  private struct Word {
    var text: Substring
    var location: SourceLocation
  }

  private let file: String
  private var findings = Diagnostics()
  private var group = MeasuredGroup()
  private var average: Double?
  private var rows: [MeasuredCollectives.Row] = []
  /// Names of the columns, of the layout with all of them until a header says otherwise.
  private var columns = [
    "size", "count", "type", "redop", "root", "time", "algbw", "busbw", "#wrong", "time", "algbw", "busbw",
    "#wrong",
  ]
  private var hasRows = false

  init(file: String) { self.file = file }

  mutating func read(_ line: Substring, number: Int) {
    let words = words(of: line, number)
    guard let first = words.first else { return }
    if first.text.hasPrefix("#") {
      readComment(words.map { String($0.text) })
    } else if first.text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      hasRows = true
      readRow(words)
    }
  }

  func measured() throws(Diagnostics) -> MeasuredCollectives {
    try findings.throwIfAny()
    return try group.measured(file: file, rows: rows, average: average, hasRows: hasRows)
  }

  private func words(of line: Substring, _ number: Int) -> [Word] {
    var words: [Word] = []
    var column = 1
    var start: (index: Substring.Index, column: Int)?
    for index in line.indices {
      if line[index].isWhitespace {
        if let begun = start {
          words.append(word(line[begun.index..<index], number, begun.column))
          start = nil
        }
      } else if start == nil {
        start = (index, column)
      }
      column += 1
    }
    if let begun = start { words.append(word(line[begun.index...], number, begun.column)) }
    return words
  }

  private func word(_ text: Substring, _ line: Int, _ column: Int) -> Word {
    Word(text: text, location: SourceLocation(file: file, line: line, column: column))
  }

  private mutating func readComment(_ words: [String]) {
    let rest = Array(words.dropFirst())
    if rest.first == "Rank", let on = rest.firstIndex(of: "on"), on + 1 < rest.count {
      let name = rest.firstIndex { $0.hasSuffix("]") }.map { rest[($0 + 1)...].joined(separator: " ") } ?? ""
      group.add(host: rest[on + 1], device: name)
    } else if let place = rest.firstIndex(of: "starting:"), place + 1 < rest.count {
      group.program = rest[place + 1]
    } else if rest.first == "size", rest.contains("busbw") {
      columns = rest
    } else if rest.starts(with: ["Avg", "bus", "bandwidth"]), let value = rest.dropFirst(4).first {
      average = Double(value).flatMap { $0.isFinite ? $0 : nil }
    }
  }

  private mutating func readRow(_ words: [Word]) {
    let halves = columns.indices.filter { columns[$0] == "time" || columns[$0] == "cputime" }
    guard let out = halves.first, let last = columns.lastIndex(of: "busbw"), words.count > last else {
      findings.report(
        .malformed(
          reason:
            "a row has \(columns.count) columns, from '\(columns[0])' to '\(columns[columns.count - 1])', "
            + "not \(words.count)"), at: words[0].location,
        mend: "keep the whole line, and the header above it")
      return
    }
    guard let bytes = Int64(words[0].text), bytes <= MeasuredGroup.largestSize else {
      findings.report(
        .outOfRange(value: String(words[0].text), allowed: "0 to 10^18 bytes"), at: words[0].location)
      return
    }
    guard let outOfPlace = time(words[out]) else { return }
    var inPlace: SimDuration?
    if let second = halves.dropFirst().first, words[second].text != "N/A" {
      guard let time = time(words[second]) else { return }
      inPlace = time
    }
    for index in columns.indices where columns[index] == "#wrong" && index < words.count {
      guard let wrong = Double(words[index].text), wrong != 0 else { continue }
      findings.report(MeasuredGroup.wrongValues(String(words[index].text)), at: words[index].location)
      return
    }
    if bytes > 0 {
      rows.append(.init(bytes: ByteCount(bytes), outOfPlace: outOfPlace, inPlace: inPlace))
    }
  }

  /// µs, above zero.
  private mutating func time(_ word: Word) -> SimDuration? {
    guard let value = Double(word.text) else {
      findings.report(.notANumber(String(word.text)), at: word.location)
      return nil
    }
    if MeasuredGroup.times.contains(value) { return .microseconds(value) }
    findings.report(
      .outOfRange(value: String(word.text), allowed: MeasuredGroup.timesText), at: word.location)
    return nil
  }
}

/// What a file says of the group that was measured.
struct MeasuredGroup {
  static let largestSize: Int64 = 1_000_000_000_000_000_000
  /// µs: from a nanosecond to a day.
  static let times = 1e-3...8.64e10
  static let timesText = "a time of 0.001 to 86400000000 us"

  static func wrongValues(_ count: String) -> Problem {
    .conflict("the run found \(count) wrong values, so its times are not those of a working collective")
  }

  /// `all_reduce_perf`, with or without its folder.
  var program: String?
  private var hosts: Set<String> = []
  private var devices: [String] = []
  var rankCount: Int { devices.count }

  mutating func add(host: String, device: String) {
    hosts.insert(host)
    devices.append(device)
  }

  func measured(
    file: String, rows: [MeasuredCollectives.Row], average: Double?, hasRows: Bool, rankCount: Int? = nil
  ) throws(Diagnostics) -> MeasuredCollectives {
    if rows.isEmpty {
      let reason =
        hasRows ? "every row has the size 0" : "the file has no rows of nccl-tests, which begin with a size"
      throw Diagnostics(Diagnostic(.malformed(reason: reason), at: SourceLocation(file: file)))
    }
    var kind: CollectiveKind?
    if let program {
      var name = program.split(separator: "/").last.map(String.init) ?? program
      if name.hasSuffix("_perf") { name.removeLast(5) }
      guard let known = CollectiveKind(spelling: name) else {
        throw Diagnostics(
          Diagnostic(
            .unsupported("'\(program)' measures no collective that is simulated"),
            at: SourceLocation(file: file),
            mend:
              "measure one of \(CollectiveKind.allCases.dropLast().map(\.rawValue).joined(separator: ", "))"
          ))
      }
      kind = known
    }
    let ranks = max(rankCount ?? 0, devices.count)
    // One process lists its own devices; the hosts of the others are not known then.
    let isWhole = ranks == devices.count && ranks > 0
    let names = devices.filter { !$0.isEmpty }
    return MeasuredCollectives(
      file: file, kind: kind, rankCount: ranks > 0 ? ranks : nil, nodeCount: isWhole ? hosts.count : nil,
      device: names.first, averageBusBandwidth: average, rows: rows)
  }
}
