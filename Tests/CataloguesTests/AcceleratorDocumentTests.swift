import Catalogues
import Documents
import Testing

@Suite("An accelerator written as a file") struct AcceleratorDocumentTests {
  @Test(arguments: Catalogue.bundled.accelerators)
  func `is the same when it is read again`(entry: AcceleratorEntry) throws {
    let file = (path: "accelerators/x.yaml", text: entry.document.yaml())
    let again = try Catalogue(adding: [file]).accelerator(named: entry.name)
    #expect(again == entry)
  }

  @Test func `stands in place of the bundled one under all its names`() throws {
    var entry = try Catalogue.bundled.accelerator(named: "A100-SXM-80GB")
    entry.accelerator.calibration.memoryEfficiency = 0.5
    let catalogue = Catalogue.bundled.replacing(accelerators: [entry])
    for name in [entry.name] + entry.aliases {
      #expect(try catalogue.accelerator(named: name) == entry)
    }
    #expect(catalogue.accelerators.count == Catalogue.bundled.accelerators.count)
  }
}
