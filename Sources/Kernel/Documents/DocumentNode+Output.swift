extension DocumentNode {
  /// The value without its places, as a writer takes it.
  public var outputValue: OutputValue {
    switch content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    case .string(let value): .string(value)
    case .sequence(let items): .list(items.map(\.outputValue))
    case .mapping(let entries): .object(entries.map { .init($0.key, $0.value.outputValue) })
    }
  }
}
