import CollectiveStudies
import CommandLines
import Diagnostics
import Files
import TraceFiles
import Validation

/// The files of measurements that a command names, told apart by what they hold.
struct MeasuredFiles {
  private(set) var measurements = MachineMeasurements()
  /// Files of a folder that are not read, each with why.
  private(set) var passedOver: [(path: String, reason: String)] = []

  /// - Throws: what is wrong in a file; a file named by itself that holds nothing known, and folders without any.
  init(_ invocation: Invocation) throws {
    measurements.place = MeasuredPlace(
      device: invocation.text(ifGiven: "accelerator"),
      interLink: invocation.text(ifGiven: "inter-link") ?? "",
      devicesPerNode: invocation.integer("accelerators-per-node"))
    var seen: Set<String> = []
    for path in invocation.texts("corpus") where seen.insert(path).inserted {
      guard isFolder(path) else {
        if try !add(path) {
          throw InputError(
            reason:
              "\(path) holds no measurements: a table of runs, kernels or collectives, output of nccl-tests "
              + "or a trace of PyTorch's profiler is read")
        }
        continue
      }
      let endings = [".csv", ".txt", ".log", ".out", ".json", ".gz"]
      for file in try findFiles(under: path, endingIn: endings, depth: 2) where seen.insert(file).inserted {
        addIfKnown(file)
      }
    }
    if measurements.isEmpty {
      throw InputError(reason: "\(invocation.texts("corpus").joined(separator: ", ")) holds no measurements")
    }
  }

  /// Adds a file of a folder, where others may lie beside measurements.
  private mutating func addIfKnown(_ path: String) {
    do {
      if try !add(path) { passedOver.append((path, "it holds no measurements")) }
    } catch {
      passedOver.append((path, "\(error)"))
    }
  }

  /// - Returns: whether the file holds measurements.
  private mutating func add(_ path: String) throws -> Bool {
    let bytes = try readUnpackedFile(path)
    if holdsKinetoTrace(bytes) {
      measurements.traces.append(try readKinetoTrace(bytes, file: path))
      return true
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { return false }
    let table = CorpusFile(name: path, text: text)
    if holdsCollectives(text) {
      measurements.collectives.append(table)
    } else if holdsKernels(text) {
      measurements.kernels.append(table)
    } else if holdsRuns(text) {
      measurements.runs.append(table)
    } else if holdsCollectiveTests(text) {
      measurements.collectiveRuns.append(try readMeasuredCollectives(text, file: path))
    } else {
      return false
    }
    return true
  }
}
