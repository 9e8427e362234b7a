import ModelGraphs

extension ModelOperator {
  /// Leaves the rank its share of the rows, or of the elements of row-wise work.
  mutating func divideRows(by count: Int) {
    if count == 1 { return }
    savedInputElements = savedInputElements.map { ceilingDivide($0, count) }
    switch shape {
    case .linear(let rows, let inputs, let outputs):
      shape = .linear(rows: ceilingDivide(rows, count), inputs: inputs, outputs: outputs)
    case .streaming(var streaming) where streaming.isPerSample:
      streaming.scale(by: 1 / Double(count))
      shape = .streaming(streaming)
    case .embedding(let rows, let width, let vocabulary):
      shape = .embedding(rows: ceilingDivide(rows, count), width: width, vocabulary: vocabulary)
    case .crossEntropy(let rows, let classes):
      shape = .crossEntropy(rows: ceilingDivide(rows, count), classes: classes)
    case .aggregate(var total):
      let share = 1 / Double(count)
      total.forwardFLOPs *= share
      total.backwardFLOPs *= share
      total.activationElements *= share
      total.inputElements = ceilingDivide(total.inputElements, count)
      total.outputElements = ceilingDivide(total.outputElements, count)
      shape = .aggregate(total)
    case .streaming, .expertLinear, .convolution, .attention: break
    }
  }
}

extension StreamingShape {
  mutating func scale(by factor: Double) {
    forwardElements = Int((Double(forwardElements) * factor).rounded(.up))
    backwardElements = Int((Double(backwardElements) * factor).rounded(.up))
    tensorElements = tensorElements.map { Int((Double($0) * factor).rounded(.up)) }
    weightGradientElements = Int((Double(weightGradientElements) * factor).rounded(.up))
    savedElements = Int((Double(savedElements) * factor).rounded(.up))
    savedBytes = Int((Double(savedBytes) * factor).rounded(.up))
  }
}
