import ComputeModels
import Hardware
import TraceFiles

extension TracedOperator {
  /// A product of matrices; nil where the operator is none, or its shapes were not recorded.
  ///
  /// - Source: argument lists of PyTorch's `native_functions.yaml`.
  var matrixProduct: Kernel? {
    switch name {
    case "aten::mm", "aten::_scaled_mm": product(left: 0, right: 1, rank: 2)
    case "aten::addmm": product(left: 1, right: 2, rank: 2)
    case "aten::bmm": product(left: 0, right: 1, rank: 3)
    case "aten::baddbmm": product(left: 1, right: 2, rank: 3)
    default: nil
    }
  }

  private func product(left: Int, right: Int, rank: Int) -> Kernel? {
    guard let a = tensor(left, ranked: rank), let b = tensor(right, ranked: rank),
      let format = productFormat(of: a), let width = TracedFormat.width(a.type)
    else { return nil }
    let batch = rank == 3 ? a.dimensions[0] : 1
    let (m, k) = (a.dimensions[rank - 2], a.dimensions[rank - 1])
    let n = b.dimensions[rank - 1]
    guard b.dimensions[rank - 2] == k, rank == 2 || b.dimensions[0] == batch else { return nil }
    let pairs = Double(batch) * Double(m) * Double(n)
    // 8-bit operands give 16-bit results.
    let result = pairs * max(width, 2)
    return Kernel(
      shape: .matrixProduct(m: m, n: n, k: k, batch: batch), flops: 2 * pairs * Double(k),
      bytes: (a.bytes ?? 0) + (b.bytes ?? 0) + result, dataType: format)
  }

  /// A convolution in two dimensions, forward or those of its gradients that were asked for; nil where the operator is
  /// none, transposed, or of several groups.
  var convolutions: [Kernel]? {
    switch name {
    case "aten::cudnn_convolution", "aten::miopen_convolution":
      // (input, weight, [bias,] padding, stride, dilation, …)
      let lists = inputs.dropFirst(2).compactMap { $0.value.hasPrefix("[") ? $0.numbers : nil }
      guard let input = tensor(0, ranked: 4), let weight = tensor(1, ranked: 4), lists.count >= 3,
        let height = outputSize(2, input, weight, lists), let width = outputSize(3, input, weight, lists)
      else { return nil }
      let output = [input.dimensions[0], weight.dimensions[0], height, width]
      return ConvolutionCall(self, input, weight, output).map { [$0.forward] }
    case "aten::convolution_backward":
      // (gradient, input, weight, bias sizes, stride, padding, dilation, transposed, output padding, groups, mask)
      guard let gradient = tensor(0, ranked: 4), let input = tensor(1, ranked: 4),
        let weight = tensor(2, ranked: 4), inputs.count <= 7 || inputs[7].value != "True"
      else { return nil }
      let mask = inputs.count > 10 ? inputs[10].value.split { "[], ".contains($0) } : []
      guard let call = ConvolutionCall(self, input, weight, gradient.dimensions) else { return nil }
      let asked = mask.count < 2 ? [true, true] : mask.prefix(2).map { $0 == "True" }
      let gradients = (asked[0] ? [call.inputGradient] : []) + (asked[1] ? [call.weightGradient] : [])
      return gradients.isEmpty ? nil : gradients
    default: return nil
    }
  }

  /// - Parameter lists: padding, stride and dilation.
  private func outputSize(_ axis: Int, _ input: Input, _ weight: Input, _ lists: [[Int]]) -> Int? {
    let sizes = lists.prefix(3).compactMap { $0.count == 2 ? $0[axis - 2] : nil }
    guard sizes.count == 3, sizes.allSatisfy({ (0..<1 << 20).contains($0) }), sizes[1] > 0, sizes[2] > 0,
      weight.dimensions[axis] < 1 << 20, weight.dimensions[axis] > 0
    else { return nil }
    let room = input.dimensions[axis] + 2 * sizes[0] - sizes[2] * (weight.dimensions[axis] - 1) - 1
    return room >= 0 ? room / sizes[1] + 1 : nil
  }
}

/// A convolution as products: pixels of the output, its channels, and what each is a sum of.
private struct ConvolutionCall {
  let forward: Kernel
  let inputGradient: Kernel
  let weightGradient: Kernel

  /// - Returns: nil for several groups, for tensors that do not fit together, and for more than any device holds.
  init?(
    _ call: TracedOperator, _ input: TracedOperator.Input, _ weight: TracedOperator.Input, _ output: [Int]
  ) {
    let (into, over) = (input.dimensions, weight.dimensions)
    guard over[1] == into[1], output[0] == into[0], output[1] == over[0],
      let format = call.productFormat(of: input), let width = TracedFormat.width(input.type),
      let m = bounded(into[0], output[2], output[3]), let k = bounded(into[1], over[2], over[3]),
      let pixels = bounded(into[0], into[2], into[3]), let depth = bounded(output[1], over[2], over[3])
    else { return nil }
    let n = output[1]
    let flops = 2 * Double(m) * Double(n) * Double(k)
    let bytes = (input.bytes ?? 0) + (weight.bytes ?? 0) + Double(m) * Double(n) * width
    func kernel(_ m: Int, _ n: Int, _ k: Int) -> Kernel {
      Kernel(shape: .convolution(m: m, n: n, k: k), flops: flops, bytes: bytes, dataType: format)
    }
    forward = kernel(m, n, k)
    inputGradient = kernel(pixels, into[1], depth)
    weightGradient = kernel(k, n, m)
  }
}

/// The product of sizes; nil where it is nothing or more than any device holds.
private func bounded(_ sizes: Int...) -> Int? {
  let product = sizes.reduce(1.0) { $0 * Double($1) }
  return product >= 1 && product < 1e13 ? sizes.reduce(1, *) : nil
}

extension TracedOperator.Input {
  /// Whole numbers of a list: `[1, 1]`.
  var numbers: [Int] { value.split { "[], ".contains($0) }.compactMap { Int($0) } }
}
