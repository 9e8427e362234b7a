import Quantities

/// The reference page of the scenario document, in Markdown, from the tables that read it.
public func scenarioReference() -> String {
  var page = """
    # The scenario document

    This page is generated from the table that reads the document. YAML and JSON are both read; `model` is the
    only key without a default. An unknown key, a wrong type or a missing unit is an error with its place and
    its mend, and all errors of a document are reported at once. `--set key.path=value` replaces or adds any
    key, its value read as YAML.

    ```yaml
    model: gpt2-small
    cluster: {accelerator: A100-SXM-80GB, nodes: 4}
    training: {global_batch: 512, micro_batch: 4, precision: bf16}
    ```

    ## Units

    Quantities carry their unit. GB is 10⁹ bytes, GiB is 2³⁰; b is bits, B is bytes; bandwidth is of one
    direction.

    | Quantity | Units | Example |
    |---|---|---|

    """
  for dimension in Dimension.allCases {
    page += row([name(of: dimension), code(dimension.units.map(\.name)), "`\(dimension.example)`"])
  }
  page += "\n## Keys\n\n" + tableHead
  for key in Scenario.schema { page += row(cells(of: key)) }
  page += """

    `model` takes one of four forms: a name, a transformer (`model.layers` a number, `model.hidden`, …), a list
    of layers (`model.layers[]`), or totals (`model.parameters`, `model.activations`).

    ## The flat dialect

    A document with the sections `hardware`, `model`, `training` and `network` is read as well, into the same
    scenario. Here units stand in the key; `null` means that a key is left out. `model: NAME` is short for
    `model: {model_type: NAME}`. Keys of both dialects in one document are an error.

    Note that `network_bandwidth_gbps` counts gigaBYTES a second, for a whole node and one direction: the
    devices of the node share it.

    | Key | Takes | Default | Meaning | Example | Native key |
    |---|---|---|---|---|---|

    """
  for (key, native) in Scenario.flatSchema { page += row(cells(of: key) + ["`\(native)`"]) }
  page += """

    ## Presets

    \(scenarioPresets.map { "`\($0.name)`" }.joined(separator: ", ")): documents of the flat dialect in
    `Examples/presets`.

    """
  return page
}

private let tableHead = "| Key | Takes | Default | Meaning | Example |\n|---|---|---|---|---|\n"

private func cells(of key: KeyDescription) -> [String] {
  let isStated = key.allowed.isEmpty || key.type.contains(key.allowed)
  let takes = isStated ? key.type : "\(key.type): \(key.allowed)"
  let standard = key.defaultText.filter { $0 != "\"" }
  return ["`\(key.path)`", takes, standard.isEmpty ? "" : "`\(standard)`", key.meaning, "`\(key.example)`"]
}

private func row(_ cells: [String]) -> String {
  "| " + cells.map { $0.split(separator: "|").joined(separator: "\\|") }.joined(separator: " | ") + " |\n"
}

private func code(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }

private func name(of dimension: Dimension) -> String {
  switch dimension {
  case .bytes: "size"
  case .bandwidth: "bandwidth"
  case .duration: "duration"
  case .floatingPointRate: "rate of arithmetic"
  case .floatingPointCount: "amount of arithmetic"
  case .power: "power"
  }
}
