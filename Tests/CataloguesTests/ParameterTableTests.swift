import Catalogues
import Testing
import TestSupport

/// `docs/reference/model-parameters.md` is written from the catalogue.
///
/// After a change: `make golden`.
@Suite("Parameter table") struct ParameterTableTests {
  @Test func `is current`() {
    let path = packageRoot(#filePath) + "/docs/reference/model-parameters.md"
    #expect(fileHolds(parameterTable(), path))
  }

  private func parameterTable() -> String {
    let models = Catalogue.bundled.models
    func count(_ agreement: ModelEntry.Agreement) -> Int { models.count { $0.agreement == agreement } }
    var text = """
      # Model parameters

      Parameters of every model of the catalogue, counted from its dimensions by the program, beside the
      published count. \(models.count) models: \(count(.exact)) equal a published count exactly, \
      \(count(.rounded)) agree with a rounded figure, \(count(.differs)) differ from a published figure, and \
      for \(count(.unpublished)) nobody published a count. This page is kept by a test.

      | Model | Counted | Active per token | Published | Agreement | Note |
      |---|---:|---:|---:|---|---|

      """
    for entry in models {
      let architecture = entry.architecture
      let active = architecture.activeParameterCount
      let published = entry.publishedParameters
      var agreement = entry.agreement.rawValue
      if entry.agreement == .rounded || entry.agreement == .differs, let published {
        let share = Double(architecture.parameterCount - published) / Double(published)
        agreement += " (\(share < 0 ? "−" : "+")\(hundredths(share.magnitude)) %)"
      }
      text +=
        "| \(entry.name) | \(grouped(architecture.parameterCount)) "
        + "| \(active == architecture.parameterCount ? "" : grouped(active)) "
        + "| \(published.map(grouped) ?? "") | \(agreement) | \(entry.note ?? "") |\n"
    }
    return text
  }

  /// A share in hundredths of a percent.
  private func hundredths(_ share: Double) -> String {
    let value = Int((share * 1e4).rounded())
    let rest = value % 100
    return "\(value / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  private func grouped(_ number: Int64) -> String {
    var digits = Array(String(number))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return String(digits)
  }
}
