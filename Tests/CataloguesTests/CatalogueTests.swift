import CatalogueFiles
import Catalogues
import Diagnostics
import Hardware
import ModelGraphs
import Quantities
import Testing

@Suite("Catalogue") struct CatalogueTests {
  @Test(arguments: [
    ("V100", "V100-SXM2-32GB"), ("A100", "A100-SXM-80GB"), ("H100", "H100-SXM-80GB"), ("a6000", "RTX-A6000"),
    ("NVIDIA A100-SXM4-80GB (400W)", "A100-SXM-80GB"), ("NVIDIA A100 SXM 40GB (DGX A100)", "A100-SXM-40GB"),
    ("NVIDIA V100 SXM3 32GB (DGX-2H)", "V100-SXM3-32GB"), ("NVIDIA V100 SXM2 (DGX-1)", "V100-SXM2-16GB"),
    ("NVIDIA H100 SXM 80GB (Grand Teton)", "H100-SXM-80GB"), ("NVIDIA H100-PCIe-80GB", "H100-PCIe-80GB"),
    ("NVIDIA H200-SXM5-141GB", "H200-SXM-141GB"), ("NVIDIA GB200 NVL72", "GB200-186GB"),
    ("NVIDIA Blackwell GPU (B200-SXM-180GB)", "B200-SXM-180GB"), ("4090 24GB", "RTX-4090"),
    ("NVIDIA GH200 480GB (96GB HBM3)", "GH200-96GB"), ("AMD MI300X-NPS1-SPX-192GB-750W", "MI300X"),
    ("NVIDIA T4 16GB (AWS g4dn.12xlarge x16)", "T4"), ("Habana Gaudi2", "Gaudi-2"), ("TPU-v4", "TPU-v4"),
    ("h100_sxm_80gb", "H100-SXM-80GB"), ("EPYC_9654", "EPYC-9654"),
    ("XEON_PLATINUM_8480PLUS", "Xeon-Platinum-8480+"),
    ("CPU", "Generic-CPU"), ("3080 Ti 12GB", "RTX-3080-Ti"), ("NVIDIA L40S 48GB", "L40S"),
  ])
  func `spellings of measurements name accelerators`(spelling: String, name: String) throws {
    #expect(try Catalogue.bundled.accelerator(named: spelling).name == name)
  }

  @Test(arguments: [
    ("gpt2-small", "gpt2"), ("gpt2-medium", "gpt2-medium"), ("bert-large", "bert-large"),
    ("resnet50", "resnet-50"), ("resnet50-v1.5", "resnet-50"), ("Llama 2 7B", "llama-2-7b"),
    ("LLAMA3-70B", "llama-3-70b"), ("llama3.1-405b", "llama-3.1-405b"), ("GPT-174.6B", "megatron-gpt3-175b"),
    ("GPT-1008.0B", "megatron-gpt-1008b"), ("mistral-7b", "mistral-7b-v0.1"), ("grok1-314b", "grok-1"),
    ("gptj-6b", "gpt-j-6b"), ("meta-llama/Llama-3.1-8B", "llama-3.1-8b"), ("phi-1.5 1.3B", "phi-1.5"),
    ("opt-1.3b", "opt-1.3b"), ("OPT-13B", "opt-13b"), ("Nemotron-340B", "nemotron-4-340b"),
    ("INTELLECT-1 10B (Llama-3 architecture)", "intellect-1"), ("WAN moderate", "cnn-cifar10"),
  ])
  func `spellings of measurements name models`(spelling: String, name: String) throws {
    #expect(try Catalogue.bundled.model(named: spelling).name == name)
  }

  @Test func `no two entries share a name`() throws {
    // Reading the bundled files as a user's reports every collision instead of trapping.
    let read = try Catalogue(adding: catalogueFiles())
    #expect(read.accelerators.count == Catalogue.bundled.accelerators.count)
    #expect(read.models == Catalogue.bundled.models)
    #expect(Catalogue.bundled.accelerators.count >= 106)
    #expect(Catalogue.bundled.models.count >= 162)
  }

  @Test func `every entry answers to all its names`() throws {
    for entry in Catalogue.bundled.accelerators {
      for name in [entry.name] + entry.aliases {
        #expect(try Catalogue.bundled.accelerator(named: name.uppercased()).name == entry.name)
      }
    }
    for entry in Catalogue.bundled.models {
      for name in [entry.name] + entry.aliases {
        #expect(try Catalogue.bundled.model(named: name.lowercased()).name == entry.name)
      }
    }
    for entry in Catalogue.bundled.nodes {
      #expect(try Catalogue.bundled.node(named: entry.name) == entry)
      #expect(try Catalogue.bundled.accelerator(named: entry.accelerator).name == entry.accelerator)
      guard let name = entry.networkLink else { continue }
      let link = try Catalogue.bundled.link(named: name).link
      #expect(link.name == name && link.bandwidth == entry.networkPortBandwidth, "\(entry.name)")
    }
    for entry in Catalogue.bundled.links {
      #expect(try Catalogue.bundled.link(named: entry.name) == entry)
    }
  }

  @Test func `accelerators hold what the vendors state`() throws {
    let a100 = try Catalogue.bundled.accelerator(named: "A100").accelerator
    #expect(a100.densePeak[.bf16] == .teraflops(312) && a100.sparsePeak[.bf16] == .teraflops(624))
    #expect(a100.memory == .gibibytes(80) && a100.memoryBandwidth == .gigabytesPerSecond(2039))
    #expect(a100.multiprocessorCount == 108 && a100.scaleUpBandwidth == .gigabytesPerSecond(300))
    let h100 = try Catalogue.bundled.accelerator(named: "H100").accelerator
    #expect(h100.densePeak[.bf16] == .teraflops(989.4) && h100.multiprocessorCount == 132)
    let counts = ["V100": 80, "H100-PCIe": 114, "H200": 132, "B200": 148, "A6000": 84, "T4": 40, "L4": 58]
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      #expect(try Catalogue.bundled.accelerator(named: name).accelerator.multiprocessorCount == count)
    }
    let hdr = try Catalogue.bundled.link(named: "HDR").link
    #expect(hdr.bandwidth == .gigabitsPerSecond(200) && hdr.latency == .microseconds(1.3))
    let efa = try Catalogue.bundled.link(named: "EFA").link
    #expect(efa.messageCost == MessageCost(overhead: .microseconds(19), eagerLimit: .kibibytes(8)))
    let dgx = try Catalogue.bundled.node(named: "DGX A100")
    #expect(dgx.acceleratorsPerNode == 8 && dgx.networkPorts == 8)
    #expect(dgx.networkPortBandwidth == .gigabitsPerSecond(200))
  }

  @Test func `sparse peaks exceed dense ones and efficiencies stay below one`() {
    for entry in Catalogue.bundled.accelerators {
      let device = entry.accelerator
      #expect(!device.densePeak.isEmpty && device.memory > .zero, "\(entry.name)")
      for (type, rate) in device.sparsePeak {
        #expect(device.densePeak[type].map { $0 < rate } == true, "\(entry.name) \(type)")
      }
      #expect(device.calibration.memoryEfficiency <= 1 && !entry.source.isEmpty)
    }
  }

  @Test func `an unknown name is refused with the nearest one`() {
    let place = SourceLocation(file: "s.yaml", line: 3, column: 9, keyPath: "model")
    let model = #expect(throws: Diagnostics.self) {
      try Catalogue.bundled.model(named: "lama-3.1-70b", at: place)
    }
    #expect(
      model?.description
        == "s.yaml:3:9: model: no model is named 'lama-3.1-70b'\n  mend: did you mean 'llama-3.1-70b'?")
    let device = #expect(throws: Diagnostics.self) { try Catalogue.bundled.accelerator(named: "abacus") }
    #expect(
      device?.description
        == "catalogue: no accelerator is named 'abacus'\n  mend: 'rehearse list accelerators' shows all names"
    )
  }
}
