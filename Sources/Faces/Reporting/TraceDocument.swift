import Documents
import MemoryModels
import Quantities
import StepGraphs
import Training

/// The recorded spans as a Chrome trace, which Perfetto opens: a process per rank, a thread per
/// stream, and a counter of device memory.
///
/// Written in pieces so that a long trace need not be held as one text.
public func writeTrace(_ result: TrainingResult, to write: (String) throws -> Void) rethrows {
  try write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")
  var separator = "\n"
  func emit(_ event: OutputValue) throws {
    try write(separator + event.json(indented: false))
    separator = ",\n"
  }
  let ranks = Set(result.execution.spans.map(\.rank)).sorted()
  for rank in ranks {
    try emit(metadata("process_name", rank: rank, stream: nil, value: "rank \(rank)"))
    for stream in StepGraph.Stream.allCases where result.usesStream(stream) {
      try emit(metadata("thread_name", rank: rank, stream: stream, value: stream.label))
    }
  }
  for span in result.execution.spans {
    let index = Int(span.operatorIndex)
    try emit([
      "name": .string(result.graph.name(of: index)),
      "cat": .string(result.graph.operators[index].phase.label),
      "ph": "X", "ts": microseconds(span.start.ticks), "dur": microseconds((span.end - span.start).ticks),
      "pid": .integer(Int64(span.rank)),
      "tid": .integer(Int64(result.graph.operators[index].stream.rawValue)),
      "args": ["iteration": .integer(Int64(span.iteration))],
    ])
  }
  for sample in result.execution.memory.first?.samples ?? [] {
    try emit([
      "name": "device memory (GB)", "ph": "C", "ts": microseconds(sample.time.ticks), "pid": 0,
      "args": .object(
        MemoryKind.onDevice.map { .init($0.label, .real(Double(sample.bytes[$0.rawValue]) / 1e9)) }),
    ])
  }
  try write("\n]}\n")
}

extension TrainingResult {
  func usesStream(_ stream: StepGraph.Stream) -> Bool { graph.operators.contains { $0.stream == stream } }
}

private func metadata(
  _ name: String, rank: Int32, stream: StepGraph.Stream?, value: String
) -> OutputValue {
  [
    "name": .string(name), "ph": "M", "pid": .integer(Int64(rank)),
    "tid": .integer(Int64(stream?.rawValue ?? 0)), "args": ["name": .string(value)],
  ]
}

/// Picoseconds as microseconds; a trace viewer resolves nanoseconds.
private func microseconds(_ ticks: Int64) -> OutputValue { .real(Double(ticks) / 1e6) }
