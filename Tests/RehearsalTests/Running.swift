import Diagnostics
import Documents
import Rehearsal

/// A small job that finishes in milliseconds: two nodes of two devices, a shallow transformer.
let baseScenario = """
  name: base
  model: {layers: 2, hidden: 256, heads: 4, context: 128, vocabulary: 1000}
  cluster:
    accelerator: A100-SXM-80GB
    nodes: 2
    accelerators_per_node: 2
    fabric: {kind: switch, nic: 100 Gb/s}
  training: {sequence_length: 128, micro_batch: 2, steps: 2, precision: bf16}
  """

/// Reads a scenario text with overrides.
func scenario(
  _ text: String = baseScenario, _ overrides: [String] = []
) throws(Diagnostics) -> Scenario {
  try readScenario(text: text, file: "test.yaml", overrides: overrides)
}

/// Measured all-reduces of the base scenario's ranks: 1 ms and 1 GB/s.
let calibrationText = """
  schema: rehearsal.collective-calibration/1
  op: all_reduce
  ranks: 4
  nodes: 2
  classes: [{from_bytes: 8, to_bytes: 1048576, alpha_seconds: 1e-3, beta_seconds_per_byte: 1e-9}]
  """

/// Reads no files but one of measured times.
let resolver = Resolver { path throws(Diagnostics) in
  if path == "four-ranks.yaml" { return calibrationText }
  throw Diagnostics(
    Diagnostic(.unreadable(path: path, reason: "no files in tests"), at: SourceLocation(file: path)))
}

/// Runs a scenario text with overrides.
func run(_ text: String = baseScenario, _ overrides: [String] = [], threads: Int = 1) throws -> RunReport {
  try rehearse(try scenario(text, overrides), resolver: resolver, threads: threads)
}

/// The result document without what merely repeats the question or measures this machine.
func answer(_ report: RunReport) -> String {
  guard case .object(let fields) = report.document else { return "" }
  let kept = fields.filter { !["scenario", "schema", "version"].contains($0.key) }.map { field in
    guard field.key == "engine", case .object(let engine) = field.value else { return field }
    let result = engine.filter {
      !["wall_seconds", "threads", "scenario_hash", "seed"].contains($0.key)
    }
    return OutputValue.Field("engine", .object(result))
  }
  return OutputValue.object(kept).json()
}

/// Simulates a scenario text with overrides, without asking what holds it back.
func simulated(_ text: String = baseScenario, _ overrides: [String] = []) throws -> TrainingResult {
  try simulate(try resolver.job(for: try scenario(text, overrides)))
}

/// The base scenario in the flat dialect: four nodes of two devices.
let flatScenario = """
  name: flat
  hardware: {gpu_model: A100, network_bandwidth_gbps: 12.5, num_gpus_per_node: 2}
  model: {model_type: transformer, num_layers: 2, hidden_size: 256, num_attention_heads: 4, sequence_length: 128}
  training: {batch_size_per_gpu: 2, num_iterations: 2, num_nodes: 4}
  """
