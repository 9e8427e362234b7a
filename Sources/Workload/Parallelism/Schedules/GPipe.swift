/// All forward passes, then all backward passes, the last micro-batch first.
///
/// - Source: Huang et al. 2019, “GPipe”, arXiv:1811.06965, section 2.3.
func gpipeActions(microBatches: Int) -> [PipelineAction] {
  (0..<microBatches).map { .pass(PipelinePass(.forward, chunk: 0, microBatch: $0)) }
    + (0..<microBatches).reversed().map { .pass(PipelinePass(.backward, chunk: 0, microBatch: $0)) }
}
