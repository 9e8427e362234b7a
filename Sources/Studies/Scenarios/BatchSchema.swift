import ModelGraphs

/// What samples are, and how many a step takes.
let batchFields: [SchemaField<Scenario>] = [
  .init(
    "training.sequence_length", \.training.sequenceLength,
    ValueForm<Int>.integer(1...100_000_000).orAutomatic,
    example: "2048",
    "Tokens of one sample; `auto`: the longest the model takes. Where answers are generated and differ in length, "
      + "the tokens of prompt and answer at which generation stops."),
  .init(
    "training.lengths.median", \.training.lengths.median,
    ValueForm<Int>.integer(1...100_000_000).orWord("none"), example: "400",
    "Tokens of a text, the median where they differ; `none`: every text fills a sequence of `sequence_length`."
  ),
  .init(
    "training.lengths.spread", \.training.lengths.spread, .real(0...5), example: "0.8",
    "Standard deviation of the logarithm of a text's length, which is cut off at `sequence_length`."),
  .init(
    "training.lengths.packing", \.training.lengths.packing, .choice("packing"), example: "pack",
    "How texts become sequences: `pad` fills each up to `sequence_length`, `batch` up to the longest of its micro-batch, "
      + "`pack` puts texts one after the other, each attending to itself alone."),
  .init(
    "training.micro_batch", \.training.microBatch, .automaticInteger(1...1_000_000_000), example: "4",
    "Samples of one rank in one pass: texts, pairs, or prompts with all their answers; `auto`: from the other two, "
      + "else 1."),
  .init(
    "training.global_batch", \.training.globalBatch, .automaticInteger(1...1_000_000_000), example: "512",
    "Samples of one optimizer step: micro_batch × ranks × gradient_accumulation; `auto`: that product."),
  .init(
    "training.gradient_accumulation", \.training.gradientAccumulation, .automaticInteger(1...1_000_000_000),
    example: "4", "Passes of one rank in one optimizer step; `auto`: from the other two, else 1."),
]
