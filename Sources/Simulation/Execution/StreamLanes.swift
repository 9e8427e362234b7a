import StepGraphs

/// The operators of each stream of each class, in order.
struct StreamLanes {
  /// By class, the streams that have operators, a bit each.
  let used: [UInt16]
  private let starts: [Int32]
  private let operators: [Int32]

  init(_ graph: StepGraph) {
    let streamCount = StepGraph.Stream.allCases.count
    var used: [UInt16] = []
    var starts: [Int32] = []
    var operators: [Int32] = []
    operators.reserveCapacity(graph.operatorCount)
    for item in graph.classes {
      var counts = [Int](repeating: 0, count: streamCount)
      for index in item.operators { counts[Int(graph.operators[index].stream.rawValue)] += 1 }
      var next: [Int] = []
      var mask: UInt16 = 0
      for stream in 0..<streamCount {
        starts.append(Int32(operators.count + next.reduce(0, +)))
        next.append(counts[stream])
        if counts[stream] > 0 { mask |= 1 << UInt16(stream) }
      }
      used.append(mask)
      let base = operators.count
      var place = [Int](repeating: base, count: streamCount)
      for stream in 1..<streamCount { place[stream] = place[stream - 1] + counts[stream - 1] }
      operators.append(contentsOf: repeatElement(0, count: item.operators.count))
      for index in item.operators {
        let stream = Int(graph.operators[index].stream.rawValue)
        operators[place[stream]] = Int32(index)
        place[stream] += 1
      }
    }
    starts.append(Int32(operators.count))
    self.used = used
    self.starts = starts
    self.operators = operators
  }

  /// The operator at a position of a stream; -1 beyond its end.
  func operatorIndex(class classIndex: Int, stream: Int, position: Int) -> Int {
    let lane = classIndex * StepGraph.Stream.allCases.count + stream
    let place = Int(starts[lane]) + position
    return place < Int(starts[lane + 1]) ? Int(operators[place]) : -1
  }
}
