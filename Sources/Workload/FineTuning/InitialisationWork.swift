import ModelGraphs

/// FLOPs that a method spends once, before the first step.
///
/// PiSSA decomposes every targeted m × n matrix, m ≥ n; the other methods start from random or zero
/// matrices and cost nothing here.
///
///     full SVD   6·m·n² + 20·n³
///
/// - Returns: 0 for methods other than PiSSA.
/// - Source: Golub & Van Loan, Matrix Computations, 4th ed., section 8.6 (R-SVD with thin U, Σ and V).
public func initialisationFLOPs(
  _ method: FineTuningMethod, of model: Model
) throws(FineTuningError) -> Double {
  guard case .pissa(let adapters) = method else { return 0 }
  let choice = try TargetChoice(adapters.targets, in: model)
  var flops = 0.0
  for layer in model.layers {
    for index in layer.operators.indices {
      guard let product = AdaptableProduct(at: index, of: layer) else { continue }
      for part in choice.parts(of: product) {
        let least = min(product.inputs, part.outputs)
        if adapters.rank > least { throw .rankBeyondMatrix(adapters.rank, product: part.name, most: least) }
        let (m, n) = (Double(max(product.inputs, part.outputs)), Double(least))
        flops += Double(product.experts?.count ?? 1) * (6 * m * n * n + 20 * n * n * n)
      }
    }
  }
  return flops
}
