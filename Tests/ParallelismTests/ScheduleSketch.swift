import Parallelism

extension PipelineSchedule {
  /// One line a device, one letter a tick of F = B = W = 1: `F`, `B` (whole backward pass), `I`,
  /// `W`, `X` (a pair whose forward pass is of chunk 0) in capitals for chunk 0, else small; `.` idle.
  var sketch: [String] {
    let timeline = timeline(PipelineTimes(forward: 1, backwardInput: 1, backwardWeight: 1))
    return actions.indices.map { device in
      var line = ""
      for (position, action) in actions[device].enumerated() {
        let start = Int(timeline.start[device][position])
        line += String(repeating: ".", count: start - line.count)
        let pair = action.passes.count == 2
        let letter = pair ? "X" : String(action.description.prefix(1))
        let length = Int(timeline.end[device][position]) - start
        line += String(
          repeating: action.passes[0].chunk == 0 ? letter : letter.lowercased(), count: length)
      }
      return line + String(repeating: ".", count: Int(timeline.makespan) - line.count)
    }
  }
}
