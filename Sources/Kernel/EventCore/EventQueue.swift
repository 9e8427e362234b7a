/// Pending events in the order of time, ties in the order they were pushed.
///
/// A key is a time in whole ticks; what a tick is, the queue does not know. Payloads are plain values, so
/// moving one costs no reference counting.
public protocol EventQueue<Payload>: ~Copyable {
  associatedtype Payload: BitwiseCopyable

  init()

  /// Number of pending events.
  var count: Int { get }

  /// Key of the event that `pop` would return. Asking changes nothing, so earlier pushes stay legal.
  var nextKey: Int64? { get }

  /// Adds an event.
  ///
  /// - Precondition: `key` is not below the key popped last, nor below zero.
  mutating func push(_ payload: Payload, at key: Int64)

  /// Removes and returns the earliest event; among ties, the one pushed first.
  mutating func pop() -> (key: Int64, payload: Payload)?

  /// Makes room so that up to `capacity` pending events need no further allocation.
  mutating func reserveCapacity(_ capacity: Int)

  /// Forgets all events and the last popped key; keeps the storage.
  mutating func removeAll()
}

extension EventQueue where Self: ~Copyable {
  @inlinable public var isEmpty: Bool { count == 0 }

  /// Removes and returns the earliest event unless it lies after `limit`.
  @inlinable public mutating func pop(through limit: Int64) -> (key: Int64, payload: Payload)? {
    guard let nextKey, nextKey <= limit else { return nil }
    return pop()
  }
}
