import Catalogues
import Diagnostics
import Documents
import Hardware
import Testing

@Suite("An accelerator written as a file") struct AcceleratorDocumentTests {
  @Test(arguments: Catalogue.bundled.accelerators)
  func `is the same when it is read again`(entry: AcceleratorEntry) throws {
    let file = (path: "accelerators/x.yaml", text: entry.document.yaml())
    let again = try Catalogue(adding: [file]).accelerator(named: entry.name)
    #expect(again == entry)
  }

  @Test func `keeps constants of collectives of its own`() throws {
    var entry = try Catalogue.bundled.accelerator(named: "H100")
    entry.accelerator.calibration.nccl = NCCLCalibration(
      baseLatency: [5, 6, 7], hopLatency: [0.5, 0.25, 0.125], maximumLL: 20, shareLL128: 0.5,
      shareSimple: 0.75,
      copyRate: 700, nvlsLatency: 60, nvlsShare: 0.875)
    let file = (path: "accelerators/x.yaml", text: entry.document.yaml())
    #expect(try Catalogue(adding: [file]).accelerator(named: "H100") == entry)
    // A constant alone says nothing of the others.
    let text = file.text.replacing("    ll128_share: 0.5\n", with: "")
    do throws(Diagnostics) {
      _ = try Catalogue(adding: [(path: "accelerators/x.yaml", text: text)])
      Issue.record("it is accepted")
    } catch {
      #expect(
        "\(error)" == "accelerators/x.yaml:55:5: calibration.nccl: required key 'll128_share' is missing")
    }
  }

  @Test(arguments: Catalogue.bundled.links)
  func `so is a link`(entry: LinkEntry) throws {
    let file = (path: "links/x.yaml", text: entry.document.yaml())
    #expect(try Catalogue(adding: [file]).link(named: entry.name) == entry)
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
