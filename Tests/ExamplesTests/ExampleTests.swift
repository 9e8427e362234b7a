import Files
import Rehearsal
import TestSupport
import Testing

/// The package's folder, with a slash behind it.
let root = packageRoot(#filePath) + "/"

/// Every scenario under `Examples`, by its path from there.
let scenarioFiles: [String] = {
  let folder = root + "Examples"
  guard let paths = try? findFiles(under: folder, endingIn: [".yaml"], depth: 4) else { return [] }
  // Networks are no scenarios: `rehearse flows` takes them.
  return paths.map { String($0.dropFirst(folder.count + 1)) }.filter { !$0.hasPrefix("networks/") }
}()

func simulated(_ file: String, _ overrides: [String] = []) throws -> TrainingResult {
  let scenario = try loadScenario(root + "Examples/" + file, overrides: overrides)
  return try simulate(try Resolver().job(for: scenario))
}

@Suite("Examples") struct ExampleTests {
  @Test func `there are scenarios to test`() {
    #expect(scenarioFiles.count >= 30)
  }

  @Test(arguments: scenarioFiles)
  func `runs, and fits as its comment says`(file: String) throws {
    let result = try simulated(file)
    let text = try #require(textOfFile(root + "Examples/" + file))
    if text.contains("\n# Verdict: fits\n") {
      #expect(result.memory.fits)
    } else if text.contains("\n# Verdict: does not fit\n") {
      #expect(!result.memory.fits)
    } else {
      // Documents that are kept as others wrote them, and those that the program carries.
      #expect(["5-config-file.yaml", "gpt2-ddp.yaml"].contains(file) || file.hasPrefix("presets/"))
    }
    #expect(result.throughput.mfu > 0.05 && result.throughput.mfu < 0.85)
    let step = result.step
    let parts =
      step.compute + step.optimizer + step.exposedCommunication + step.bubble + step.exposedOffload
      + step.other + step.rollout + step.scoring + step.weightSync
    #expect(abs(parts - step.time) <= 1e-6 * step.time)
  }

  @Test(arguments: scenarioFiles)
  func `is walked through in the guide`(file: String) throws {
    let guide = try #require(textOfFile(root + "Examples/README.md"))
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    #expect(
      guide.contains("Examples/\(file)") || (!folder.isEmpty && guide.contains("Examples/\(folder)/*.yaml")))
  }

  @Test func `the flat document stands as it was written`() throws {
    #expect(textOfFile(root + "Examples/5-config-file.yaml") == flatDocument)
  }

  @Test(arguments: [("1-basic.yaml", "presets/small.yaml"), ("3-scaling.yaml", "presets/medium.yaml")])
  func `the native twin of a preset does the same work`(native: String, preset: String) throws {
    let (one, other) = (try simulated(native).job, try simulated(preset).job)
    #expect(one.plan.model == other.plan.model)
    #expect(one.plan.precision == other.plan.precision)
    #expect(one.globalBatch == other.globalBatch)
    #expect(one.cluster.nodeCount == other.cluster.nodeCount)
  }

  @Test func `the configuration beside a scenario is found from anywhere`() throws {
    // 128256 · 2048 embedding + 16 · (2048·(2048 + 2·512) + 2048·2048 + 3·2048·8192 + 2·2048) + 2048
    let model = try simulated("models/hugging-face.yaml").job.plan.model
    #expect(model.parameterCount == 1_235_814_400)
  }

  @Test func `a model by its totals does three times its forward FLOPs`() throws {
    let model = try simulated("workflow/totals.yaml").job.plan.model
    #expect(model.forwardFLOPsPerSample == 256e9)
    #expect(model.trainingFLOPsPerSample == 768e9)
  }

  @Test func `each way to save memory saves some, at its price`() throws {
    let plain = try simulated("memory/1-plain.yaml")
    for file in ["2-recompute", "3-accumulate", "4-offload-optimizer", "5-offload-activations"] {
      let other = try simulated("memory/\(file).yaml")
      #expect(other.memory.peak < plain.memory.peak)
      #expect(other.step.time > plain.step.time)
      #expect(other.job.globalBatch == plain.job.globalBatch)
    }
  }

  @Test func `each change to the communication moves it as its comment says`() throws {
    func exposed(_ name: String) throws -> Double {
      let result = try simulated("communication/\(name).yaml")
      return result.step.exposedCommunication / Double(result.job.globalBatch)
    }
    let baseline = try exposed("baseline")
    for name in ["no-overlap", "small-buckets", "fp32-gradients", "ring"] {
      #expect(try exposed(name) > baseline)
    }
    #expect(try exposed("accumulate") < baseline / 3)
  }
}
