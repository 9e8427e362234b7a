import Diagnostics
import Fabrics
import Quantities
import XMLDocuments

/// Links that cross the tree: NVLink, chip to chip, and between PCIe switches.
extension NCCLTopologyReader {
  mutating func addGPULinks() {
    var hub: NetworkDescription.Place?
    for gpu in order {
      // What the walk found out about it.
      let gpu = gpus[gpu.address] ?? gpu
      if let part = gpu.element["mlopart"], part.value != "-1" {
        findings.report(.unsupported("parts of a GPU are not read"), at: part.location)
      }
      var sums: [(end: NetworkDescription.Place, both: Bool, rate: Bandwidth)] = []
      for child in gpu.element.children {
        switch child.name {
        case "nvlink":
          guard let (end, both) = nvlinkEnd(child, gpu, &hub), let rate = nvlinkRate(child, gpu.element)
          else {
            continue
          }
          if let known = sums.firstIndex(where: { $0.end == end }) {
            sums[known].rate.bytesPerSecond += rate.bytesPerSecond
          } else {
            sums.append((end, both, rate))
          }
        case "c2c":
          guard child.required("bw", &findings) != nil, child.required("count", &findings) != nil,
            let rate = child.integer("bw", 1...1 << 30, &findings),
            let count = child.integer("count", 1...1024, &findings)
          else { continue }
          // In MB/s per link.
          sums.append((gpu.processor, true, .gigabytesPerSecond(Double(rate * count) / 1000)))
        default: refuse(child, inside: "gpu", ["nvlink", "c2c"])
        }
      }
      for sum in sums {
        let wire = NetworkWire(bandwidth: sum.rate, latency: .zero)
        network.add(from: gpu.place, to: sum.end, wire)
        if sum.both { network.add(from: sum.end, to: gpu.place, wire) }
      }
    }
  }

  /// Where an NVLink leads; nil where NCCL passes it over, such as to a GPU that the job does not use.
  ///
  /// Links between GPUs are written at both, those to a switch or a processor at the GPU alone.
  private mutating func nvlinkEnd(
    _ element: MarkupElement, _ gpu: GPU, _ hub: inout NetworkDescription.Place?
  ) -> (NetworkDescription.Place, both: Bool)? {
    guard let kind = element.required("tclass", &findings) else { return nil }
    switch PCIFunction(class: kind.value) {
    case .processor: return (gpu.processor, true)
    case .gpu:
      guard let target = element.required("target", &findings) else { return nil }
      guard let address = busDigits(target.value) else {
        findings.report(.malformed(reason: "\(target.quoted) is not a PCI address"), at: target.location)
        return nil
      }
      guard let other = gpus[address] else { return nil }
      if other.place == gpu.place {
        findings.report(.conflict("an NVLink leads back to its GPU"), at: target.location)
        return nil
      }
      return (other.place, false)
    default:
      let place = hub ?? addSwitch("NVSwitch", .nodeSwitch, element)
      hub = place
      return (place, true)
    }
  }

  private mutating func nvlinkRate(_ element: MarkupElement, _ gpu: MarkupElement) -> Bandwidth? {
    guard element.required("count", &findings) != nil, gpu.required("sm", &findings) != nil,
      let count = element.integer("count", 1...1024, &findings),
      let sm = gpu.integer("sm", 1...999, &findings)
    else { return nil }
    return NCCLRates.nvlink(computeCapability: sm) * Double(count)
  }

  /// A PCIe switch that reaches another without going up the tree, one way as it is written.
  mutating func addBridgeLinks(_ element: MarkupElement) {
    for child in element.children where child.name == "pci" || child.name == "cpu" { addBridgeLinks(child) }
    guard element.name == "pci", let from = element.text("busid").flatMap(busDigits).flatMap({ bridges[$0] })
    else { return }
    for link in element.children(named: "pcilink") {
      guard let target = link.required("target", &findings) else { continue }
      guard let to = busDigits(target.value).flatMap({ bridges[$0] }), to != from else { continue }
      network.add(from: from, to: to, NetworkWire(bandwidth: NCCLRates.local, latency: .zero))
    }
  }
}
