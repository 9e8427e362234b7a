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

  /// A hypercube: half of the bits run along a row, those above six along slices.
  init(bits: Int) {
    let low = min(bits, 6)
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
    var width = min(shownSlices, most)
    // As square a block as there is.
    while width > 1, (width - 1) * (shownColumns + 1) >= ((shownSlices + width - 2) / (width - 1)) * (shownRows + 2)
    { width -= 1 }
    across = width
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
