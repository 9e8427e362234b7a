/// The rules of kinds with a root.
extension OpenMPIRules {
  static let broadcast: [Row] = [
    (
      4,
      [
        (32, .pipeline), (256, .binaryTree), (512, .pipeline), (1024, .knomial), (32768, .linear),
        (131_072, .binaryTree), (262_144, .chain), (524_288, .linear), (1_048_576, .binomial),
        (.max, .binaryTree),
      ]
    ),
    (
      8,
      [
        (64, .binaryTree), (128, .binomial), (2048, .binaryTree), (8192, .binomial), (1_048_576, .linear),
        (.max, .chain),
      ]
    ),
    (
      16,
      [
        (8, .knomial), (64, .binaryTree), (4096, .knomial), (16384, .binaryTree), (32768, .binomial),
        (.max, .linear),
      ]
    ),
    (32, [(4096, .knomial), (1_048_576, .binomial), (.max, .scatterAllGather)]),
    (64, [(2048, .binomial), (.max, .knomial)]),
    (128, [(.max, .knomial)]),
    (256, [(2, .binomial), (16384, .binaryTree), (32768, .linear), (65536, .binaryTree), (.max, .knomial)]),
    (1024, [(16384, .knomial), (32768, .splitBinaryTree), (.max, .knomial)]),
    (2048, [(524_288, .knomial), (.max, .scatterAllGather)]),
    (4096, [(262_144, .knomial), (.max, .scatterAllGather)]),
    (.max, [(8192, .knomial), (16384, .binaryTree), (262_144, .knomial), (.max, .scatterAllGather)]),
  ]

  static let reduce: [Row] = [
    (
      4,
      [
        (8, .rabenseifner), (16, .binaryTree), (32, .pipeline), (262_144, .linear), (524_288, .pipeline),
        (1_048_576, .chain), (.max, .pipeline),
      ]
    ),
    (
      8,
      [
        (4096, .binaryTree), (65536, .chain), (262_144, .binomial), (524_288, .linear),
        (1_048_576, .binomial), (.max, .linear),
      ]
    ),
    (16, [(8192, .binaryTree), (.max, .binomial)]),
    (32, [(4096, .binaryTree), (.max, .binomial)]),
    (256, [(.max, .binomial)]),
    (512, [(8192, .binomial), (16384, .inOrderBinaryTree), (.max, .binomial)]),
    (2048, [(.max, .binomial)]),
    (
      4096,
      [
        (512, .binomial), (1024, .inOrderBinaryTree), (8192, .binomial), (16384, .inOrderBinaryTree),
        (.max, .binomial),
      ]
    ),
    (
      .max,
      [
        (16, .binomial), (32, .inOrderBinaryTree), (1024, .binomial), (2048, .inOrderBinaryTree),
        (8192, .binomial), (16384, .inOrderBinaryTree), (.max, .binomial),
      ]
    ),
  ]

  static let gather: [Row] = [
    (
      4,
      [
        (2, .linearSynchronised), (4, .linear), (32768, .binomial), (65536, .linear), (131_072, .binomial),
        (.max, .linearSynchronised),
      ]
    ),
    (
      8,
      [
        (1024, .binomial), (8192, .linear), (32768, .binomial), (262_144, .linear),
        (.max, .linearSynchronised),
      ]
    ),
    (256, [(.max, .binomial)]),
    (512, [(2048, .binomial), (8192, .linear), (.max, .binomial)]),
    (.max, [(.max, .binomial)]),
  ]

  static let scatter: [Row] = [
    (4, [(2, .linearNonBlocking), (131_072, .linear), (262_144, .linearNonBlocking), (.max, .linear)]),
    (
      8,
      [
        (2048, .binomial), (4096, .linear), (8192, .binomial), (32768, .linear),
        (1_048_576, .linearNonBlocking), (.max, .linear),
      ]
    ),
    (16, [(16384, .binomial), (1_048_576, .linearNonBlocking), (.max, .linear)]),
    (32, [(16384, .binomial), (32768, .linear), (.max, .linearNonBlocking)]),
    (64, [(512, .binomial), (8192, .linearNonBlocking), (16384, .binomial), (.max, .linearNonBlocking)]),
    (.max, [(512, .binomial), (.max, .linearNonBlocking)]),
  ]
}
