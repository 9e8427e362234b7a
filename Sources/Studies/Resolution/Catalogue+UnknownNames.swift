import Catalogues
import Diagnostics
import Scenarios

extension Catalogue {
  /// The names of a scenario that nothing in the catalogue bears, with the nearest known ones.
  ///
  /// Files and definitions inside the document name nothing.
  public func unknownNames(in scenario: Scenario) -> Diagnostics {
    var findings = Diagnostics()
    func look(up name: DeclaredName?, _ find: (DeclaredName) throws(Diagnostics) -> Void) {
      // Without a text nothing was named; that a key is missing has been said.
      guard let name, !name.text.isEmpty else { return }
      do throws(Diagnostics) { try find(name) } catch { findings.list += error.list }
    }
    if case .named(let name) = scenario.model {
      look(up: name) { name throws(Diagnostics) in _ = try model(named: name.text, at: name.location) }
    }
    for companion in [scenario.training.rewardModel, scenario.training.critic] {
      guard case .named(let name) = companion else { continue }
      look(up: name) { name throws(Diagnostics) in _ = try model(named: name.text, at: name.location) }
    }
    switch scenario.cluster.accelerator {
    case .named(let name):
      look(up: name) { name throws(Diagnostics) in _ = try accelerator(named: name.text, at: name.location) }
    case .inline(let device):
      look(up: device.base) { name throws(Diagnostics) in
        _ = try accelerator(named: name.text, at: name.location)
      }
    }
    look(up: scenario.cluster.node) { name throws(Diagnostics) in
      _ = try node(named: name.text, at: name.location)
    }
    return findings
  }
}
