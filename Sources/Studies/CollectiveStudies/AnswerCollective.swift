import Collectives
import Fabrics
import Quantities
import Sweeps

extension CollectiveQuestion {
  /// Times a collective by every algorithm and size asked for.
  ///
  /// Algorithms run in parallel; each looks at its routes once for all sizes. The answer does not depend on
  /// the number of threads.
  ///
  /// - Parameters:
  ///   - threads: workers, at least 1.
  ///   - progress: told the share that is done, from any thread.
  /// - Complexity: O(algorithms · sizes · different steps · ranks); message by message, O(messages).
  public func answer(
    threads: Int = 1, progress: (@Sendable (Double) -> Void)? = nil
  ) -> CollectiveAnswer {
    let total = Double(max(1, algorithms.count))
    let columns = parallelMap(
      algorithms, threads: threads, progress: { progress?(Double($0) / total) }
    ) { algorithm in Result { () throws(CollectiveError) in try durations(by: algorithm) } }
    var refusals: [CollectiveAnswer.Refusal] = []
    for (algorithm, column) in zip(algorithms, columns) {
      if case .failure(let error) = column {
        refusals.append(.init(algorithm: algorithm, reason: "\(error)"))
      }
    }
    let rows = sizes.indices.map { index in
      let bytes = sizes[index]
      var times: [CollectiveTime] = []
      if let calibration {
        times.append(.init(method: .calibration, duration: calibration.time(of: bytes)))
      }
      times += nccl.map { ncclTimes(kind, bytes, on: $0) } ?? []
      for (algorithm, column) in zip(algorithms, columns) {
        guard case .success(let durations) = column else { continue }
        times.append(.init(method: .schedule(algorithm), duration: durations[index]))
      }
      return CollectiveTimes(bytes: bytes, times: times, chosen: choice(among: times))
    }
    return CollectiveAnswer(
      kind: kind, rankCount: ranks.count, rows: rows, refusals: refusals)
  }
}

extension CollectiveQuestion {
  /// Messages of one size that are run one by one at most.
  static let mostMessages = 100_000_000

  fileprivate func durations(by algorithm: CollectiveAlgorithm) throws(CollectiveError) -> [SimDuration] {
    let model = CollectiveModel(on: fabric)
    var durations: [SimDuration] = []
    for bytes in sizes {
      let request = CollectiveRequest(
        kind, algorithm, bytes: bytes, ranks: ranks, reductionSecondsPerByte: reductionSecondsPerByte)
      switch timing {
      case .steps: durations.append(try model.simulate(request, countsLinks: false).duration)
      case .closedForm: durations.append(try model.closedForm(request).duration)
      case .messages:
        // The steps first: they say how many messages there are.
        let sendCount = try model.simulate(request, countsLinks: false).sendCount
        if sendCount > Self.mostMessages {
          throw .badSchedule("\(sendCount) messages, of which \(Self.mostMessages) are run one by one")
        }
        durations.append(try model.simulate(request, during: timeline).duration)
      }
    }
    return durations
  }

  /// The tuner's choice; of equal times, the first.
  fileprivate func choice(among times: [CollectiveTime]) -> Int? {
    let automatic = kind.automaticAlgorithms.filter { algorithms.contains($0) }
    let candidates = times.indices.filter { index in
      switch (tuner, times[index].method) {
      case (.calibration, .calibration), (.nccl, .nccl): true
      case (.least, .schedule(let algorithm)): automatic.isEmpty || automatic.contains(algorithm)
      default: false
      }
    }
    return candidates.min { times[$0].duration < times[$1].duration }
  }
}

/// NCCL's time for every algorithm and protocol that it has for the collective.
private func ncclTimes(
  _ kind: CollectiveKind, _ bytes: ByteCount, on system: NCCLSystem
) -> [CollectiveTime] {
  if kind == .allToAll || kind == .sendReceive {
    guard let choice = ncclChoice(kind, bytes: bytes, on: system) else { return [] }
    return [.init(method: .nccl(nil, choice.channelProtocol), duration: choice.time)]
  }
  var times: [CollectiveTime] = []
  for algorithm in NCCLAlgorithm.allCases {
    for proto in NCCLProtocol.allCases {
      if let time = ncclTime(kind, bytes: bytes, on: system, algorithm, proto) {
        times.append(.init(method: .nccl(algorithm, proto), duration: time))
      }
    }
  }
  return times
}
