import CollectiveFiles
import Collectives
import Diagnostics
import Fabrics
import Quantities
import TestSupport
import Testing

/// A ring all-reduce of n ranks as MSCCL has it: one thread block a rank, a chunk a rank.
func ringText(_ n: Int, channel: Int = 0) -> String {
  var lines = [
    "<algo name=\"ring\" proto=\"Simple\" nchannels=\"1\" nchunksperloop=\"\(n)\" ngpus=\"\(n)\" coll=\"allreduce\" "
      + "inplace=\"1\" outofplace=\"0\" minBytes=\"1024\" maxBytes=\"1073741824\">"
  ]
  for rank in 0..<n {
    lines.append("  <gpu id=\"\(rank)\" i_chunks=\"\(n)\" o_chunks=\"0\" s_chunks=\"0\">")
    lines.append(
      "    <tb id=\"0\" send=\"\((rank + 1) % n)\" recv=\"\((rank + n - 1) % n)\" chan=\"\(channel)\">")
    let types =
      ["s"] + Array(repeating: "rrs", count: n - 2) + ["rrcs"] + Array(repeating: "rcs", count: n - 2) + ["r"]
    for (step, type) in types.enumerated() {
      let chunk = (rank - step + 2 * n) % n
      lines.append(
        "      <step s=\"\(step)\" type=\"\(type)\" srcbuf=\"i\" srcoff=\"\(chunk)\" dstbuf=\"i\" dstoff=\"\(chunk)\" "
          + "cnt=\"1\" depid=\"-1\" deps=\"-1\" hasdep=\"0\"/>")
    }
    lines += ["    </tb>", "  </gpu>"]
  }
  return (lines + ["</algo>"]).joined(separator: "\n")
}

func complaint(_ body: () throws(Diagnostics) -> Void) -> String {
  do throws(Diagnostics) {
    try body()
    return "read"
  } catch { return "\(error)" }
}

@Suite("MSCCL algorithms") struct MSCCLTests {
  @Test(arguments: Array(2...9) + [16]) func `a ring takes a ring's time`(n: Int) throws {
    let algorithm = try readMSCCL(ringText(n), file: "ring.xml")
    #expect(algorithm.name == "ring" && algorithm.kind == .allReduce && algorithm.rankCount == n)
    #expect(algorithm.sizes == 1024...1_073_741_824)
    let fabric = try Fabric(.flat(n))
    for gamma in [0, 1e-12] {
      let run = try simulate(
        algorithm.graph(bytes: 64e6), ranks: fabric.devices, on: fabric, reductionSecondsPerByte: gamma)
      // 2 (n − 1) steps of 2 µs + 64 MB / n / 50 GB/s, and γ for n − 1 of them.
      let part = 64e6 / Double(n)
      let expected = Double(2 * (n - 1)) * (2e-6 + part / 50e9) + Double(n - 1) * part * gamma
      #expect((run.duration.seconds - expected).magnitude < 1e-9 * expected + 1e-10, "n = \(n)")
      #expect(run.sendCount == 2 * n * (n - 1))
      #expect(agree(run.bytesSent, Double(2 * (n - 1)) * 64e6))
      #expect(agree(run.bytesReceived, run.bytesSent))
    }
  }

  @Test func `blocks wait for each other where a step says so`() throws {
    // Rank 0 sends a chunk to 1 in block 0; in block 1, which waits for that, it reduces and sends 3 chunks.
    // 4 MB in 4 chunks over 50 GB/s and 2 µs, γ 1 ps: 22 µs, 2 µs for two chunks, then 62 µs.
    let text = """
      <algo name="two" nchunksperloop="4" ngpus="2" coll="custom" proto="Simple" nchannels="2">
        <gpu id="1" i_chunks="4" o_chunks="4" s_chunks="4">
          <tb id="0" send="-1" recv="0" chan="0"><step s="0" type="r" cnt="1" depid="-1" deps="-1"/></tb>
          <tb id="1" send="-1" recv="0" chan="1"><step s="0" type="r" cnt="3" depid="-1" deps="-1"/></tb>
        </gpu>
        <gpu id="0" i_chunks="4" o_chunks="4" s_chunks="4">
          <tb id="5" send="1" recv="-1" chan="0">
            <step s="0" type="s" srcbuf="i" srcoff="0" cnt="1" depid="-1" deps="-1" hasdep="1"/>
          </tb>
          <tb id="7" send="1" recv="-1" chan="1">
            <step s="0" type="nop" cnt="0" depid="5" deps="0" hasdep="0"/>
            <step s="1" type="re" srcbuf="s" srcoff="0" dstbuf="i" dstoff="0" cnt="2" depid="-1" deps="-1"/>
            <step s="2" type="cpy" srcbuf="s" srcoff="0" dstbuf="i" dstoff="0" cnt="2" depid="-1" deps="-1"/>
            <step s="3" type="s" srcbuf="i" srcoff="1" cnt="3" depid="-1" deps="-1"/>
          </tb>
        </gpu>
      </algo>
      """
    let algorithm = try readMSCCL(text, file: "two.xml")
    #expect(algorithm.kind == nil && algorithm.sizes == nil)
    let fabric = try Fabric(.flat(2))
    let run = try simulate(
      algorithm.graph(bytes: 4e6), ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
    #expect(run.duration == .microseconds(22 + 2 + 62))
    #expect(run.bytesSent == 4e6)
  }

  @Test func `two ranks may send before they receive`() throws {
    // Both first send, then receive, in one block: no send waits for its receiver.
    let gpu = { (id: Int, other: Int) in
      "<gpu id=\"\(id)\"><tb id=\"0\" send=\"\(other)\" recv=\"\(other)\" chan=\"0\">"
        + "<step s=\"0\" type=\"s\" cnt=\"1\"/><step s=\"1\" type=\"rrc\" cnt=\"1\"/></tb></gpu>"
    }
    let algorithm = try readMSCCL(
      "<algo name=\"pairs\" nchunksperloop=\"1\">\(gpu(0, 1))\(gpu(1, 0))</algo>", file: "f.xml")
    let fabric = try Fabric(.flat(2))
    let run = try simulate(algorithm.graph(bytes: 1e6), ranks: fabric.devices, on: fabric)
    #expect(run.duration == .microseconds(22))
  }

  @Test func `says what is wrong, where, and the mend`() {
    func algo(_ body: String, _ attributes: String = "name=\"a\" nchunksperloop=\"2\" ngpus=\"2\"") -> String
    {
      complaint { () throws(Diagnostics) in
        _ = try readMSCCL("<algo \(attributes)>\n\(body)\n</algo>", file: "f.xml")
      }
    }
    func tb(_ id: Int, _ peers: String, _ steps: String) -> String {
      "<gpu id=\"\(id)\"><tb id=\"0\" \(peers)>\(steps)</tb></gpu>"
    }
    let idle = "<gpu id=\"1\"/>"
    #expect(
      complaint { () throws(Diagnostics) in _ = try readMSCCL("<system/>", file: "f.xml") }
        == "f.xml:1:1: expected <algo>, found <system>\n  mend: an MSCCL algorithm is one element <algo>")
    #expect(
      complaint { () throws(Diagnostics) in _ = try readMSCCL("", file: "f.xml") }
        == "f.xml:1:1: the text is not XML: no element found")
    #expect(algo(idle) == "f.xml:1:1: gpu 0 of 2 is missing")
    #expect(algo(idle + "<gpu id=\"0\"/>") == "read")
    #expect(algo("", "name=\"a\" ngpus=\"0\"").hasPrefix("f.xml:1:23: 0 is out of range: 1 to 65536\n"))
    #expect(
      algo(idle + "<gpu id=\"0\"/>", "name=\"a\"")
        == "f.xml:1:1: <algo> lacks its attribute 'nchunksperloop'")
    #expect(algo(idle + idle + "<gpu id=\"0\"/>") == "f.xml:2:14: gpu 1 appears twice")
    #expect(algo(idle + "<gpu id=\"7\"/>").hasPrefix("f.xml:2:23: 7 is out of range: 0 to 1"))
    #expect(
      algo(tb(0, "send=\"1\" recv=\"-1\"", "<step s=\"0\" type=\"put\" cnt=\"1\"/>") + idle)
        == "f.xml:2:61: no step type is named 'put'\n  mend: types are s, r, rcs, rrc, rrs, rrcs, re, cpy, nop"
    )
    #expect(
      algo(tb(0, "send=\"1\" recv=\"-1\"", "<step s=\"0\" type=\"s\" cnt=\"1\"/>") + idle)
        == "f.xml:2:43: send 0 of gpu 0 to gpu 1 on channel 0 has no receive")
    #expect(
      algo(tb(0, "send=\"-1\" recv=\"1\"", "<step s=\"0\" type=\"r\" cnt=\"1\"/>") + idle)
        == "f.xml:2:43: receive 0 of gpu 0 from gpu 1 on channel 0 has no send")
    #expect(
      algo(tb(0, "send=\"-1\" recv=\"1\"", "<step s=\"0\" type=\"s\" cnt=\"1\"/>") + idle)
        == "f.xml:2:43: the step sends, but its tb has no 'send'")
    #expect(
      algo(tb(0, "send=\"0\"", "") + idle) == "f.xml:2:30: gpu 0 has itself for 'send'")
    #expect(
      algo(tb(0, "send=\"1\"", "<step s=\"1\" type=\"nop\" cnt=\"1\"/>") + idle)
        == "f.xml:2:33: step 1 stands where step 0 belongs")
    #expect(
      algo(tb(0, "", "<step s=\"0\" type=\"nop\" cnt=\"1\" depid=\"3\" deps=\"0\"/>") + idle)
        == "f.xml:2:25: gpu 0 has no step 0 in tb 3 to wait for")
    #expect(
      algo(tb(0, "", "<step s=\"0\" type=\"nop\" cnt=\"1\" depid=\"0\"/>") + idle)
        == "f.xml:2:25: 'depid' and 'deps' name a step together, or are both -1")
    #expect(
      algo(
        tb(
          0, "",
          "<step s=\"0\" type=\"nop\" cnt=\"1\" depid=\"0\" deps=\"1\"/>\n<step s=\"1\" type=\"nop\" cnt=\"1\"/>"
        )
          + idle
      ).hasPrefix("f.xml:"))
    #expect(
      algo(
        tb(0, "send=\"1\"", "<step s=\"0\" type=\"s\" cnt=\"1\"/>")
          + "\n<gpu id=\"1\"><tb id=\"0\" recv=\"0\"><step s=\"0\" type=\"r\" cnt=\"2\"/></tb></gpu>")
        == "f.xml:3:33: receives 2 chunks where gpu 0 sends 1")
  }

  @Test func `steps that wait for one another are named by their lines`() {
    let text = """
      <algo name="a" nchunksperloop="1">
        <gpu id="0">
          <tb id="0"><step s="0" type="nop" cnt="1" depid="1" deps="0"/></tb>
          <tb id="1"><step s="0" type="nop" cnt="1" depid="0" deps="0"/></tb>
        </gpu>
      </algo>
      """
    let said = complaint { () throws(Diagnostics) in _ = try readMSCCL(text, file: "f.xml") }
    #expect(
      said == "f.xml:3:16: steps wait for one another: lines 3, 4"
        || said == "f.xml:4:16: steps wait for one another: lines 4, 3")
  }

  @Test(arguments: 0..<300) func `damaged texts run or are refused with a place`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let text = String(decoding: generator.mutated(ringText(3)), as: UTF8.self)
    let fabric = try Fabric(.flat(3))
    do throws(Diagnostics) {
      let algorithm = try readMSCCL(text, file: "f.xml")
      // What is read has no circles and fits its ranks; only the number of ranks may differ.
      if algorithm.rankCount == 3 {
        _ = try? simulate(algorithm.graph(bytes: 1e6), ranks: fabric.devices, on: fabric)
      }
    } catch {
      #expect(!error.list.isEmpty, "seed \(seed)")
      #expect(error.list.allSatisfy { $0.location.line > 0 }, "seed \(seed): \(error)")
    }
  }
}
