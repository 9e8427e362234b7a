import Fabrics
import Quantities

/// Keys of fabrics whose devices have adapters of their own.
let networkFields: [SchemaField<Scenario>] = [
  .init(
    "cluster.fabric.nics", \.cluster.fabric.nics, count, example: "4",
    "Network adapters of one node; devices share them over PCIe, at the host link's rate, where they are not one "
      + "for each; `auto`: one for each device."),
  .init(
    "cluster.fabric.k", \.cluster.fabric.k, ValueForm<Int>.integer(2...1024).orAutomatic, example: "8",
    "Ports of a switch of a `fat_tree`, an even number; `auto`: the smallest tree that has the places."),
  .init(
    "cluster.fabric.leaf_radix", \.cluster.fabric.leafRadix, ValueForm<Int>.integer(2...65536).orAutomatic,
    example: "64",
    "Ports of a switch of a `leaf_spine` or `rail_optimized` fabric; `auto`: 64 in a `leaf_spine`, and rails of "
      + "one switch each, joined by one spine."),
  .init(
    "cluster.fabric.oversubscription", \.cluster.fabric.oversubscription,
    ValueForm<Double>.real(0.001...1000).orAutomatic, example: "2",
    "What the adapters of a leaf can send over what its uplinks carry; `auto`: 1."),
  .init(
    "cluster.fabric.dimensions", \.cluster.fabric.dimensions,
    ValueForm<Int>.integer(1...1_000_000).list(type: "list of whole numbers", count: 0...20),
    example: "[2, 2, 2]",
    "Lengths of a `torus` or `mesh`, whose product is the number of adapters; empty: three, as near to a cube as "
      + "it allows."),
  .init(
    "cluster.fabric.groups", \.cluster.fabric.groups, count, example: "9",
    "Groups of a `dragonfly`; `auto`: as many as it takes."),
  .init(
    "cluster.fabric.routers_per_group", \.cluster.fabric.routersPerGroup, count, example: "4",
    "Routers of one group of a `dragonfly`; `auto`: twice the hosts of a router."),
  .init(
    "cluster.fabric.hosts_per_router", \.cluster.fabric.hostsPerRouter, count, example: "2",
    "Adapters on one router of a `dragonfly`; `auto`: the fewest of a balanced one that has the places."),
  .init(
    "cluster.fabric.levels", \.cluster.fabric.levels,
    ValueForm<LevelDeclaration>.object(levelFields, LevelDeclaration()).list(
      type: "list of levels", count: 0...20),
    example: "[{kind: ring, size: 4, bandwidth: 50 GB/s}]",
    "Levels of a `hierarchical` fabric, the lowest first, whose sizes multiply to `nodes`. Device r of a node is "
      + "joined with device r of the other nodes of its group, and devices forward for each other."),
  .init(
    "cluster.fabric.file", \.cluster.fabric.file, ValueForm<DeclaredName>.name.orWord("none"),
    example: "network.yaml",
    "The description of a `file` fabric, as `rehearse fabric` reads it, beside the document; its hosts are the "
      + "devices."),
  .init(
    "cluster.fabric.routing", \.cluster.fabric.routing,
    .spelledChoice("routing") {
      FabricRouting(rawValue: documentWord($0))
    },
    example: "shortest",
    "By what rule routes are made; `weighted` compares them by 1 MiB; `auto`: `pxn` for a `rail_optimized` fabric "
      + "of nodes with several devices, else `shortest`."),
]

private let count = ValueForm<Int>.integer(1...1_000_000).orAutomatic

private let levelFields: [SchemaField<LevelDeclaration>] = [
  .init(
    "kind", \.kind, .spelledChoice("level") { LevelKind(rawValue: documentWord($0)) }, example: "ring",
    required: true, "How the nodes of one group are joined."),
  .init(
    "size", \.size, .integer(1...1_000_000), example: "4", required: true,
    "Nodes, or groups of them, in one group."),
  .init(
    "bandwidth", \.bandwidth, .bandwidth, example: "50 GB/s", required: true,
    "Bandwidth of one device's link, one direction."),
  .init("latency", \.latency, .duration, example: "1 us", "Time of the first byte over a link."),
]

extension ValueForm where Value: DocumentChoice {
  /// One word of a closed set, in any spelling that leads to it.
  static func spelledChoice(
    _ kind: String, spelling: @escaping @Sendable (String) -> Value?
  ) -> ValueForm {
    let exact = ValueForm.choice(kind)
    return ValueForm(type: exact.type, allowed: exact.allowed) { node, context in
      if case .string(let word) = node.content, let value = spelling(word) { return value }
      return exact.read(node, &context)
    } write: {
      exact.write($0)
    }
  }
}
