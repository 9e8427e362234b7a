/// Memory traffic and kept tensors of the bandwidth-bound operators, in elements.
///
/// One count is one pass over a tensor: an operator that reads x and writes y counts both.
extension StreamingShape {
  /// LayerNorm or RMSNorm over `elements`.
  ///
  /// Forward reads x and writes y. Backward reads dy and x and writes dx, then reads dy and x again
  /// for the weight gradients. Keeps x; the statistics of each row are neglected, as in
  /// Korthikanti et al. 2022 (arXiv:2205.05198).
  static func norm(_ elements: Int) -> StreamingShape {
    StreamingShape(
      forwardElements: 2 * elements, backwardElements: 5 * elements, weightGradientElements: 2 * elements,
      savedElements: elements)
  }

  /// y = φ(x) or, gated, y = φ(g) · u with `elements` outputs.
  ///
  /// Keeps x, or g and u. ReLU keeps nothing: the product that follows keeps its output.
  static func activation(_ elements: Int, of part: FeedForwardArchitecture) -> StreamingShape {
    if part.isGated {
      var shape = StreamingShape(
        forwardElements: 3 * elements, backwardElements: 5 * elements, savedElements: 2 * elements,
        launches: 2)
      shape.role = .gatedActivation
      return shape
    }
    return StreamingShape(
      forwardElements: 2 * elements, backwardElements: 3 * elements,
      savedElements: part.activation.keepsInput ? elements : 0)
  }

  /// The residual sum of a branch and its input, with dropout on the branch where there is any.
  ///
  /// The sum reads two and writes one; backward adds the two gradients that meet at the fork.
  /// Dropout reads and writes the branch once more and keeps a mask of one byte an element.
  static func residual(_ elements: Int, hasDropout: Bool, branches: Int = 1) -> StreamingShape {
    let sum = (branches + 2) * elements
    return StreamingShape(
      forwardElements: sum + (hasDropout ? 2 * elements : 0),
      backwardElements: sum + (hasDropout ? 2 * elements : 0), savedElements: 0,
      savedBytes: hasDropout ? branches * elements : 0, launches: branches + (hasDropout ? 1 : 0))
  }

  /// Reads and writes `elements` once each way and keeps nothing: rotary embedding, copies.
  public static func pass(_ elements: Int, launches: Int = 1) -> StreamingShape {
    StreamingShape(
      forwardElements: 2 * elements, backwardElements: 2 * elements, savedElements: 0, launches: launches)
  }

  /// Rotary embedding of queries and keys, one kernel for each.
  static func rotary(_ elements: Int) -> StreamingShape {
    var shape = pass(elements, launches: 2)
    shape.role = .rotary
    return shape
  }

  /// What it keeps, kept in 8 bits: cast after the forward pass reads it, and cast back before the backward pass does.
  ///
  /// - Source: Megatron Core, `fusions/fused_bias_swiglu.py`: `fp8_input_store`.
  mutating func keepInputsInFP8() {
    tensorElements = inputElements
    savedBytes += savedElements
    // Each cast passes over the wide tensor and over the narrow one, half as many bytes.
    let cast = savedElements + savedElements / 2
    forwardElements += cast
    backwardElements += cast
    launches += 1
    widenedElements = savedElements
    savedElements = 0
  }

  /// The same work as eager frameworks do it, a kernel for each operation, where they have no kernel for the whole.
  ///
  /// In bytes an element of 16 bits, forward and backward:
  ///
  ///     RMS norm          36, 76   to fp32, square, mean, scale, back to 16 bits, weight; keeps x in fp32 and x̂
  ///     rotary            20, 20   cosine, half turn (negate, join), sine, sum
  ///     gated activation  10, 18   activation, product; keeps φ(g) beside g and u
  ///
  /// against 4, 10; 4, 4 and 6, 10 of fused kernels.
  ///
  /// - Source: kernels that `torch.nn.functional` runs for Llama's `RMSNorm`, `apply_rotary_pos_emb` and `silu(g) * u`
  ///   in the modelling files of Hugging Face and Meta.
  public mutating func runEagerly() {
    tensorElements = inputElements
    func scale(_ value: inout Int, _ factor: Double) { value = Int((Double(value) * factor).rounded()) }
    switch role {
    case .rootMeanSquareNorm:
      scale(&forwardElements, 9)
      scale(&backwardElements, 7.6)
      scale(&weightGradientElements, 2)
      scale(&savedElements, 3)
      launches = 7
    case .rotary:
      scale(&forwardElements, 5)
      scale(&backwardElements, 5)
      launches = 10
    case .gatedActivation:
      scale(&forwardElements, 5.0 / 3)
      scale(&backwardElements, 9.0 / 5)
      scale(&savedElements, 3.0 / 2)
    case .other: break
    }
  }
}
