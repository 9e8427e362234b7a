/// A word of documents from any usual spelling: lower case, `_` for hyphens and spaces, `z` in
/// “optimised”.
package func documentWord(_ spelling: String) -> String {
  let word = String(spelling.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
  return word.hasSuffix("optimised") ? String(word.dropLast("ised".count)) + "ized" : word
}
