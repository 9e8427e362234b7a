import Fabrics

/// A part and the vertices that stand for others of its tops: as it is drawn.
struct FittedPart {
  /// Places of a row, and lines of a picture, that can be told apart at the width of a page.
  static let breadthLimit = 72
  static let lineLimit = 280

  var part: NetworkPart
  /// Of every vertex that stands for its twins, their number with itself.
  var stacks: [Int: Int] = [:]
  /// Vertices that neither are drawn nor have one alike that is.
  var omittedCount = 0

  /// The least folded form of a network that can be read.
  ///
  /// Folding at one level is tried from the hosts upwards, then at several from the top downwards; then twins,
  /// which have the same neighbours among what is drawn, are stacked; what is still too much is cut off.
  init(_ root: NetworkPart, _ wiring: Wiring, _ colours: [Int]) {
    var choices: [Set<Int>] = [[]]
    if root.depth > 0 { choices += (1...root.depth).map { [$0] } }
    if root.depth > 1 { choices += (2...root.depth).map { Set(root.depth - $0 + 1...root.depth) } }
    for choice in choices {
      let fitted = FittedPart(part: root.folded(at: choice))
      if fitted.fits(wiring) {
        self = fitted
        return
      }
    }
    for choice in choices {
      let fitted = FittedPart(part: root.folded(at: choice)).stacked(wiring, colours)
      if fitted.fits(wiring) {
        self = fitted
        return
      }
    }
    let folded = FittedPart(part: root.folded(at: choices[choices.count - 1])).stacked(wiring, colours)
    var limit = Self.breadthLimit
    var cut = folded
    repeat {
      cut.part = folded.part.pruned(to: limit)
      limit /= 2
    } while limit > 4 && !cut.fits(wiring)
    cut.omittedCount = folded.part.drawn.count - cut.part.drawn.count
    self = cut
  }

  private init(part: NetworkPart) { self.part = part }

  private func fits(_ wiring: Wiring) -> Bool {
    if part.breadth > Self.breadthLimit { return false }
    let drawn = Set(part.drawn)
    let ends = drawn.reduce(0) { sum, vertex in
      sum + wiring.neighbours[vertex].reduce(0) { $0 + (drawn.contains(Int($1)) ? 1 : 0) }
    }
    return ends / 2 <= Self.lineLimit
  }

  /// Tops of one colour with the same drawn neighbours drawn once.
  private func stacked(_ wiring: Wiring, _ colours: [Int]) -> FittedPart {
    let drawn = Set(part.drawn)
    var fitted = self
    fitted.part = part.stacking { tops in
      var kept: [Int] = []
      var places: [[Int]: Int] = [:]
      for top in tops {
        let around = wiring.neighbours[top].map { Int($0) }.filter { drawn.contains($0) }
        if let place = places[[colours[top]] + around] {
          fitted.stacks[kept[place], default: 1] += 1
        } else {
          places[[colours[top]] + around] = kept.count
          kept.append(top)
        }
      }
      return kept
    }
    return fitted
  }
}

extension NetworkPart {
  /// The part with fewer tops everywhere.
  fileprivate func stacking(_ choose: ([Int]) -> [Int]) -> NetworkPart {
    NetworkPart(self, tops: choose(tops), children.map { ($0.part.stacking(choose), $0.count) })
  }

  /// The first vertices only, at most so many side by side.
  fileprivate func pruned(to limit: Int) -> NetworkPart {
    var kept: [(part: NetworkPart, count: Int)] = []
    var room = limit
    for child in children where room > 0 {
      let part = child.part.pruned(to: room)
      room -= part.breadth
      kept.append((part, child.count))
    }
    return NetworkPart(self, tops: Array(tops.prefix(limit)), kept)
  }
}
