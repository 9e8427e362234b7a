import Diagnostics
import Documents
import Quantities

/// Whether the bytes of a file begin as a trace of PyTorch's profiler does: an object of JSON with its events, or a list
/// of them.
public func holdsKinetoTrace(_ bytes: [UInt8]) -> Bool {
  let start = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
  if start.first(where: { !$0.isWhitespace }) == "[" { return start.contains("\"ph\"") }
  return start.contains("\"traceEvents\"")
    || (start.contains("\"schemaVersion\"") && start.contains("\"deviceProperties\""))
}

/// Reads a trace of PyTorch's profiler (Kineto), as `export_chrome_trace` or its handler for TensorBoard writes it.
///
/// A kernel belongs to the operator whose `External id` it has, else to that of the launch of the same `correlation`.
/// Operators hold shapes where the profiler ran with `record_shapes=True`.
///
/// - Parameters:
///   - bytes: the JSON, unpacked.
///   - file: named in errors.
/// - Throws: what is no JSON or no trace, with line and column; a trace without kernels.
/// - Complexity: O(bytes + kernels log kernels).
/// - Source: pytorch/kineto, `libkineto/src/output_json.cpp`, whose versions differ in names of categories and arguments.
public func readKinetoTrace(_ bytes: [UInt8], file: String) throws(Diagnostics) -> KinetoTrace {
  var reader = JSONReader(bytes, file: file)
  var events = KinetoEvents()
  var names: [Int: String] = [:]
  var hasEvents = false
  if try reader.peek() == .array {
    hasEvents = true
    try events.read(&reader)
  } else {
    try reader.members { key, reader throws(Diagnostics) in
      switch key {
      case "traceEvents":
        hasEvents = true
        try events.read(&reader)
      case "deviceProperties": try readDevices(&reader, into: &names)
      default: try reader.skip()
      }
    }
  }
  try reader.finish()
  let start = SourceLocation(file: file, line: 1, column: 1)
  if !hasEvents { throw Diagnostics(Diagnostic(.missingKey("traceEvents"), at: start)) }
  if events.kernels.isEmpty {
    throw Diagnostics(
      Diagnostic(
        .malformed(reason: "the trace has no kernels of a device"), at: start,
        mend: "profile with activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA] and record_shapes=True"))
  }
  return events.trace(file: file, deviceNames: names)
}

private func readDevices(
  _ reader: inout JSONReader, into names: inout [Int: String]
) throws(Diagnostics) {
  guard try reader.peek() == .array else { return try reader.skip() }
  var found: [Int: String] = [:]
  try reader.elements { reader throws(Diagnostics) in
    guard try reader.peek() == .object else { return try reader.skip() }
    var (number, name) = (0, "")
    try reader.members { key, reader throws(Diagnostics) in
      switch (key, try reader.peek()) {
      case ("id", .number): number = Int(try reader.numberText()) ?? 0
      case ("name", .string): name = try reader.string()
      default: try reader.skip()
      }
    }
    found[number] = name
  }
  names = found
}

/// The events of a trace that matter, by kind.
private struct KinetoEvents {
  private var operations: [Int: (name: String, inputs: [TracedOperator.Input])] = [:]
  private var launches: [Int: (start: Int64, externalID: Int?)] = [:]
  private(set) var kernels: [KinetoEvent] = []
  private var copies: [TracedCopy] = []

  mutating func read(_ reader: inout JSONReader) throws(Diagnostics) {
    var events = self
    try reader.elements { reader throws(Diagnostics) in
      guard try reader.peek() == .object else { return try reader.skip() }
      try events.add(try KinetoEvent(&reader))
    }
    self = events
  }

  private mutating func add(_ event: KinetoEvent) throws(Diagnostics) {
    guard event.phase == "X", let category = event.category else { return }
    if category != .operation, let problem = event.problem { throw problem }
    switch category {
    case .operation:
      if let id = event.externalID { operations[id] = (event.name, event.inputs) }
    case .launch:
      if let id = event.correlation { launches[id] = (event.start, event.externalID) }
    case .kernel: kernels.append(event)
    case .copy, .fill:
      let isFill = category == .fill
      guard (1..<10_000_000_000_000).contains(event.bytes), isFill || event.name.contains("DtoD") else {
        return
      }
      copies.append(
        TracedCopy(
          isFill: isFill, device: event.device, bytes: event.bytes, duration: event.duration))
    }
  }

  func trace(file: String, deviceNames: [Int: String]) -> KinetoTrace {
    let ordered = kernels.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }.map(\.element)
    var trace = KinetoTrace(
      file: file, deviceNames: deviceNames, operators: [], collectives: [], copies: copies, strayKernels: [],
      gap: gap(ordered))
    // Place of an operator's call among those of the trace.
    var places: [Int: Int] = [:]
    for event in ordered {
      let kernel = TracedKernel(name: event.name, device: event.device, duration: event.duration)
      if event.isOfCollective {
        if let collective = TracedCollective(event) {
          trace.collectives.append(collective)
        } else {
          trace.unreadCollectives += 1
        }
        continue
      }
      let own = event.externalID ?? event.correlation.flatMap { launches[$0]?.externalID }
      guard let id = own, let operation = operations[id] else {
        trace.strayKernels.append(kernel)
        continue
      }
      if let place = places[id] {
        trace.operators[place].kernels.append(kernel)
      } else {
        places[id] = trace.operators.count
        trace.operators.append(
          TracedOperator(name: operation.name, inputs: operation.inputs, kernels: [kernel]))
      }
    }
    return trace
  }

  /// Median time from a kernel's end to the start of the next of its stream, if that was launched before.
  private func gap(_ ordered: [KinetoEvent]) -> SimDuration? {
    var last: [SIMD2<Int>: KinetoEvent] = [:]
    var gaps: [Int64] = []
    for event in ordered where !event.isOfCollective {
      let stream = SIMD2(event.device, event.stream)
      if let before = last[stream], let id = event.correlation, let launch = launches[id],
        launch.start < before.end, event.start >= before.end
      {
        gaps.append(event.start - before.end)
      }
      last[stream] = event
    }
    if gaps.isEmpty { return nil }
    return SimDuration(seconds: Double(gaps.sorted()[gaps.count / 2]) * 1e-9)
  }
}

extension KinetoEvent {
  fileprivate var duration: SimDuration { SimDuration(seconds: Double(length) * 1e-9) }

  fileprivate var isOfCollective: Bool { name.hasPrefix("nccl") || collective != nil }
}

extension TracedCollective {
  /// - Returns: nil where the trace does not say what the kernel did.
  fileprivate init?(_ event: KinetoEvent) {
    guard let facts = event.collective, facts.groupSize > 1, max(facts.elementsIn, facts.elementsOut) > 0
    else { return nil }
    // "[0, 1, 2, ..., 7]" leaves some out.
    let words = facts.ranks.split { "[], ".contains($0) }
    let ranks = words.compactMap { Int($0) }
    self.init(
      name: facts.name, device: event.device, elementsIn: facts.elementsIn, elementsOut: facts.elementsOut,
      type: facts.type, rankCount: facts.groupSize, ranks: ranks,
      duration: event.duration)
  }
}
