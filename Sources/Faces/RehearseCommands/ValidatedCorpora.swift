import Catalogues
import CommandLines
import Documents
import Files
import Terminal
import Validation

/// What was measured beside what is predicted, by kind of row; a kind without rows is left out of every output.
struct ValidatedCorpora {
  /// With `--leave-out`, by constants that each row's source took no part in.
  private(set) var collectives = CollectiveReport(rows: [])
  /// By the shipped constants, whatever is asked for.
  private var shippedCollectives = CollectiveReport(rows: [])
  private(set) var kernels = KernelReport(rows: [])
  private(set) var runs = MeasuredRunReport(rows: [])

  /// Reads and predicts the tables that a command names.
  ///
  /// - Throws: what is wrong in a table, and a file that is none; other tables of a folder are passed over.
  init(_ invocation: Invocation) throws {
    let corpus = invocation.text("corpus")
    let paths = isFolder(corpus) ? try findFiles(under: corpus, endingIn: [".csv"], depth: 2) : [corpus]
    if paths.isEmpty { throw InputError(reason: "\(corpus) holds no CSV files") }
    let catalogue = try loadCatalogue(invocation)
    let threads = threadCount(invocation, nil)
    let filter = RowFilter(
      source: invocation.text(ifGiven: "source"), metric: invocation.text(ifGiven: "metric"),
      run: invocation.text(ifGiven: "run"))
    let leavesOut = invocation.flag("leave-out")
    if invocation.text(ifGiven: "page") != nil, !leavesOut {
      throw InputError(reason: "--page shows errors of sources left out: give --leave-out too")
    }
    var files: [CorpusFile] = []
    for path in paths {
      let text = try readTextFile(path)
      if holdsCollectives(text) {
        let shipped = try validateCollectives(text, file: path, catalogue: catalogue).kept(by: filter).rows
        shippedCollectives.rows += shipped
        collectives.rows +=
          leavesOut
          ? try validateCollectivesLeavingOut(text, file: path, catalogue: catalogue).kept(by: filter).rows
          : shipped
      } else if holdsKernels(text) {
        kernels.rows += try kernelReport(text, path, catalogue, invocation).kept(by: filter).rows
      } else if holdsRuns(text) {
        files.append(CorpusFile(name: path, text: text))
        runs.rows += try withProgressBar("validate \(fileName(of: path))") { bar in
          let total = Double(max(1, text.split(separator: "\n").count - 1))
          return try validateRuns(text, file: path, catalogue: catalogue, filter: filter, threads: threads) {
            bar.report(fraction: min(1, Double($0) / total))
          }.rows
        }
      } else if !isFolder(corpus) {
        throw InputError(
          reason: "\(path) has neither the columns of training runs nor those of collectives or kernels")
      }
    }
    if filter != .all, collectives.rows.isEmpty, kernels.rows.isEmpty, runs.rows.isEmpty {
      throw InputError(reason: "no row of \(corpus) has that source, figure and run")
    }
    if invocation.text(ifGiven: "kernel-constants") != nil, kernels.rows.isEmpty {
      throw InputError(reason: "--kernel-constants is of no use: \(corpus) holds no kernels")
    }
    if leavesOut, !runs.rows.isEmpty {
      runs = runs.joined(
        with: try withProgressBar("leave sources out") { bar in
          try calibrate(files, catalogue: catalogue.withProductsOfKernels(), threads: threads) {
            bar.report(fraction: $0)
          }
        })
    }
  }

  /// File name and text of every table.
  var tables: [(name: String, text: String)] {
    (collectives.rows.isEmpty ? [] : [("collectives.csv", collectives.commaSeparated)])
      + (kernels.rows.isEmpty ? [] : [("kernels.csv", kernels.commaSeparated)])
      + (runs.rows.isEmpty ? [] : [("runs.csv", runs.commaSeparated), ("errors.csv", runs.errorTable)])
      + (runs.spreads.isEmpty ? [] : [("intervals.csv", runs.spreads.commaSeparated)])
  }

  var document: OutputValue {
    .object(
      (collectives.rows.isEmpty ? [] : [.init("collectives", collectives.document)])
        + (kernels.rows.isEmpty ? [] : [.init("kernels", kernels.document)])
        + (runs.rows.isEmpty ? [] : [.init("runs", runs.document)]))
  }

  func text(worst: Int, on screen: Screen) -> String {
    var parts: [String] = []
    if !kernels.rows.isEmpty { parts.append(kernels.text(on: screen)) }
    if !runs.rows.isEmpty { parts.append(runs.text(worst: worst, on: screen)) }
    if !collectives.rows.isEmpty { parts.append(collectives.text(on: screen)) }
    return parts.joined(separator: "\n")
  }

  /// All tables as a Markdown page.
  func page() -> String {
    validationReference(runs, shippedCollectives, leavingOut: collectives, kernels)
  }
}
