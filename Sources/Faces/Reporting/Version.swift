/// The version of the program and library.
public let rehearsalVersion = "0.1.0"

/// The schema of the result document.
public let resultSchema = "rehearsal.result/1"
