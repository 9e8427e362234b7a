import Documents
import Hardware

extension NCCLCalibration {
  /// Reads `calibration.nccl` of an accelerator; every constant must be there.
  init?(_ fields: FieldReader) {
    var fields = fields
    let protocols = ["ll", "ll128", "simple"]
    func latencies(_ key: String) -> [Double] {
      if fields.lacks(key) { fields.missing(key) }
      guard var part = fields.child(key) else { return [] }
      for name in protocols where part.lacks(name) { part.missing(name) }
      let values = protocols.compactMap { part.number($0, 0...1e6) }
      part.finish()
      return values
    }
    func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
      if fields.lacks(key) { fields.missing(key) }
      return fields.number(key, range)
    }
    let base = latencies("base_latency_microseconds")
    let hop = latencies("hop_latency_microseconds")
    let rateLL = number("ll_gigabytes_per_second", 1e-3...1e6)
    let shareLL128 = number("ll128_share", 1e-3...10)
    let shareSimple = number("simple_share", 1e-3...10)
    let copyRate = number("copy_gigabytes_per_second", 1e-3...1e6)
    let nvlsLatency = number("nvls_latency_microseconds", 0...1e6)
    let nvlsShare = number("nvls_share", 0...10)
    fields.finish()
    guard base.count == 3, hop.count == 3, let rateLL, let shareLL128, let shareSimple, let copyRate,
      let nvlsLatency, let nvlsShare
    else { return nil }
    self.init(
      baseLatency: base, hopLatency: hop, maximumLL: rateLL, shareLL128: shareLL128, shareSimple: shareSimple,
      copyRate: copyRate, nvlsLatency: nvlsLatency, nvlsShare: nvlsShare)
  }

  /// The constants as `calibration.nccl` has them.
  var document: OutputValue {
    func latencies(_ values: [Double]) -> OutputValue {
      ["ll": .real(values[0]), "ll128": .real(values[1]), "simple": .real(values[2])]
    }
    return [
      "base_latency_microseconds": latencies(baseLatency), "hop_latency_microseconds": latencies(hopLatency),
      "ll_gigabytes_per_second": .real(maximumLL), "ll128_share": .real(shareLL128),
      "simple_share": .real(shareSimple), "copy_gigabytes_per_second": .real(copyRate),
      "nvls_latency_microseconds": .real(nvlsLatency), "nvls_share": .real(nvlsShare),
    ]
  }
}
