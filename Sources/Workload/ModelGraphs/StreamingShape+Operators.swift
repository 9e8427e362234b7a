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
      return StreamingShape(
        forwardElements: 3 * elements, backwardElements: 5 * elements, savedElements: 2 * elements,
        launches: 2)
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
  static func pass(_ elements: Int, launches: Int = 1) -> StreamingShape {
    StreamingShape(
      forwardElements: 2 * elements, backwardElements: 2 * elements, savedElements: 0, launches: launches)
  }
}
