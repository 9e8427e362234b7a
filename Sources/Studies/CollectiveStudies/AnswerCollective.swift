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
    let columns =
      tuners.indices.map(Column.tuner) + algorithms.map(Column.schedule) + graphs.map(Column.graph)
    let total = Double(max(1, columns.count))
    let answers = parallelMap(
      columns, threads: threads, progress: { progress?(Double($0) / total) }
    ) { column in Result { () throws(CollectiveError) in try cells(of: column) } }
    var refusals: [CollectiveAnswer.Refusal] = []
    for (column, answer) in zip(columns, answers) {
      if case .failure(let error) = answer {
        refusals.append(.init(name: name(of: column), reason: "\(error)"))
      }
    }
    let rows = sizes.indices.map { index in
      var row = CollectiveTimes(bytes: sizes[index])
      if let calibration {
        row.append([.init(method: .calibration, duration: calibration.time(of: row.bytes))], .calibration, 0)
      }
      for (column, answer) in zip(columns, answers) {
        guard case .success(let cells) = answer else { continue }
        var chooser: TunerName?
        if case .tuner(let place) = column { chooser = tuners[place].name }
        row.append(cells[index].times, chooser, cells[index].pick)
      }
      row.chooseLeast(automatic(row))
      row.chosen = row.picks.first { $0.tuner == tuner }?.index
      return row
    }
    return CollectiveAnswer(kind: kind, rankCount: ranks.count, rows: rows, refusals: refusals)
  }

  /// Schedules that `auto` may take; all of them where it has none among those asked for, and graphs where no
  /// schedule is.
  private func automatic(_ row: CollectiveTimes) -> [Int] {
    let known = kind.automaticAlgorithms.filter { algorithms.contains($0) }
    return row.times.indices.filter { index in
      switch row.times[index].method {
      case .schedule(let algorithm): known.isEmpty || known.contains(algorithm)
      case .graph: algorithms.isEmpty
      case .library, .calibration: false
      }
    }
  }
}

/// What is timed for all sizes by one worker.
private enum Column: Sendable {
  /// By place among the question's.
  case tuner(Int)
  case schedule(CollectiveAlgorithm)
  case graph(GraphAlgorithm)
}

/// The times of a column for one size.
private struct Cell: Sendable {
  var times: [CollectiveTime] = []
  /// A tuner's choice among them.
  var pick: Int?
}

extension CollectiveQuestion {
  /// Messages of one size that are run one by one at most.
  static let mostMessages = 100_000_000

  private func name(of column: Column) -> String {
    switch column {
    case .tuner(let place): tuners[place].name.rawValue
    case .schedule(let algorithm): algorithm.rawValue
    case .graph(let graph): graph.name
    }
  }

  private func cells(of column: Column) throws(CollectiveError) -> [Cell] {
    let model = CollectiveModel(on: fabric)
    var cells: [Cell] = []
    for bytes in sizes {
      switch column {
      case .tuner(let place): cells.append(try cell(tuners[place], bytes, model))
      case .schedule(let algorithm):
        let duration = try time(algorithm, bytes, model)
        cells.append(Cell(times: [.init(method: .schedule(algorithm), duration: duration)]))
      case .graph(let graph):
        let duration = try graph.time(bytes, for: self, model)
        let method = CollectiveMethod.graph(graph.source, graph.name)
        cells.append(Cell(times: duration.map { [.init(method: method, duration: $0)] } ?? []))
      }
    }
    return cells
  }

  /// All that a tuner compares, or else its choice alone, timed as a schedule where it has no time of its own.
  private func cell(
    _ tuner: any CollectiveTuner, _ bytes: ByteCount, _ model: CollectiveModel
  ) throws(CollectiveError) -> Cell {
    guard let choice = try tuner.choice(for: kind, bytes: bytes, among: ranks.count) else { return Cell() }
    func timed(_ choice: TunerChoice, _ time: SimDuration) -> CollectiveTime {
      .init(method: .library(tuner.name, LibraryAlgorithm(choice)), duration: time)
    }
    let candidates = tuner.candidates(for: kind, bytes: bytes, among: ranks.count)
    if let place = candidates.firstIndex(of: choice) {
      return Cell(times: candidates.compactMap { one in one.time.map { timed(one, $0) } }, pick: place)
    }
    if let time = choice.time { return Cell(times: [timed(choice, time)], pick: 0) }
    let duration = try time(choice.algorithm, bytes, model, chunks: choice.chunkCount)
    return Cell(times: [timed(choice, duration)], pick: 0)
  }

  private func time(
    _ algorithm: CollectiveAlgorithm, _ bytes: ByteCount, _ model: CollectiveModel, chunks: Int? = nil
  ) throws(CollectiveError) -> SimDuration {
    let request = CollectiveRequest(
      kind, algorithm, bytes: bytes, ranks: ranks, reductionSecondsPerByte: reductionSecondsPerByte,
      chunkCount: chunks, levels: algorithm == .hierarchical ? levels : nil)
    switch timing {
    case .steps: return try model.simulate(request, countsLinks: false).duration
    case .closedForm: return try model.closedForm(request).duration
    case .messages:
      // The steps first: they say how many messages there are.
      let sendCount = try model.simulate(request, countsLinks: false).sendCount
      if sendCount > Self.mostMessages {
        throw .badSchedule("\(sendCount) messages, of which \(Self.mostMessages) are run one by one")
      }
      return try model.simulate(request, during: timeline).duration
    }
  }
}
