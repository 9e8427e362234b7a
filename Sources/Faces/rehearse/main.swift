import Glibc
import RehearseCommands

exit(runProgram(Array(CommandLine.arguments.dropFirst())).rawValue)
