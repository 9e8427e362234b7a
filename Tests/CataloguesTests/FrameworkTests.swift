import Catalogues
import Diagnostics
import Testing

@Suite("Frameworks of the catalogue") struct FrameworkTests {
  @Test func `a build is found by what its publishers call it`() throws {
    #expect(try Catalogue.bundled.framework(named: "NGC PyTorch").name == "pytorch-ngc-2020")
    #expect(try Catalogue.bundled.framework(named: "NGC PyTorch").hasChannelsLast == false)
    #expect(try Catalogue.bundled.framework(named: "MXNet").mixedGradient == .fp16)
  }

  @Test func `what a file leaves out is as with one kernel for each operation`() throws {
    let catalogue = try Catalogue(adding: [("frameworks/mine.yaml", "name: mine\nsource: me\n")])
    let mine = try catalogue.framework(named: "Mine")
    #expect(mine.elementwiseTraffic == 1)
    #expect(mine.updateTraffic == 1)
    #expect(!mine.hasFusedAttention)
  }

  @Test func `a file says how the update runs and which gradients there are`() throws {
    let text =
      "name: mine\nsource: me\nupdate: flat\nfrozen_gradients: true\n"
      + "pipeline_slots: 2\nrepeated_weights: true\n"
    let mine = try Catalogue(adding: [("frameworks/mine.yaml", text)]).framework(named: "mine")
    #expect(mine.updateMethod == .flat)
    #expect(mine.hasFrozenGradients)
    #expect(mine.pipelineSlots == 2 && mine.repeatsWeights)
  }

  @Test func `a misspelt key is reported`() {
    #expect {
      try Catalogue(adding: [("frameworks/mine.yaml", "name: mine\nsource: me\nfused_atention: true\n")])
    } throws: { error in
      "\(error)" == """
        frameworks/mine.yaml:3:1: fused_atention: unknown key 'fused_atention'
          mend: did you mean 'fused_attention'?
        """
    }
  }
}
