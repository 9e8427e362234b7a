import Diagnostics
import Fabrics
import Quantities
import TestSupport
import Testing
import TrafficFiles

/// What a reader says of a text, "read" where it says nothing.
func complaint(_ text: String, _ file: String) -> String {
  do throws(Diagnostics) {
    _ = try readNetwork(text, file: file)
    return "read"
  } catch {
    return "\(error)"
  }
}

/// A texts' mutations are read or refused in the file that holds them; a trap would end the test run.
func expectRefusedOrRead(_ text: String, _ file: String, seed: Int) {
  var generator = SeededGenerator(seed: seed)
  for _ in 0..<20 {
    let mutated = String(decoding: generator.mutated(text), as: UTF8.self)
    do throws(Diagnostics) {
      let network = try readNetwork(mutated, file: file)
      #expect(network.hostCount > 0)
    } catch {
      #expect(!error.isEmpty && error.list.allSatisfy { $0.location.file == file }, "seed \(seed): \(error)")
    }
  }
}

extension NetworkGraph {
  /// Gigabytes per second of the links from one vertex to another, in the order they were put down.
  func rates(_ from: String, _ to: String) -> [Double] {
    links.filter { vertexNames[Int($0.from.index)] == from && vertexNames[Int($0.to.index)] == to }
      .map { $0.bandwidth.bytesPerSecond / 1e9 }
  }

  /// Names of the vertices that a route passes, ends included.
  func route(_ from: String, _ to: String) throws -> [String] {
    let ends = [from, to].map { VertexID(vertexNames.firstIndex(of: $0) ?? -1) }
    var router = MultipathRouter(self)
    var path: [Int32] = []
    _ = try router.appendRoute(from: ends[0], to: ends[1], into: &path)
    return [from] + path.map { vertexNames[Int(links[Int($0)].to.index)] }
  }
}
