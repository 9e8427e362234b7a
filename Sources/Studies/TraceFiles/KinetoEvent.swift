import Diagnostics
import Documents

/// One event of a trace, as far as it tells of kernels and who started them.
struct KinetoEvent {
  enum Category {
    case operation, launch, kernel, copy, fill

    /// - Returns: nil for everything else. The names changed between versions.
    init?(_ text: String) {
      switch text.lowercased() {
      case "cpu_op", "operator": self = .operation
      case "cuda_runtime", "cuda_driver", "runtime", "hip_runtime": self = .launch
      case "kernel": self = .kernel
      case "gpu_memcpy", "memcpy": self = .copy
      case "gpu_memset", "memset": self = .fill
      default: return nil
      }
    }
  }

  var category: Category?
  var phase = ""
  var name = ""
  /// Nanoseconds, as the other two.
  var start: Int64 = 0
  var length: Int64 = 0
  var externalID: Int?
  var correlation: Int?
  var device = 0
  var stream = 0
  var bytes = 0
  var inputs: [TracedOperator.Input] = []
  /// What is wrong with its times, which does not matter where nobody asks for them.
  var problem: Diagnostics?
  var collective: Collective?

  /// What PyTorch notes at kernels of NCCL.
  struct Collective {
    var name = ""
    var elementsIn = 0
    var elementsOut = 0
    var groupSize = 0
    var type = ""
    var ranks = ""
  }

  var end: Int64 { start + length }

  /// - Throws: what is no JSON, and values of a kind that the field cannot have, with line and column.
  init(_ reader: inout JSONReader) throws(Diagnostics) {
    var event = KinetoEvent()
    try reader.members { key, reader throws(Diagnostics) in
      switch key {
      case "ph": event.phase = try reader.scalarText()
      case "cat": event.category = Category(try reader.scalarText())
      case "name": event.name = try reader.scalarText()
      case "ts": event.start = try event.time(&reader)
      case "dur":
        let place = reader.offset
        event.length = try event.time(&reader)
        if event.length < 0 {
          event.problem = Diagnostics(
            Diagnostic(
              .outOfRange(value: "a duration below 0", allowed: "0 us and more"),
              at: reader.location(of: place)))
        }
      case "args": try event.readArguments(&reader)
      default: try reader.skip()
      }
    }
    self = event
  }

  private init() {}

  /// µs with decimals as whole ns: binary fractions would lose them beside the µs since 1970.
  ///
  /// - Returns: 0 where something else stands, which `problem` then tells.
  private mutating func time(_ reader: inout JSONReader) throws(Diagnostics) -> Int64 {
    let kind = try reader.peek()
    let place = reader.offset
    guard kind == .number else {
      problem = Diagnostics(
        Diagnostic(
          .notANumber(try reader.scalarText()), at: reader.location(of: place), mend: "times are microseconds"
        ))
      return 0
    }
    if let exact = try reader.scaledNumber(decimals: 3), exact.magnitude < 1 << 61 { return exact }
    problem = Diagnostics(
      Diagnostic(
        .malformed(reason: "a time is too large, or has an exponent"), at: reader.location(of: place),
        mend: "times are microseconds"))
    return 0
  }

  private mutating func readArguments(_ reader: inout JSONReader) throws(Diagnostics) {
    guard try reader.peek() == .object else { return try reader.skip() }
    var (dimensions, types, values): ([[Int]], [String], [String]) = ([], [], [])
    var event = self
    var collective = Collective()
    try reader.members { key, reader throws(Diagnostics) in
      switch key {
      case "External id", "external id": event.externalID = try reader.count()
      case "correlation": event.correlation = try reader.count()
      case "device": event.device = try reader.count() ?? 0
      case "stream": event.stream = try reader.count() ?? 0
      case "bytes": event.bytes = try reader.count() ?? 0
      case "Input Dims", "Input dims": dimensions = try reader.dimensions()
      case "Input type": types = try reader.texts()
      case "Concrete Inputs": values = try reader.texts()
      case "Collective name": collective.name = try reader.scalarText()
      case "In msg nelems": collective.elementsIn = try reader.count() ?? 0
      case "Out msg nelems": collective.elementsOut = try reader.count() ?? 0
      case "Group size": collective.groupSize = try reader.count() ?? 0
      case "dtype": collective.type = try reader.scalarText()
      case "Process Group Ranks": collective.ranks = try reader.listText()
      default: try reader.skip()
      }
    }
    let count = max(dimensions.count, types.count, values.count)
    event.inputs = (0..<count).map { index in
      TracedOperator.Input(
        dimensions: index < dimensions.count ? dimensions[index] : [],
        type: index < types.count ? types[index] : "", value: index < values.count ? values[index] : "")
    }
    if !collective.name.isEmpty { event.collective = collective }
    self = event
  }
}

extension JSONReader {
  /// A text, or a number or word as it is written; empty for containers.
  fileprivate mutating func scalarText() throws(Diagnostics) -> String {
    switch try peek() {
    case .string: return try string()
    case .number: return try numberText()
    case .word: return try word().map { $0 ? "True" : "False" } ?? ""
    case .object, .array:
      try skip()
      return ""
    }
  }

  /// A whole number, also in quotes; nil for anything else.
  fileprivate mutating func count() throws(Diagnostics) -> Int? {
    if try peek() == .number { return try scaledNumber().map { Int($0) } }
    return Int(try scalarText())
  }

  /// Texts of a list; containers in it are empty.
  fileprivate mutating func texts() throws(Diagnostics) -> [String] {
    guard try peek() == .array else {
      try skip()
      return []
    }
    var texts: [String] = []
    try elements { reader throws(Diagnostics) in texts.append(try reader.scalarText()) }
    return texts
  }

  /// Dimensions of each argument; lists of tensors, deeper by one, are empty.
  fileprivate mutating func dimensions() throws(Diagnostics) -> [[Int]] {
    guard try peek() == .array else {
      try skip()
      return []
    }
    var all: [[Int]] = []
    try elements { reader throws(Diagnostics) in
      let texts = try reader.texts()
      let sizes = texts.compactMap { Int($0) }
      all.append(sizes.count == texts.count && sizes.allSatisfy { $0 >= 0 } ? sizes : [])
    }
    return all
  }

  /// A list as text: `[0, 1]`, which newer versions write themselves.
  fileprivate mutating func listText() throws(Diagnostics) -> String {
    try peek() == .array ? "[" + texts().joined(separator: ", ") + "]" : scalarText()
  }
}
