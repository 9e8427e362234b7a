/// When each stage of each chunk runs.
struct ChunkPipeline {
  /// A stage in the order of its dimension.
  struct Slot: Equatable {
    var chunk: Int
    /// Its place among the chunk's stages.
    var stage: Int
  }

  /// By dimension, in time.
  private(set) var slots: [[Slot]]
  private(set) var makespan = 0.0

  /// Serves every dimension first come, first served, of equals the lower chunk first:
  ///
  ///     start = max(end of the chunk's stage before, end of the dimension's stage before)
  ///
  /// - Complexity: O(stages · (dimensions + chunks waiting)).
  init(_ collective: DimensionalCollective) {
    let dimensionCount = collective.dimensions.count
    slots = Array(repeating: [], count: dimensionCount)
    let stages = collective.orders.indices.map { collective.stages(of: $0) }
    // What waits for each dimension, and since when.
    var queues = [[(since: Double, slot: Slot)]](repeating: [], count: dimensionCount)
    for chunk in stages.indices {
      queues[stages[chunk][0].dimension].append((0, Slot(chunk: chunk, stage: 0)))
    }
    var freeAt = [Double](repeating: 0, count: dimensionCount)
    while true {
      // The dimension that begins next; its first in line cannot be overtaken, for others come later.
      var next: (dimension: Int, place: Int, start: Double)?
      for dimension in queues.indices {
        guard
          let place = queues[dimension].indices.min(by: {
            let (a, b) = (queues[dimension][$0], queues[dimension][$1])
            return (a.since, a.slot.chunk) < (b.since, b.slot.chunk)
          })
        else { continue }
        let start = max(freeAt[dimension], queues[dimension][place].since)
        if start < next?.start ?? .infinity { next = (dimension, place, start) }
      }
      guard let next else { break }
      let slot = queues[next.dimension].remove(at: next.place).slot
      let end = next.start + collective.time(stages[slot.chunk][slot.stage])
      slots[next.dimension].append(slot)
      freeAt[next.dimension] = end
      makespan = max(makespan, end)
      if slot.stage + 1 < stages[slot.chunk].count {
        let following = Slot(chunk: slot.chunk, stage: slot.stage + 1)
        queues[stages[slot.chunk][following.stage].dimension].append((end, following))
      }
    }
  }
}

extension DimensionalCollective {
  /// The end of the last chunk, in seconds, by the recurrence of the pipeline.
  public var makespan: Double { ChunkPipeline(self).makespan }

  /// Every message of the pipeline, with the order of each dimension kept.
  ///
  /// Ranks are numbered with the first dimension fastest. A stage is a ring's g − 1 steps; a rank begins it
  /// when it is done with the chunk's stage before and with the dimension's stage before.
  ///
  /// - Complexity: O(messages): n · Σ over stages (g − 1).
  public func graph() -> MessageGraph {
    let pipeline = ChunkPipeline(self)
    let n = rankCount
    var graph = MessageGraph(rankCount: n)
    var strides: [Int] = []
    for dimension in dimensions { strides.append((strides.last ?? 1) * dimension.rankCount) }
    strides = zip(strides, dimensions).map { $0 / $1.rankCount }
    let stages = orders.indices.map { self.stages(of: $0) }
    // By chunk and by dimension: the task that each rank waits for; −1 before the first.
    var endsOfChunk = [[Int]](repeating: Array(repeating: -1, count: n), count: orders.count)
    var endsOfDimension = [[Int]](repeating: Array(repeating: -1, count: n), count: dimensions.count)
    var done = [Int](repeating: 0, count: orders.count)
    var place = [Int](repeating: 0, count: dimensions.count)
    // A slot's turn comes when its chunk's stages before have been laid out.
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for dimension in dimensions.indices {
        while place[dimension] < pipeline.slots[dimension].count {
          let slot = pipeline.slots[dimension][place[dimension]]
          guard done[slot.chunk] == slot.stage else { break }
          let begin = (0..<n).map { rank in
            [endsOfChunk[slot.chunk][rank], endsOfDimension[dimension][rank]].filter { $0 >= 0 }
          }
          let ends = graph.appendRing(
            stages[slot.chunk][slot.stage], count: dimensions[dimension].rankCount,
            stride: strides[dimension], after: begin)
          endsOfChunk[slot.chunk] = ends
          endsOfDimension[dimension] = ends
          done[slot.chunk] += 1
          place[dimension] += 1
          isGrowing = true
        }
      }
    }
    return graph
  }
}

extension MessageGraph {
  /// Adds a ring's steps among the ranks of one dimension.
  ///
  /// - Returns: for each rank the task at which it is done.
  fileprivate mutating func appendRing(
    _ stage: DimensionalCollective.Stage, count: Int, stride: Int, after begin: [[Int]]
  ) -> [Int] {
    let bytes = stage.bytes / Double(count)
    var entries = begin
    for _ in 1..<count {
      var next = [[Int]](repeating: [], count: rankCount)
      for from in 0..<rankCount {
        let isLast = from / stride % count == count - 1
        let to = isLast ? from - (count - 1) * stride : from + stride
        let send = append(.send(from: from, to: to, bytes: bytes), after: entries[from] + entries[to])
        next[from].append(send)
        next[to].append(stage.reduces ? append(.reduce(at: to, bytes: bytes), after: [send]) : send)
      }
      entries = next
    }
    return entries.map { append(.join, after: $0) }
  }
}
