import Quantities

/// Where a pass stands while it is written: the last computation, and what the next one waits for.
struct PassCursor {
  var last: Int?
  var pending: [Int]
}

extension StepGraphBuilder {
  /// Adds all operators of a pass.
  ///
  /// - Complexity: O(operators + waits).
  mutating func append(
    _ pass: PassTemplate, layer: Int32, microBatch: Int32, at cursor: inout PassCursor
  ) {
    let base = operators.count
    for position in pass.operators.indices {
      append(pass, position, layer, microBatch, &cursor) { base + Int($0) }
    }
    cursor.pending += pass.exits.map { base + Int($0) }
  }

  /// Adds the operators of two passes in turn, so that the exchanges of one run beside the computation of the other.
  ///
  /// - Returns: the index of each operator of the second pass.
  mutating func append(
    _ first: PassTemplate, layer firstLayer: Int32, microBatch firstBatch: Int32,
    at firstCursor: inout PassCursor,
    beside second: PassTemplate, layer secondLayer: Int32, microBatch secondBatch: Int32,
    at secondCursor: inout PassCursor
  ) -> [Int] {
    var placesOfFirst: [Int] = []
    var placesOfSecond: [Int] = []
    while placesOfFirst.count < first.operators.count || placesOfSecond.count < second.operators.count {
      for position in first.stretch(from: placesOfFirst.count) {
        placesOfFirst.append(operators.count)
        append(first, position, firstLayer, firstBatch, &firstCursor) { placesOfFirst[Int($0)] }
      }
      for position in second.stretch(from: placesOfSecond.count) {
        placesOfSecond.append(operators.count)
        append(second, position, secondLayer, secondBatch, &secondCursor) { placesOfSecond[Int($0)] }
      }
    }
    firstCursor.pending += first.exits.map { placesOfFirst[Int($0)] }
    secondCursor.pending += second.exits.map { placesOfSecond[Int($0)] }
    return placesOfSecond
  }

  private mutating func append(
    _ pass: PassTemplate, _ position: Int, _ layer: Int32, _ microBatch: Int32, _ cursor: inout PassCursor,
    _ place: (Int32) -> Int
  ) {
    let index = operators.count
    var item = pass.operators[position]
    item.layerName = layer
    item.microBatch = microBatch
    item.waitStart = Int32(waits.count)
    let isCompute = item.stream == .compute
    var followsEntry = false
    for wait in Int(pass.waitBounds[position])..<Int(pass.waitBounds[position + 1]) {
      let predecessor = pass.waits[wait]
      if predecessor >= 0 {
        self.wait(on: place(predecessor), by: item.stream, before: index)
      } else {
        followsEntry = true
      }
    }
    if followsEntry, let last = cursor.last { wait(on: last, by: item.stream, before: index) }
    if followsEntry || isCompute {
      for pending in cursor.pending { wait(on: pending, by: item.stream, before: index) }
    }
    if isCompute {
      cursor.pending.removeAll(keepingCapacity: true)
      cursor.last = index
    }
    item.waitCount = Int32(waits.count) - item.waitStart
    operators.append(item)
    streamCounts[Int(item.stream.rawValue)] += 1
    places.append(streamCounts[Int(item.stream.rawValue)])
  }
}

extension PassTemplate {
  /// Computation up to the next exchanges, with these and with those that lead to it: what may run before the other
  /// pass has its turn, so that all of the other's computation between two exchanges hides them.
  fileprivate func stretch(from start: Int) -> Range<Int> {
    var end = start
    while end < operators.count, operators[end].stream != .compute { end += 1 }
    while end < operators.count, operators[end].stream == .compute { end += 1 }
    while end < operators.count, operators[end].stream != .compute { end += 1 }
    return start..<end
  }
}
