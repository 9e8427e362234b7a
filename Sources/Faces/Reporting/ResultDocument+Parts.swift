import Analysis
import Collectives
import Documents
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import Training

extension StepBreakdown {
  var document: OutputValue {
    [
      "time_seconds": .real(time), "compute_seconds": .real(compute), "forward_seconds": .real(forward),
      "backward_seconds": .real(backward), "recompute_seconds": .real(recompute),
      "communication_seconds": .real(communication),
      "exposed_communication_seconds": .real(exposedCommunication),
      "straggler_seconds": .real(straggler), "exposed_offload_seconds": .real(exposedOffload),
      "bubble_seconds": .real(bubble), "optimizer_seconds": .real(optimizer), "other_seconds": .real(other),
    ]
  }
}

extension Throughput {
  var document: OutputValue {
    [
      "samples_per_second": .real(samplesPerSecond), "tokens_per_second": .real(tokensPerSecond),
      "tokens_per_second_per_accelerator": .real(tokensPerSecondPerAccelerator),
      "useful_tokens_per_second": .real(usefulTokensPerSecond),
      "model_tflops_per_accelerator": .real(modelTeraflopsPerAccelerator),
    ]
  }
}

extension MemoryReport {
  var document: OutputValue {
    func bytes(_ kind: MemoryKind) -> OutputValue { .integer(self[kind].bytes) }
    let workspace = self[.workspace] + self[.buffers] + self[.overhead]
    return [
      "fits": .bool(fits), "capacity_bytes": .integer(capacity.bytes), "peak_bytes": .integer(peak.bytes),
      "needed_bytes": .integer(needed.bytes), "reserved_bytes": .integer(reserved.reserved.bytes),
      "allocated_bytes": .integer(reserved.allocated.bytes),
      "weights_bytes": bytes(.weights), "gradients_bytes": bytes(.gradients),
      "optimizer_bytes": bytes(.optimizer), "activations_bytes": bytes(.activations),
      "overhead_bytes": .integer(workspace.bytes), "peak_operator": .string(peakOperator),
      "live_at_peak": .object(
        MemoryKind.onDevice.map {
          .init(
            $0 == .overhead ? "context_bytes" : "\($0.label)_bytes", .integer(liveAtPeak[$0.rawValue].bytes))
        }),
      "host_bytes_per_node": .integer(hostBytesPerNode.bytes),
      "host_capacity_bytes": .integer(hostCapacity.bytes),
      "disk_bytes_per_node": .integer(diskBytesPerNode.bytes),
      "disk_capacity_bytes": .integer(diskCapacity.bytes),
    ]
  }
}

extension TrainingResult {
  /// Shares of time and capacity in use over the mean step.
  var resourceDocument: OutputValue {
    [
      "compute_utilization": .real((step.compute + step.optimizer) / step.time),
      "memory_utilization": .real(Double(memory.peak.bytes) / Double(memory.capacity.bytes)),
      "network_utilization": .real(min(1, step.communication / step.time)),
    ]
  }

  func communicationDocument(listsAllLinks: Bool) -> OutputValue {
    [
      "collectives": .list(
        collectives.map {
          [
            "operation": .string($0.kind.rawValue), "group": .string($0.communicator.label),
            "ranks": .count($0.ranks), "bytes": .integer($0.bytes.bytes),
            "algorithm": $0.algorithm.map { .string($0.rawValue) } ?? .null,
            "library": $0.library?.document ?? .null,
            "time_seconds": .real($0.duration.seconds), "count": .count($0.count),
          ]
        }),
      "hot_links": .list(
        links.prefix(listsAllLinks ? links.count : 10).map {
          [
            "link": .string($0.name), "bandwidth_bytes_per_second": .real($0.bandwidth.bytesPerSecond),
            "bytes_per_step": .real($0.bytesPerStep), "utilization": .real($0.utilization),
          ]
        }),
    ]
  }

  /// What the accelerators draw at most: their board power over the whole step.
  var energyDocument: OutputValue {
    let fleet = job.plan.fleet
    let watts = zip(fleet.devices, fleet.rankCounts(of: job.deviceCount)).map { device, count in
      device.powerWatts.map { $0 * Double(count) }
    }
    let joules = watts.contains(nil) ? nil : watts.reduce(0) { $0 + $1! } * step.time
    return ["accelerator_joules_per_step_bound": joules.map { .real($0) } ?? .null]
  }

  /// Time, parameters and kept activations of each layer of the model, for one micro-batch on one rank.
  var layerDocuments: [OutputValue] {
    let indexOfName = Dictionary(
      zip(graph.names.map { $0 }, graph.names.indices), uniquingKeysWith: { first, _ in first })
    let microBatches = Double(job.plan.accumulation)
    var forward = [Double](repeating: 0, count: graph.names.count)
    var backward = forward
    for (index, item) in graph.operators.enumerated() where item.layerName >= 0 && item.kind == .compute {
      let seconds = Double(graph.repetitions(of: index)) * item.duration.seconds / microBatches
      switch item.phase {
      case .forward: forward[Int(item.layerName)] += seconds
      case .backward: backward[Int(item.layerName)] += seconds
      default: break
      }
    }
    // Classes of the same stage say the same of its layers.
    let copies = Double(graph.classes.count) / Double(job.plan.degrees.pipeline)
    return job.plan.model.layers.map { layer in
      let index = indexOfName[layer.name]
      return [
        "name": .string(layer.name), "kind": .string(layer.kind.rawValue),
        "operators": .list(layer.operators.map { .string($0.name) }),
        "parameters": .integer(layer.parameterCount),
        "forward_seconds": .real(index.map { forward[$0] / copies } ?? 0),
        "backward_seconds": .real(index.map { backward[$0] / copies } ?? 0),
        "saved_bytes": .real(
          ShardedLayer(layer, under: job.plan.shardingRules).operators.reduce(0) {
            $0 + $1.item.savedBytes(batch: job.plan.microBatch, precision: job.plan.precision)
          }),
      ]
    }
  }

  /// Times of a calibration or of a library's model are neither exact for the network nor bounds.
  private var communicationProvenance: String {
    if collectives.contains(where: { $0.algorithm == nil }) { return "measured" }
    if collectives.contains(where: { $0.library?.saysTime == true }) { return "library" }
    return collectives.allSatisfy(\.isExact) ? "model" : "bound"
  }

  /// Between which figures eight in ten measurements of runs alike lie.
  var intervalsDocument: OutputValue {
    let intervals = PredictionIntervals(of: job)
    func interval(_ low: Double, _ high: Double) -> OutputValue {
      ["low": .real(low), "high": .real(high), "level": .real(PredictionIntervals.level)]
    }
    let (time, memory) = (intervals.stepTime, intervals.memory)
    func rate(_ value: Double) -> OutputValue { interval(value / time.high, value / time.low) }
    let needed = Double(self.memory.needed.bytes)
    return [
      "step.time_seconds": interval(step.time * time.low, step.time * time.high),
      "throughput.samples_per_second": rate(throughput.samplesPerSecond),
      "throughput.tokens_per_second": rate(throughput.tokensPerSecond), "mfu": rate(throughput.mfu),
      "memory.needed_bytes": interval(needed * memory.low, needed * memory.high),
      "rows": .count(intervals.rowCount),
    ]
  }

  /// Where each group of figures comes from.
  var provenanceDocument: OutputValue {
    [
      "step.compute_seconds": "model",
      "step.communication_seconds": .string(communicationProvenance),
      "memory.peak_bytes": "model",
      "energy.accelerator_joules_per_step_bound": "bound",
    ]
  }
}

extension LibraryCall {
  fileprivate var document: OutputValue {
    [
      "tuner": .string(tuner.rawValue), "algorithm": .string(name),
      "protocol": channelProtocol.map { .string($0.rawValue) } ?? .null,
      "approximate": .bool(isApproximate), "says_time": .bool(saysTime),
    ]
  }
}

extension Bottleneck {
  /// The entry of one bottleneck in the result document and in the bottleneck file.
  public var document: OutputValue {
    [
      "kind": .string(kind.rawValue), "severity": .real(severity), "level": .string(level.rawValue),
      "gain_if_twice_as_fast": gainIfDoubled.map { .real($0) } ?? .null, "evidence": .string(evidence),
      "recommendations": .list(recommendations.map { .string($0) }),
    ]
  }
}

extension Communicator {
  /// The name used in documents.
  var label: String {
    switch self {
    case .tensor: "tensor"
    case .context: "context"
    case .data: "data"
    case .shard: "shard"
    case .replica: "replica"
    case .expert: "expert"
    case .expertTensor: "expert_tensor"
    case .expertData: "expert_data"
    case .embedding: "embedding"
    case .world: "world"
    }
  }
}
