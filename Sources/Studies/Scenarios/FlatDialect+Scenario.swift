import MemoryModels
import Fabrics
import Collectives
import Diagnostics
import Documents
import Quantities

/// Reads a document of the flat dialect into the scenario that says the same.
func readFlat(_ root: DocumentNode, _ context: inout ReadingContext) -> Scenario {
  var flat = FlatDocument()
  let found = readMapping(withoutNulls(root), flatFields.map(\.field), into: &flat, &context)
  for field in flatFields where found.contains(field.field.path) {
    context.places.note(field.native, at: context.places[field.field.path])
  }
  return scenario(from: flat, found: found, &context)
}

/// The entries that say something; a model given by name alone becomes its type.
private func withoutNulls(_ root: DocumentNode) -> DocumentNode {
  guard let entries = root.entries else { return root }
  var kept: [DocumentNode.Entry] = []
  for var entry in entries {
    if case .null = entry.value.content { continue }
    if entry.key == "model", case .string = entry.value.content {
      let type = DocumentNode.Entry(key: "model_type", keyLocation: entry.keyLocation, value: entry.value)
      entry.value = DocumentNode(.mapping([type]), at: entry.value.location)
    } else {
      entry.value = withoutNulls(entry.value)
    }
    kept.append(entry)
  }
  return DocumentNode(.mapping(kept), at: root.location)
}

private func scenario(from flat: FlatDocument, found: Set<String>, _ context: inout ReadingContext)
  -> Scenario
{
  var scenario = Scenario(name: flat.name, model: model(from: flat, found: found, &context))
  scenario.description = flat.description
  scenario.cluster.accelerator = accelerator(from: flat)
  scenario.cluster.nodes = flat.nodes
  scenario.cluster.acceleratorsPerNode = flat.devicesPerNode
  scenario.cluster.fabric.kind = FabricKind(rawValue: flat.topology.rawValue) ?? .leafSwitch
  scenario.cluster.fabric.nic = .gigabytesPerSecond(flat.nodeGigabytesPerSecond)
  scenario.cluster.fabric.nicLatency = .microseconds(flat.baseLatency)
  scenario.cluster.fabric.switchLatency = .microseconds(flat.switchLatency)
  scenario.cluster.collectives.allReduce = algorithm(of: flat.pattern, &context)
  scenario.training.microBatch = flat.batchPerDevice
  scenario.training.gradientAccumulation = flat.accumulation
  scenario.training.steps = flat.iterations
  scenario.training.precision = flat.mixedPrecision ? .fp16 : .fp32
  scenario.training.recompute = flat.checkpointing ? .sqrt : .none
  switch scenario.model {
  case .transformer, .totals: scenario.training.sequenceLength = flat.sequenceLength ?? 512
  default: scenario.training.sequenceLength = flat.sequenceLength
  }
  scenario.output.detailedStats = flat.detailedStats
  scenario.output.history = flat.detailedStats
  scenario.output.charts = flat.visualization
  scenario.output.directory = flat.outputDirectory
  return scenario
}

private func accelerator(from flat: FlatDocument) -> AcceleratorDeclaration {
  if flat.computeTeraflops == nil, flat.memoryGigabytes == nil { return .named(flat.gpuModel) }
  var device = InlineAccelerator()
  device.name = flat.gpuModel.text
  device.base = flat.gpuModel
  device.tensorPeak = flat.computeTeraflops.map { .teraflops($0) }
  device.memory = flat.memoryGigabytes.map { .gigabytes($0) }
  return .inline(device)
}

private func algorithm(of pattern: FlatPattern, _ context: inout ReadingContext) -> CollectiveAlgorithm {
  switch pattern {
  case .ring: return .ring
  case .tree: return .tree
  case .reduceScatter, .allGather: return .reduceScatterAllGather
  case .pointToPoint, .allToAll:
    context.problems.report(
      .unsupported("'\(pattern.rawValue)' moves data without summing it, so it cannot synchronise gradients"),
      at: context.places["training.communication_pattern"],
      mend: "use ring_allreduce, tree_allreduce, reduce_scatter or allgather")
    return .auto
  }
}

private func model(
  from flat: FlatDocument, found: Set<String>, _ context: inout ReadingContext
) -> ModelDeclaration {
  func refuse(_ keys: [String], because reason: String, mend: String) {
    for key in keys where found.contains("model.\(key)") {
      context.problems.report(.unsupported(reason), at: context.places["model.\(key)"], mend: mend)
    }
  }
  let totals = ["total_parameters", "total_flops"]
  let shape = ["hidden_size", "num_attention_heads", "vocab_size"]
  switch flat.modelType.text {
  case "transformer":
    refuse(
      totals, because: "a transformer's totals follow from its shape",
      mend: "leave it out, or use model_type: custom")
    var transformer = TransformerDeclaration()
    transformer.layers = flat.layerCount ?? 12
    transformer.hidden = flat.hiddenSize ?? 768
    transformer.heads = flat.headCount ?? 12
    transformer.vocabulary = flat.vocabulary ?? 30000
    transformer.context = flat.sequenceLength ?? 512
    return .transformer(transformer)
  case "resnet":
    refuse(
      shape + ["sequence_length"] + totals, because: "a ResNet is given by num_layers alone",
      mend: "leave it out")
    let depth = flat.layerCount ?? 50
    if ![18, 34, 50, 101, 152].contains(depth) {
      context.problems.report(
        .outOfRange(value: String(depth), allowed: "18, 34, 50, 101 or 152 for a resnet"),
        at: context.places["model.num_layers"], mend: "use one of these")
    }
    return .named(DeclaredName("resnet\(depth)", at: context.places["model.model_type"]))
  case "custom":
    refuse(
      ["num_attention_heads", "vocab_size"], because: "a custom model is given by its totals",
      mend: "leave it out")
    if flat.totalParameters == nil, !found.contains("model.total_parameters") {
      context.problems.report(
        .missingKey("total_parameters"), at: context.places["model.model_type"],
        mend: "give the parameters of the custom model")
    }
    return .totals(customTotals(flat))
  default:
    refuse(
      ["num_layers"] + shape + totals, because: "the model '\(flat.modelType.text)' has its own shape",
      mend: "leave it out, or use model_type: transformer")
    return .named(flat.modelType)
  }
}

/// A custom model's totals for one sample of s tokens, L layers and width h.
///
/// Activations: 17 · s · h · L elements, a transformer's without attention scores. FLOPs: a third of the
/// total is the forward pass; without a total, 2 · parameters · s.
///
/// - Source: Korthikanti et al. 2022, arXiv:2205.05198, equation 1.
private func customTotals(_ flat: FlatDocument) -> TotalsDeclaration {
  let tokens = Double(flat.sequenceLength ?? 512)
  var totals = TotalsDeclaration()
  totals.parameters = flat.totalParameters ?? 1
  totals.activations = 17 * tokens * Double(flat.hiddenSize ?? 768) * Double(flat.layerCount ?? 12)
  totals.forwardFLOPs = flat.totalFLOPs.map { $0 / 3 } ?? 2 * Double(totals.parameters) * tokens
  return totals
}
