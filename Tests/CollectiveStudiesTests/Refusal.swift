import Diagnostics

/// What is said against an input; nil where it is taken.
func refusal<Answer>(_ work: () throws -> Answer) -> String? {
  do {
    _ = try work()
    return nil
  } catch { return "\(error)" }
}
