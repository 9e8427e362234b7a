extension RunConvention {
  /// Sources that are papers or logs of one project's runs.
  static let papers: [RunConvention] = [
    RunConvention(
      source: "Narayanan et al. SC21", framework: "megatron-lm-2021", gradient: "fp32", hasDropout: true,
      evidence: """
        arXiv:2104.04473: mixed precision with fp32 main gradients, no distributed optimizer in that release, \
        data-parallel all-reduce after the last backward pass, fused scale-mask-softmax, dropout 0.1. Chunks of the \
        runs of Table 2 are not stated: one, the default
        """),
    RunConvention(
      source: "Korthikanti et al. 2022", framework: "megatron-lm-2021", gradient: "fp32", hasDropout: true,
      evidence: """
        arXiv:2205.05198, section 6: Megatron-LM as above with sequence parallelism and selective recomputation; \
        "unoverlapped data-parallel all-reduce"
        """),
    RunConvention(
      source: "BigScience BLOOM", framework: "megatron-lm-2021", gradient: "fp32", hasDropout: false,
      evidence: """
        chronicles-prequel.md: Megatron-DeepSpeed, ZeRO stage 1, fp16 with fp32 main gradients; tr11-176B-ml.slurm: \
        ALiBi, no dropout; pipeline engine reduces at the step's end
        """),
    RunConvention(
      source: "Hagemann et al. 2023", attentionKernel: "RMS kernel", framework: "aleph-alpha-scaling-norm",
      gradient: "fp32", network: "1x200 Gb/s InfiniBand HDR",
      evidence: "arXiv:2311.05610, section 4.2: as below with the fused RMSNorm kernel of FlashAttention"),
    RunConvention(
      source: "Hagemann et al. 2023", framework: "aleph-alpha-scaling", gradient: "fp32",
      network: "1x200 Gb/s InfiniBand HDR",
      evidence: """
        arXiv:2311.05610, section 3: DGX A100 nodes joined by 200 Gb/s HDR InfiniBand, bf16 with fp32 gradients, \
        ZeRO-1, 1F1B
        """),
    RunConvention(
      source: "OneFlow DLPerf GPT", build: "OneFlow", tensor: 1, framework: "oneflow", overlap: [.gradients],
      hasDropout: true,
      evidence: """
        DLPerf OneFlow/LanguageModeling/GPT: checkpointed activations, --fp16, dropout 0.1; collective boxing has streams \
        of its own where no tensor ranks put NCCL on that of the kernels (oneflow pull requests 4221, 4236)
        """),
    RunConvention(
      source: "OneFlow DLPerf GPT", build: "OneFlow", framework: "oneflow", hasDropout: true,
      evidence: "as above, with tensor ranks: NCCL runs on the stream of the kernels"),
    RunConvention(
      source: "OneFlow DLPerf GPT", framework: "megatron-lm-2021", gradient: "fp32", hasDropout: true,
      evidence:
        "DLPerf reports/dlperf_gpt_test_report_210523: Megatron-LM of 2021-04, --fp16, checkpointed activations"
    ),
    RunConvention(
      source: "InternEvo", framework: "internevo-2023", gradient: "bf16", overlap: [.gradients],
      evidence: """
        InternEvo doc/en/train_performance.md and configs/7B_sft.py: hybrid_zero_optimizer with \
        overlap_sync_grad = True, overlap_sync_param = False; gradients in the model's format
        """),
  ]
}
