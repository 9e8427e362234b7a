import ComputeModels
import Quantities
import TraceFiles

/// Calls of a trace that are alike, and how long one takes.
public struct TracedWork: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case product = "products"
    case attention = "attention"
    case convolution = "convolutions"
    case stream = "bytes moved"
  }

  /// The operator's name.
  public var name: String
  public var kind: Kind
  /// What the model takes its kernels for, one after another.
  var kernels: [Kernel]
  public var callCount: Int
  /// Median of the calls.
  public var duration: SimDuration

  /// Time of all calls, each taken at the median.
  public var seconds: Double { duration.seconds * Double(callCount) }
}

/// What a trace measured of one kind of device.
public struct TraceMeasurement: Sendable {
  public var file: String
  /// Canonical name of the device.
  public var device: String
  public var work: [TracedWork]
  /// Time between two kernels of a full queue; nil where the trace does not tell.
  public var gap: SimDuration?
  /// Operators that the model does not take for anything, by their time: longest first.
  public var others: [(name: String, callCount: Int, seconds: Double)]

  /// Time of all kernels but collectives.
  public var seconds: Double {
    work.reduce(0) { $0 + $1.seconds } + others.reduce(0) { $0 + $1.seconds }
  }

  /// - Parameters:
  ///   - trace: of one process.
  ///   - device: the catalogue's name of what it ran on.
  /// - Complexity: O(kernels log kernels).
  public init(_ trace: KinetoTrace, device: String) {
    struct Alike: Hashable {
      var name: String
      var kernels: [Kernel]
    }
    file = trace.file
    self.device = device
    gap = trace.gap
    var order: [Alike] = []
    var calls: [Alike: (kind: TracedWork.Kind, durations: [SimDuration])] = [:]
    var unknown: [String: (count: Int, seconds: Double)] = [:]
    func add(_ name: String, _ kind: TracedWork.Kind, _ kernels: [Kernel], _ duration: SimDuration) {
      let key = Alike(name: name, kernels: kernels)
      if calls[key] == nil { order.append(key) }
      calls[key, default: (kind, [])].durations.append(duration)
    }
    func pass(_ name: String, _ duration: SimDuration) {
      unknown[name, default: (0, 0)].count += 1
      unknown[name]?.seconds += duration.seconds
    }
    for call in trace.operators {
      if let (kind, kernels) = call.modelled {
        add(call.name, kind, kernels, call.duration)
      } else {
        pass(call.name, call.duration)
      }
    }
    for copy in trace.copies {
      // A copy reads what it writes.
      let kernel = TracedOperator.stream(of: Double(copy.bytes) * (copy.isFill ? 1 : 2))
      add(copy.isFill ? "memset" : "memcpy", .stream, [kernel], copy.duration)
    }
    for kernel in trace.strayKernels { pass("no operator", kernel.duration) }
    work = order.map { key in
      let (kind, durations) = calls[key]!
      return TracedWork(
        name: key.name, kind: kind, kernels: key.kernels, callCount: durations.count,
        duration: durations.sorted()[durations.count / 2])
    }
    others = unknown.map { ($0.key, $0.value.count, $0.value.seconds) }
      .sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
  }
}

extension TracedOperator {
  /// What the model takes the call for; its launches are those that were traced.
  fileprivate var modelled: (TracedWork.Kind, [Kernel])? {
    func launched(_ kernel: Kernel) -> [Kernel] {
      var kernel = kernel
      kernel.launches = kernels.count
      return [kernel]
    }
    if let product = matrixProduct { return (.product, launched(product)) }
    if let attention = fusedAttention { return (.attention, launched(attention)) }
    if let stream { return (.stream, launched(stream)) }
    if var convolutions {
      // All launches are counted with the first.
      for index in convolutions.indices { convolutions[index].launches = index == 0 ? kernels.count : 0 }
      return (.convolution, convolutions)
    }
    return nil
  }
}
