import CommandLines
import Diagnostics
import Terminal

/// Exit statuses of the program.
public enum ExitStatus: Int32, Sendable {
  case done = 0
  /// The answer is no: the job does not fit, or a criterion is not met.
  case negative = 1
  case badInput = 2
  case fault = 3
}

/// Runs the program on the words behind its name.
public func runProgram(_ words: [String]) -> ExitStatus {
  TextStream.ignoreBrokenPipes()
  do {
    switch try rehearseProgram.parse(words) {
    case .print(let text): return try printed(text)
    case .run(let invocation): return try perform(invocation)
    }
  } catch let error as UsageError {
    return complain("\(error)", .badInput)
  } catch let error as Diagnostics {
    return complain("\(error)", .badInput)
  } catch let error as InputError {
    return complain("rehearse: \(error.reason)", .badInput)
  } catch {
    return complain("rehearse: \(error)", .fault)
  }
}

/// Input that is well-formed but cannot be simulated.
struct InputError: Error {
  var reason: String
}

private func perform(_ invocation: Invocation) throws -> ExitStatus {
  switch invocation.command {
  case "run": try performRun(invocation)
  case "compare": try performCompare(invocation)
  case "sweep": try performSweep(invocation)
  case "scale": try performScale(invocation)
  case "memory": try performMemory(invocation)
  case "fit": try performFit(invocation)
  case "collective": try performCollective(invocation)
  case "fabric": try performFabric(invocation)
  case "flows": try performFlows(invocation)
  case "list": try performList(invocation)
  case "validate": try performValidate(invocation)
  case "calibrate": try performCalibrate(invocation)
  default: preconditionFailure("the table has a command that nothing performs")
  }
}

@discardableResult
func printed(_ text: String) throws -> ExitStatus {
  _ = try TextStream.standardOutput.write(text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n")
  return .done
}

private func complain(_ text: String, _ status: ExitStatus) -> ExitStatus {
  _ = try? TextStream.standardError.write(text + "\n")
  return status
}
