extension Measurement {
  /// Whether the source, or what it publishes beside its tables, states the run in full, so that a scenario assumes none of
  /// it: hardware and devices; of networks of images batch and number format; of transformers shape, lengths, batches and
  /// layout.
  public var isStatedInFull: Bool {
    if hardware.isEmpty || deviceCount == 0 { return false }
    let conventions = SourceConvention.of(self)
    let samples = microBatch ?? conventions.compactMap(\.microBatch).first
    if isOfImages { return samples != nil && !dataType.isEmpty }
    let length = sequenceLength ?? conventions.compactMap(\.sequenceLength).first
    return shape.layers != nil && shape.hidden != nil && shape.heads != nil && length != nil && samples != nil
      && globalBatch != nil && layout.data != nil
  }

  /// Whether the model is a convolutional network.
  var isOfImages: Bool { architecture == "cnn" }

  /// Whether the model is a causal decoder, experts or not, as large language models are.
  var isOfDecoder: Bool {
    architecture.isEmpty || architecture.contains("decoder") && architecture != "encoder-decoder"
  }
}
