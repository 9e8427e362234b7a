import Diagnostics
import Fabrics
import Quantities
import Testing
import TrafficFiles

/// One PCI function as NCCL writes it.
private func pci(
  _ bus: String, _ kind: String, _ inner: String = "", speed: String = "16.0 GT/s PCIe", width: Int = 16,
  _ more: String = ""
) -> String {
  "<pci busid=\"0000:\(bus):00.0\" class=\"\(kind)\" link_speed=\"\(speed)\" link_width=\"\(width)\"\(more)>\n"
    + inner + "</pci>\n"
}

private func gpu(_ dev: Int, sm: Int, _ inner: String = "") -> String {
  "<gpu dev=\"\(dev)\" sm=\"\(sm)\" rank=\"\(dev)\">\(inner)</gpu>\n"
}

private func net(_ dev: Int, speed: Int = 200_000) -> String {
  "<nic><net name=\"mlx5_\(dev)\" dev=\"\(dev)\" speed=\"\(speed)\" latency=\"1.5\" port=\"1\"/></nic>\n"
}

private func cpu(_ number: Int, _ inner: String, _ kind: String = "vendor=\"AuthenticAMD\" familyid=\"25\"")
  -> String
{ "<cpu numaid=\"\(number)\" arch=\"x86_64\" \(kind) modelid=\"1\">\n\(inner)</cpu>\n" }

private func system(_ inner: String) -> String { "<system version=\"1\">\n\(inner)</system>\n" }

private let bridge = "0x060400"
private let nvlinks = "<nvlink target=\"0000:c4:00.0\" count=\"6\" tclass=\"0x068000\"/>"

/// Two processors with a switch each; below it two GPUs and a card, and a card on the processor itself.
private let dgx = system(
  (0..<2).map { half in
    let digit = half * 4
    return cpu(
      half,
      pci(
        "\(digit)1", bridge,
        pci("\(digit)2", "0x030200", gpu(2 * half, sm: 80, nvlinks + nvlinks))
          + pci("\(digit)3", "0x030200", gpu(2 * half + 1, sm: 80, nvlinks + nvlinks))
          + pci("\(digit)4", "0x020700", net(2 * half)))
        + pci("\(digit)8", "0x020000", net(2 * half + 1, speed: -1), speed: "8 GT/s", width: 8))
  }.joined())

@Suite("NCCL topologies") struct NCCLTopologyTests {
  func network(_ text: String) throws -> NetworkGraph { try readNetwork(text, file: "topo.xml") }

  @Test func `puts a node down as NCCL counts it`() throws {
    let graph = try network(dgx)
    #expect(graph.shape.name == "NCCL topology")
    #expect(graph.vertexNames.prefix(4) == ["GPU 0", "GPU 1", "GPU 2", "GPU 3"])
    // 2 processors, 2 switches, 4 functions of GPUs, 4 cards with a port each, the NVSwitch.
    #expect(graph.switchCount == 2 + 2 + 4 + 4 + 4 + 1)
    // Both ways: 2 switches, 4 functions, 4 GPUs, 4 cards, 4 ports, 4 GPUs at the NVSwitch; between processors.
    #expect(graph.links.count == 2 * (2 + 4 + 4 + 4 + 4 + 4) + 2)
    // Twelve links of 20 GB/s in two entries; 16 lanes of 12 Gb/s usable.
    for gpu in 0..<4 {
      #expect(graph.rates("GPU \(gpu)", "NVSwitch") == [240])
      #expect(graph.rates("NVSwitch", "GPU \(gpu)") == [240])
    }
    #expect(graph.rates("PCI 0000:02:00.0", "PCI 0000:01:00.0") == [24])
    #expect(graph.rates("PCI 0000:41:00.0", "CPU 1") == [24])
    // 200 Gb/s, and the 10 Gb/s of a card that does not say; 8 lanes of 6 Gb/s usable.
    #expect(graph.rates("NIC 0000:04:00.0", "net 0 mlx5_0") == [25])
    #expect(graph.rates("NIC 0000:08:00.0", "net 1 mlx5_1") == [1.25])
    #expect(graph.rates("CPU 0", "NIC 0000:08:00.0") == [6])
    // Zen 3.
    #expect(graph.rates("CPU 0", "CPU 1") == [24])
    #expect(graph.links.map(\.latency).max() == .microseconds(1.5))
    #expect(try graph.route("GPU 0", "GPU 1") == ["GPU 0", "NVSwitch", "GPU 1"])
    // 2 × 240 GB/s by NVLink, 24 from processor to processor.
    #expect(graph.bisectionBandwidth().bandwidth == .gigabytesPerSecond(504))
    #expect(graph.nodeCount == 1)
    // Two GPUs send 240 GB/s by NVLink and 24 by PCIe each.
    #expect(graph.oversubscription() == 528.0 / 504)
    #expect(graph.links.count { $0.kind == .nicOut } == 4)
  }

  @Test func `finds the nearest interface of every GPU`() throws {
    let graph = try network(dgx)
    let port = { (name: String) in VertexID(graph.vertexNames.firstIndex(of: name) ?? -1) }
    #expect(
      graph.nearestInterfaces()
        == (0..<4).map { gpu in
          InterfaceAffinity(
            host: VertexID(gpu), interfaces: [port("net \(gpu / 2 * 2) mlx5_\(gpu / 2 * 2)")], distance: .pix,
            bandwidth: .gigabytesPerSecond(24))
        })
  }

  @Test func `lists the nearest interfaces behind the figures of a network`() throws {
    let document = try NetworkSummary(network(dgx)).document.json()
    #expect(
      document.contains(
        """
          "nearest_interfaces": [
            {
              "host": "GPU 0",
              "interfaces": [
                "net 0 mlx5_0"
              ],
              "distance": "PIX",
              "bytes_per_second": 24000000000.0
            },
        """))
    let tree = try readNetwork("{kind: fat_tree, k: 4, link: 10 GB/s}", file: "f.yaml")
    #expect(try !NetworkSummary(tree).document.json().contains("nearest_interfaces"))
  }

  @Test func `tells interfaces below one switch, several, a processor and another apart`() throws {
    func distance(_ card: String, other: String = "") throws -> InterfaceDistance? {
      let gpu = pci("05", "0x030200", gpu(0, sm: 80))
      return try network(
        system(cpu(0, card.replacingOccurrence(of: "GPU", with: gpu)) + (other.isEmpty ? "" : cpu(1, other)))
      ).nearestInterfaces().first?.distance
    }
    let card = pci("06", "0x020700", net(0))
    #expect(try distance(pci("01", bridge, "GPU" + card)) == .pix)
    #expect(try distance(pci("01", bridge, pci("02", bridge, "GPU") + card)) == .pxb)
    #expect(try distance(pci("01", bridge, "GPU") + card) == .phb)
    #expect(try distance(pci("01", bridge, "GPU"), other: card) == .sys)
    // Several switches without the processor are nearer than the processor, however short that way.
    let far = pci("07", "0x020700", net(1))
    #expect(
      try distance(pci("01", bridge, pci("02", bridge, pci("03", bridge, "GPU")) + far) + card) == .pxb)
  }

  @Test func `counts both levels of a Broadcom switch as one`() throws {
    func level(_ device: String, _ subsystem: String) -> String {
      " vendor=\"0x1000\" device=\"\(device)\" subsystem_vendor=\"0x1000\" subsystem_device=\"\(subsystem)\""
    }
    for (upper, lower) in [
      (level("0xc010", "0xa096"), level("0xc010", "0xa096")),
      (level("0xc030", "0x0001"), level("0xc030", "0x1001")),
    ] {
      let text = system(
        cpu(
          0,
          pci(
            "01", bridge,
            pci("02", bridge, pci("05", "0x030200", gpu(0, sm: 80)), lower)
              + pci("03", bridge, pci("06", "0x020700", net(0)), lower), upper)))
      let graph = try network(text)
      #expect(graph.rates("PCI 0000:05:00.0", "PCI 0000:01:00.0") == [24])
      #expect(!graph.vertexNames.contains("PCI 0000:02:00.0"))
      #expect(graph.nearestInterfaces().map(\.distance) == [.pix])
    }
  }

  @Test func `leaves the third level of a DGX A100 alone`() throws {
    let level = { (vendor: String, device: String) in
      " vendor=\"0x1000\" device=\"0xc010\" subsystem_vendor=\"\(vendor)\" subsystem_device=\"\(device)\""
    }
    let broadcom = level("0x1000", "0xa096")
    let gpuBoard = pci("05", bridge, pci("07", "0x030200", gpu(0, sm: 80)), level("0x10de", "0x13b8"))
    let graph = try network(
      system(
        cpu(
          0,
          pci(
            "01", bridge,
            pci("03", bridge, gpuBoard, broadcom)
              + pci("0a", bridge, pci("0c", "0x020700", net(0)), broadcom), broadcom))))
    #expect(
      graph.vertexNames.filter { $0.hasPrefix("PCI") } == [
        "PCI 0000:01:00.0", "PCI 0000:05:00.0", "PCI 0000:07:00.0",
      ])
    // As nvidia-smi topo -m has it on that machine.
    #expect(graph.nearestInterfaces().map(\.distance) == [.pxb])
  }

  @Test func `joins GPUs by the NVLinks written at each and lets them forward`() throws {
    let peer = { (bus: String, count: Int) in
      "<nvlink target=\"0000:\(bus):00.0\" count=\"\(count)\" tclass=\"0x030200\"/>"
    }
    // A chain of three: 0 - 1 - 2, two links of 18 GB/s and one of 20; a fourth GPU that is not there.
    let text = system(
      cpu(
        0,
        pci("01", "0x030200", gpu(0, sm: 60, peer("02", 2) + peer("09", 4)))
          + pci("02", "0x030200", gpu(1, sm: 70, peer("01", 2) + peer("03", 1)))
          + pci("03", "0x030200", gpu(2, sm: 70, peer("02", 1)))))
    let graph = try network(text)
    #expect(graph.rates("GPU 0", "GPU 1") == [36])
    #expect(graph.rates("GPU 1", "GPU 0") == [40])
    #expect(graph.rates("GPU 1", "GPU 2") == [20])
    #expect(try graph.route("GPU 0", "GPU 2") == ["GPU 0", "GPU 1", "GPU 2"])
    #expect(graph.nearestInterfaces().isEmpty)
  }

  @Test func `joins a GPU to its processor chip to chip, and by NVLink on POWER`() throws {
    let grace = try network(
      "<system version=\"1\"><cpu numaid=\"0\" arch=\"arm64\">"
        + pci("01", "0x030200", gpu(0, sm: 90, "<c2c bw=\"45000\" count=\"10\"/>"))
        + "</cpu><cpu numaid=\"1\" arch=\"arm64\">" + pci("02", "0x030200", gpu(1, sm: 90))
        + "</cpu></system>")
    #expect(grace.rates("GPU 0", "CPU 0") == [450])
    #expect(grace.rates("CPU 0", "CPU 1") == [6])
    let power = try network(
      "<system version=\"1\"><cpu numaid=\"0\" arch=\"ppc64\">"
        + pci("01", "0x030200", gpu(0, sm: 70, "<nvlink target=\"\" count=\"3\" tclass=\"0x068001\"/>"))
        + "</cpu></system>")
    #expect(power.rates("GPU 0", "CPU 0") == [60])
  }

  @Test func `reads a file that names the devices alone`() throws {
    let text = system(
      cpu(
        0,
        pci("01", bridge, pci("02", "0x030200", speed: "32 GT/s") + pci("03", "0x020700", speed: "32 GT/s"))))
    let graph = try network(text)
    #expect(graph.vertexNames.first == "GPU 0")
    #expect(graph.rates("GPU 0", "PCI 0000:02:00.0") == [48])
    #expect(graph.nearestInterfaces().map(\.interfaces.count) == [1])
  }

  @Test func `takes the rates of every generation and processor`() throws {
    for (speed, rate) in [
      ("2.5 GT/s PCIe", 3.0), ("5.0 GT/s PCIe", 6), ("8.0 GT/s PCIe", 12), ("16 GT/s", 24),
      ("32.0 GT/s PCIe", 48),
      ("64.0 GT/s PCIe", 96), ("", 12), ("Unknown speed", 12),
    ] {
      for width in [0, 16] {
        let graph = try network(
          system(cpu(0, pci("01", "0x030200", gpu(0, sm: 80), speed: speed, width: width))))
        #expect(graph.rates("PCI 0000:01:00.0", "CPU 0") == [rate], "\(speed)")
      }
    }
    for (kind, rate) in [
      ("vendor=\"AuthenticAMD\" familyid=\"23\"", 16.0), ("vendor=\"AuthenticAMD\" familyid=\"26\"", 32),
      ("vendor=\"GenuineIntel\" familyid=\"6\"", 6), ("vendor=\"CentaurHauls\"", 6),
      ("vendor=\"Hygon\"", 5000),
    ] {
      let card = pci("01", "0x030200", gpu(0, sm: 80))
      #expect(try network(system(cpu(0, card, kind) + cpu(1, "", kind))).rates("CPU 0", "CPU 1") == [rate])
    }
    for (sm, rate) in [
      (60, 18.0), (70, 20), (80, 20), (86, 12), (89, 20), (90, 20.6), (100, 40.1), (120, 40.1),
    ] {
      let link = "<nvlink target=\"x\" count=\"1\" tclass=\"0x068000\"/>"
      #expect(
        try network(system(cpu(0, pci("01", "0x030200", gpu(0, sm: sm, link))))).rates("GPU 0", "NVSwitch")
          == [rate])
    }
  }

  @Test func `says what is wrong, word for word`() {
    #expect(
      complaint("<graphs version=\"1\"/>", "g.xml") == """
        g.xml:1:1: a graph of NCCL says which channels run, not how the node is wired
          mend: give the topology, written with NCCL_TOPO_DUMP_FILE
        """)
    #expect(
      complaint("<topology/>", "g.xml")
        == "g.xml:1:1: expected <system>, the topology of NCCL, found <topology>")
    #expect(
      complaint(
        """
        <system version="2">
          <cpu numaid="0" arch="riscv"/>
          <cpu numaid="1" arch="x86_64" vendor="AuthenticAMD" familyid="x">
            <pci busid="0000:01:00.0" class="0x060400" link_speed="9 GT/s" link_width="16"/>
            <pci busid="0000:02:00.0" class="0x060400" link_speed="8 GT/s" link_widht="16"/>
            <pci busid="bus" class="0x060400" link_speed="8 GT/s" link_width="16"/>
            <pcie/>
          </cpu>
        </system>
        """, "g.xml") == """
          g.xml:1:18: version '2' is not read
          g.xml:2:25: no architecture is named 'riscv'
            mend: use x86_64, arm64 or ppc64
          g.xml:3:65: expected a whole number, found 'x'
          g.xml:4:60: no PCIe speed is named '9 GT/s'
            mend: write it like 16.0 GT/s PCIe; speeds are 2.5, 5, 8, 16, 32 and 64 GT/s
          g.xml:5:80: unknown key 'link_widht'
            mend: did you mean 'link_width'?
          g.xml:5:5: <pci> lacks its attribute 'link_width'
          g.xml:6:17: 'bus' is not a PCI address
          g.xml:7:5: <pcie> is not read inside <cpu>
            mend: did you mean <pci>?
          g.xml:1:1: the topology has no GPU
          """)
    #expect(
      complaint(
        system(
          cpu(0, pci("01", "0x030200", gpu(0, sm: 80)) + pci("02", "0x030200", gpu(0, sm: 80)))), "g.xml"
      )
      .hasPrefix("g.xml:7:1: two GPUs have dev 0"))
    #expect(
      complaint(
        "<system version=\"1\"><cpu numaid=\"0\" arch=\"arm64\" host_hash=\"0x1\">"
          + pci("01", "0x030200", gpu(0, sm: 80))
          + "</cpu>\n<cpu numaid=\"1\" arch=\"arm64\" host_hash=\"0x2\"/></system>",
        "g.xml") == """
          g.xml:5:41: processors of several hosts are not read
            mend: give the topology of one node
          """)
  }

  @Test(arguments: 0..<40)
  func `damaged topologies are read or refused`(seed: Int) {
    expectRefusedOrRead(dgx, "topo.xml", seed: seed)
  }
}

extension String {
  fileprivate func replacingOccurrence(of part: String, with text: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: text)
  }
}
