import PostTraining
import Testing

@Suite("Lengths of answers") struct AnswerLengthTests {
  @Test func `lengths depend on seed and place alone`() {
    let lengths = AnswerLengths.logNormal(median: 300, sigma: 0.8, most: 4096)
    #expect(lengths.draw(100, seed: 3) == Array(lengths.draw(500, seed: 3).prefix(100)))
    #expect(lengths.draw(100, seed: 3) != lengths.draw(100, seed: 4))
  }

  @Test func `each distribution keeps its bounds and its middle`() {
    #expect(AnswerLengths.fixed(7).draw(3, seed: 1) == [7, 7, 7])
    let uniform = AnswerLengths.uniform(10, 20).draw(10_000, seed: 1)
    #expect(uniform.min() == 10 && uniform.max() == 20)
    // Mean 15, standard error √(10)/100.
    #expect((Double(uniform.reduce(0, +)) / 10_000 - 15).magnitude < 0.16)
    let skewed = AnswerLengths.logNormal(median: 300, sigma: 0.8, most: 1000).draw(10_000, seed: 1)
    #expect(skewed.max() == 1000)
    // Half lie below the median, give or take 5 · 50.
    #expect(abs(skewed.count { $0 < 300 } - 5000) < 250)
  }
}
