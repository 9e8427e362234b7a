import Catalogues
import ModelGraphs
import Testing

@Suite("Parameter counts") struct ParameterCountTests {
  @Test(arguments: Catalogue.bundled.models.map(\.name))
  func `equal the count of an instance of the model`(name: String) throws {
    let entry = try Catalogue.bundled.model(named: name)
    if let counted = entry.countedParameters {
      #expect(entry.architecture.parameterCount == counted)
    }
    if let counted = entry.countedActiveParameters {
      #expect(entry.architecture.activeParameterCount == counted)
    }
    if entry.agreement == .exact {
      #expect(entry.architecture.parameterCount == entry.publishedParameters)
    }
  }
}
