import Dispatch
import Synchronization

/// Applies a function to every item on some threads and answers in input order.
///
/// Workers draw the next item from a shared counter, so uneven items balance. The order of
/// completion cannot be seen in the answer.
///
/// - Parameters:
///   - threads: workers, at least 1.
///   - progress: told the number of finished items, from any thread.
public func parallelMap<Item: Sendable, Answer: Sendable>(
  _ items: [Item], threads: Int, progress: (@Sendable (Int) -> Void)? = nil,
  _ transform: @Sendable (Item) -> Answer
) -> [Answer] {
  if threads <= 1 || items.count <= 1 {
    return items.enumerated().map { index, item in
      defer { progress?(index + 1) }
      return transform(item)
    }
  }
  let next = Atomic<Int>(0)
  let finished = Atomic<Int>(0)
  let answers = Mutex([Answer?](repeating: nil, count: items.count))
  DispatchQueue.concurrentPerform(iterations: min(threads, items.count)) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      if index >= items.count { return }
      let answer = transform(items[index])
      answers.withLock { $0[index] = answer }
      progress?(finished.add(1, ordering: .relaxed).newValue)
    }
  }
  return answers.withLock { $0.map { $0! } }
}
