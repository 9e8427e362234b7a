import Catalogues
import Documents
import ModelGraphs
import TestSupport
import Testing

@Suite("A model with a generator") struct GeneratorTests {
  private func parts() throws -> (together: Model, generator: Model, discriminator: Model) {
    func model(_ name: String) throws -> Model {
      try Catalogue.bundled.model(named: name).model(sequenceLength: 128)
    }
    return try (
      model("electra-base"), model("electra-base-generator"), model("electra-base-discriminator")
    )
  }

  @Test func `is both, on one token table`() throws {
    let (together, generator, discriminator) = try parts()
    let table: Int64 = 30_522 * 768
    #expect(
      together.parameterCount == generator.parameterCount + discriminator.parameterCount - table)
    #expect(together.layers.count == generator.layers.count + discriminator.layers.count)
    #expect(together.layers[0].name == "generator.embedding")
    #expect(together.tokensPerSample == 128)
  }

  @Test func `does the work of both`() throws {
    let (together, generator, discriminator) = try parts()
    func work(_ model: Model) -> Double {
      model.layers.flatMap(\.operators).reduce(0) { $0 + $1.modelFLOPs(.forward) }
    }
    #expect(agree(work(together), work(generator) + work(discriminator)))
  }

  @Test func `a head of classes for every token reads every token`() throws {
    let discriminator = try parts().discriminator
    let pooler = try #require(
      discriminator.layers.flatMap(\.operators).first { $0.name == "pooler" })
    #expect(pooler.shape == .linear(rows: 128, inputs: 768, outputs: 768))
  }

  @Test func `a generator has no generator`() throws {
    let inner = "{layers: 1, hidden: 64, heads: 1, vocabulary: 100"
    let text = "\(inner), generator: \(inner), generator: \(inner)}}}"
    let node = try parseDocument(text, file: "m.yaml")
    var complaint = ""
    do { _ = try TransformerArchitecture(reading: node) } catch { complaint = "\(error)" }
    #expect(complaint == "m.yaml:1:1: a generator has no generator of its own")
  }
}
