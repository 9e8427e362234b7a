/// How the places of a grid stand on paper: slices of rows and columns.
struct GridPlan {
  /// Columns a picture can hold with room between routers.
  static let columnLimit = 40

  /// Length of each dimension, the last along a row.
  let lengths: [Int]
  /// Whether lines are told by bits, as in a hypercube, where places far apart in a row are joined.
  let isBinary: Bool
  /// Of one slice, what there is and what is drawn.
  let rows: Int
  let columns: Int
  let shownRows: Int
  let shownColumns: Int
  let slices: Int
  let shownSlices: Int
  /// Slices side by side.
  let across: Int

  init(_ lengths: [Int]) { self.init(lengths.isEmpty ? [1] : lengths, isBinary: false) }

  /// A hypercube: half of the bits run along a row; of more than five, those above four along slices.
  init(bits: Int) {
    let low = bits > 5 ? 4 : bits
    let columns = 1 << ((low + 1) / 2)
    self.init([1 << (bits - low), (1 << low) / columns, columns], isBinary: true)
  }

  private init(_ lengths: [Int], isBinary: Bool) {
    self.lengths = lengths
    self.isBinary = isBinary
    columns = lengths[lengths.count - 1]
    rows = lengths.count > 1 ? lengths[lengths.count - 2] : 1
    slices = lengths.dropLast(2).reduce(1, *)
    shownColumns = min(columns, Self.columnLimit)
    shownRows = min(rows, Self.columnLimit)
    let most = max(1, Self.columnLimit / (shownColumns + 1))
    // Slices that stand in a block no higher than it is wide.
    let block = most * max(1, (Self.columnLimit - 4) / (shownRows + 2))
    let count = slices <= block ? slices : 1
    shownSlices = isBinary && slices > 4 ? 1 : count
    // As many side by side as leave the most room to each router.
    var best = (across: 1, pitch: 0.0)
    for candidate in 1...min(shownSlices, most) {
      let pitch = GridPlan.pitch(
        across: candidate, down: (shownSlices + candidate - 1) / candidate, rows: shownRows,
        columns: shownColumns, hasSlices: slices > 1, width: 640)
      if pitch > best.pitch { best = (candidate, pitch) }
    }
    across = best.across
  }

  /// From one router to the next, in pixels, in a picture that is no higher than it is wide.
  private static func pitch(
    across: Int, down: Int, rows: Int, columns: Int, hasSlices: Bool, width: Double
  ) -> Double {
    let cells = Double(across * columns) + 0.8 * Double(across - 1) + 0.4
    let blockHeight = width * 0.9 / Double(down) - (hasSlices ? 34 : 0)
    return min(64, (width - 40) / cells, blockHeight / (Double(rows) + 0.6))
  }

  /// From one router to the next in a picture of some width.
  func pitch(width: Double) -> Double {
    GridPlan.pitch(
      across: across, down: (shownSlices + across - 1) / across, rows: shownRows, columns: shownColumns,
      hasSlices: slices > 1, width: width)
  }

  /// Slice, row and column of a place.
  func position(_ place: Int) -> (slice: Int, row: Int, column: Int) {
    (place / (rows * columns), place / columns % rows, place % columns)
  }

  func isShown(_ place: Int) -> Bool {
    let (slice, row, column) = position(place)
    return slice < shownSlices && row < shownRows && column < shownColumns
  }

  var placeCount: Int { slices * rows * columns }
}
