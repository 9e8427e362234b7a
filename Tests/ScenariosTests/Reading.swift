import Diagnostics
import Documents
import Scenarios
import TestSupport

func read(_ text: String, _ overrides: String...) throws -> Scenario {
  try readScenario(text: text, file: "s.yaml", overrides: overrides)
}

/// What is wrong with a document, or nothing.
func complaints(_ text: String, _ overrides: String...) -> String {
  do {
    _ = try readScenario(text: text, file: "s.yaml", overrides: overrides)
    return ""
  } catch {
    return error.description
  }
}
