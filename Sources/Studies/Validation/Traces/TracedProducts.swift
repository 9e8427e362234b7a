import ComputeModels
import Hardware
import TraceFiles

extension TracedOperator {
  /// A product of matrices; nil where the operator is none, or its shapes were not recorded.
  ///
  /// - Source: argument lists of PyTorch's `native_functions.yaml`.
  var matrixProduct: Kernel? {
    switch name {
    case "aten::mm", "aten::_scaled_mm", "aten::_int_mm": product(left: 0, right: 1, rank: 2)
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

  /// A convolution in two dimensions, forward or both of its gradients; nil where the operator is none or not one group.
  var convolutions: [Kernel]? {
    switch name {
    case "aten::cudnn_convolution", "aten::miopen_convolution":
      // (input, weight, [bias,] padding, stride, …)
      let lists = inputs.dropFirst(2).compactMap { $0.value.hasPrefix("[") ? $0.numbers : nil }
      guard let input = tensor(0, ranked: 4), let weight = tensor(1, ranked: 4), lists.count >= 2,
        let height = outputSize(2, input, weight, padding: lists[0], stride: lists[1]),
        let width = outputSize(3, input, weight, padding: lists[0], stride: lists[1])
      else { return nil }
      let output = [input.dimensions[0], weight.dimensions[0], height, width]
      return convolution(input, weight, output, gradients: false)
    case "aten::convolution_backward":
      // (gradient, input, weight, …)
      guard let gradient = tensor(0, ranked: 4), let input = tensor(1, ranked: 4),
        let weight = tensor(2, ranked: 4)
      else { return nil }
      return convolution(input, weight, gradient.dimensions, gradients: true)
    default: return nil
    }
  }

  private func outputSize(
    _ axis: Int, _ input: Input, _ weight: Input, padding: [Int], stride: [Int]
  ) -> Int? {
    guard padding.count == 2, stride.count == 2, stride[axis - 2] > 0, padding[axis - 2] >= 0,
      padding[axis - 2] < 1 << 20
    else { return nil }
    let room = input.dimensions[axis] + 2 * padding[axis - 2] - weight.dimensions[axis]
    return room >= 0 ? room / stride[axis - 2] + 1 : nil
  }

  private func convolution(
    _ input: Input, _ weight: Input, _ output: [Int], gradients: Bool
  ) -> [Kernel]? {
    let (batch, channels) = (input.dimensions[0], input.dimensions[1])
    let kernelArea = weight.dimensions[2] * weight.dimensions[3]
    guard weight.dimensions[1] == channels, let format = productFormat(of: input),
      let inputBytes = input.bytes, let weightBytes = weight.bytes, let width = TracedFormat.width(input.type)
    else { return nil }
    let (m, n, k) = (batch * output[2] * output[3], output[1], channels * kernelArea)
    let flops = 2 * Double(m) * Double(n) * Double(k)
    let bytes = inputBytes + weightBytes + Double(m) * Double(n) * width
    func kernel(_ shape: KernelShape) -> Kernel {
      Kernel(shape: shape, flops: flops, bytes: bytes, dataType: format)
    }
    if !gradients { return [kernel(.convolution(m: m, n: n, k: k))] }
    let towardsInput = KernelShape.convolution(
      m: batch * input.dimensions[2] * input.dimensions[3], n: channels, k: max(1, k * n / channels))
    return [kernel(towardsInput), kernel(.convolution(m: k, n: n, k: m))]
  }
}

extension TracedOperator.Input {
  /// Whole numbers of a list: `[1, 1]`.
  var numbers: [Int] { value.split { "[], ".contains($0) }.compactMap { Int($0) } }
}
