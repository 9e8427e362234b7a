import Hardware
import ModelGraphs
import PostTraining
import Quantities
import Testing

@Suite("Rollout") struct RolloutTests {
  @Test func `a 7B model in 16 bits at 2 TB/s takes the time to read its weights for each token`() throws {
    // Products of 6,607,077,376 weights in 2 bytes at 2 TB/s: 6.61 ms a token (13.48 GB with the table, of which
    // one row is read). Keys and values of 65 tokens add 0.5 MB · 65 / 2 TB/s = 17 µs.
    let model = ServedModel(llama2of7B, on: plainDevice)
    #expect(model.weightBytes == 2 * 6_738_415_616)
    let two = try generateAnswers(load([2]), with: model)
    #expect(two.decodeSteps == 1)
    let floor = 2 * (6_738_415_616 - 32_000 * 4096) / 2e12
    #expect(two.decode.seconds >= floor)
    #expect(two.decode.seconds < 1.02 * (floor + 65 * 524_288 / 2e12), "\(two.decode.seconds)")
    // 17 tokens: the first from the prompt's pass, 16 steps.
    #expect(try generateAnswers(load([17]), with: model).decodeSteps == 16)
  }

  @Test func `weights are read once a step whatever the batch`() throws {
    let model = ServedModel(llama2of7B, on: plainDevice)
    let one = try generateAnswers(load([9]), with: model)
    let sixteen = try generateAnswers(load(Array(repeating: 9, count: 16)), with: model)
    #expect(sixteen.decodeSteps == one.decodeSteps)
    #expect(sixteen.decode.seconds < 1.15 * one.decode.seconds)
    #expect(sixteen.decode > one.decode)
  }

  @Test func `keys and values are read for every token before`() throws {
    // 32 layers · 2 · 32 · 128 · 2 bytes = 524,288 bytes a token; 4000 more tokens: 1.05 ms at 2 TB/s.
    let model = ServedModel(llama2of7B, on: plainDevice)
    #expect(model.cacheBytesPerToken == 524_288)
    let short = try generateAnswers(load([2], prompt: 96), with: model)
    let long = try generateAnswers(load([2], prompt: 4096), with: model)
    let extra = long.decode.seconds - short.decode.seconds
    // Their arithmetic beside it adds 0.005 %.
    #expect((extra / (4000 * 524_288 / 2e12) - 1).magnitude < 1e-4)
  }

  @Test func `the cache is sized by key-value heads, by the latent, and by windows not at all`() {
    // 4 layers · 2 · 2 · 64 · 2 bytes.
    #expect(smallModel.cacheBytesPerToken == 2048)
    #expect(ServedModel(smallArchitecture, on: plainDevice, tensorParallel: 2).cacheBytesPerToken == 1024)
    // Two key-value heads are copied to four ranks.
    #expect(ServedModel(smallArchitecture, on: plainDevice, tensorParallel: 4).cacheBytesPerToken == 1024)
    var latent = smallArchitecture
    latent.attention?.latent = LatentAttention(
      queryRank: 64, keyValueRank: 32, plainWidth: 48, ropeWidth: 16, valueWidth: 64)
    // 4 layers · (32 + 16) · 2 bytes, whole on every rank.
    #expect(ServedModel(latent, on: plainDevice, tensorParallel: 2).cacheBytesPerToken == 384)
  }

  @Test func `a windowed layer reads its window`() throws {
    var windowed = smallArchitecture
    windowed.attention?.window = 128
    let model = ServedModel(windowed, on: plainDevice)
    let short = try generateAnswers(load([2], prompt: 1000), with: model)
    let long = try generateAnswers(load([2], prompt: 4000), with: model)
    #expect(short.decode == long.decode)
  }

  @Test func `a group shares its prompt's pass and its cache`() throws {
    let answers = Array(repeating: 10, count: 16)
    let alone = try generateAnswers(load(answers, prompt: 1024), with: smallModel)
    let groups = try generateAnswers(load(answers, prompt: 1024, group: 8), with: smallModel)
    // Two prompts instead of sixteen, in one pass.
    #expect(alone.prefill == smallModel.prefillTime(prompts: 16, tokens: 1024))
    #expect(groups.prefill == smallModel.prefillTime(prompts: 2, tokens: 1024))
    #expect(groups.decode == alone.decode)
    // 2 · 1024 + 16 · 10 tokens of 2048 bytes against 16 · 1034.
    #expect(groups.peakCache.bytes == 2208 * 2048)
    #expect(alone.peakCache.bytes == 16_544 * 2048)
  }

  @Test func `the longest answer sets the steps and the batch shrinks on the way`() throws {
    let mixed = try generateAnswers(load([5, 100, 20]), with: smallModel)
    let longest = try generateAnswers(load([100]), with: smallModel)
    let full = try generateAnswers(load([100, 100, 100]), with: smallModel)
    #expect(mixed.decodeSteps == 99)
    #expect(mixed.generatedTokens == 125)
    #expect(longest.decode < mixed.decode && mixed.decode < full.decode)
  }

  @Test func `a small cache runs answers in turns and never holds more than there is`() throws {
    // Each sequence sets aside 64 + 36 tokens of 2048 bytes: two fit in 250 tokens.
    let budget = ByteCount(250 * 2048)
    let turns = try generateAnswers(load(Array(repeating: 36, count: 6), cache: budget), with: smallModel)
    #expect(turns.peakSequences == 2)
    #expect(turns.peakCache.bytes == 200 * 2048)
    #expect(turns.decodeSteps == 3 * 35)
    let together = try generateAnswers(load(Array(repeating: 36, count: 6)), with: smallModel)
    #expect(together.decodeSteps == 35 && together.total < turns.total)
  }

  @Test func `a waiting answer starts when another ends`() throws {
    // Two at a time: 10 and 30 start; 20 starts after 9 steps and has its first token from its own prompt's
    // pass, so it ends after 9 + 19 = 28 steps, before the 30 does after 29.
    let result = try generateAnswers(load([10, 30, 20], most: 2), with: smallModel)
    #expect(result.decodeSteps == 29)
    #expect(result.peakSequences == 2)
    #expect(
      result.prefill
        == smallModel.prefillTime(prompts: 2, tokens: 64) + smallModel.prefillTime(prompts: 1, tokens: 64))
  }

  @Test func `answers of one token need no step`() throws {
    let result = try generateAnswers(load([1, 1], most: 1), with: smallModel)
    #expect(result.decodeSteps == 0 && result.decode == .zero)
    #expect(result.prefill == smallModel.prefillTime(prompts: 1, tokens: 64) * 2)
  }

  @Test func `workers share groups and the slowest counts`() throws {
    let lengths = AnswerLengths.uniform(10, 200).draw(32, seed: 7)
    let one = try generateAnswers(load(lengths), with: smallModel, workers: 1)
    let four = try generateAnswers(load(lengths), with: smallModel, workers: 4)
    #expect(four.total < one.total)
    #expect(four.decodeSteps == one.decodeSteps)
    #expect(try one == generateAnswers(load(lengths), with: smallModel))
  }

  @Test func `tensor parallelism divides the weights read and sums twice a layer`() throws {
    let sum = SimDuration.microseconds(10)
    let two = ServedModel(llama2of7B, on: plainDevice, tensorParallel: 2)
    let meeting = ServedModel(llama2of7B, on: plainDevice, tensorParallel: 2) { _ in sum }
    let one = ServedModel(llama2of7B, on: plainDevice)
    let alone = try generateAnswers(load([2]), with: one).decode
    let halved = try generateAnswers(load([2]), with: two).decode
    #expect((halved.seconds / alone.seconds - 0.5).magnitude < 0.01)
    // 32 layers, after the attention's and the feed-forward part's second product.
    #expect(try generateAnswers(load([2]), with: meeting).decode == halved + sum * 64)
  }

  @Test func `what cannot run is said`() {
    func problem(_ load: RolloutLoad, _ model: ServedModel = smallModel) -> String {
      do throws(RolloutError) {
        _ = try generateAnswers(load, with: model)
        return "none"
      } catch { return error.description }
    }
    #expect(
      problem(load([100], cache: ByteCount(1000)))
        == "keys and values of one prompt and its answers take 335872 bytes of the 1000 there are: use shorter answers, "
        + "smaller groups, more tensor parallelism or a larger cache")
    #expect(
      problem(load([1, 1, 1, 1], group: 4, most: 3))
        == "a group of 4 answers cannot run where 3 sequences may: use smaller groups or more sequences")
    var encoder = smallArchitecture
    encoder.form = .encoder
    #expect(
      problem(load([1]), ServedModel(encoder, on: plainDevice))
        == "the model is no causal decoder and writes no answers: use a decoder")
  }
}
