extension RunConvention {
  /// Sources that are benchmark pages of a framework or a vendor.
  static let products: [RunConvention] = [
    RunConvention(
      source: "MosaicML llm-foundry", framework: "pytorch-2-eager", gradient: "bf16",
      overlap: [.gradients, .parameters],
      network: "1600 Gb/s RoCE", hasDropout: false,
      evidence: """
        llm-foundry scripts/train/benchmarking: FSDP FULL_SHARD, backward_prefetch BACKWARD_POST, flash attention, \
        mixed_precision PURE or DEFAULT with bf16 reduction, attn_pdrop = resid_pdrop = 0; the multi-node runs of the \
        same tables that state their network have 1600 Gb/s RoCE
        """),
    RunConvention(
      source: "torchtitan", notes: "eager", framework: "pytorch-2-eager", gradient: "fp32",
      overlap: [.gradients, .parameters], virtualStages: 2, microBatch: 1, selective: "products",
      hasExpandableSegments: true, evidence: "as below, without torch.compile"),
    RunConvention(
      source: "torchtitan", framework: "pytorch-2-compile", gradient: "fp32",
      overlap: [.gradients, .parameters], keepsWholeInPipelines: true, virtualStages: 2,
      microBatch: 1, selective: "products", hasExpandableSegments: true,
      evidence: """
        torchtitan run_train.sh: PYTORCH_CUDA_ALLOC_CONF expandable_segments:True; docs/performance.md and arXiv:2410.06511: FSDP2 with param_dtype bf16 and reduce_dtype fp32, \
        prefetching; reshard_after_forward off in pipelines; pipeline_parallel_microbatch_size 1; \
        Interleaved1F1B with two stages a rank; selective_ac_option op
        """),
    RunConvention(
      source: "IBM/PyTorch fms-fsdp", framework: "pytorch-2-compile", gradient: "bf16",
      overlap: [.gradients, .parameters],
      evidence:
        "fms-fsdp policies/mixed_precision.py: bfSixteen for parameters, reduction and buffers; limit_all_gathers"
    ),
    RunConvention(
      source: "NVIDIA NeMo 24.07", gradient: "bf16", overlap: [.gradients, .parameters, .tensor, .pipeline],
      splitsSequence: true, hasNarrowPrimaryWeights: true,
      evidence: """
        NeMo-Framework-Launcher training configs of 24.07: ub_tp_comm_overlap, overlap_grad_sync, \
        overlap_param_sync, overlap_p2p_comm, grad_sync_dtype bf16, Transformer Engine attention; NeMo's \
        recipe bf16_with_fp8_mixed sets fp8_params
        """),
    RunConvention(
      source: "NVIDIA Megatron-Bridge", gradient: "bf16",
      overlap: [.gradients, .parameters, .tensor, .pipeline],
      splitsSequence: true, expertTensor: 1, hasNarrowPrimaryWeights: true,
      evidence: """
        Megatron-Bridge scripts/performance: grad_reduce_in_fp32 False, overlap_grad_reduce, overlap_param_gather, \
        tp_comm_overlap, sequence_parallel where tensor_model_parallel_size > 1, expert_tensor_parallel_size 1; \
        training/mixed_precision.py sets fp8_param_gather in its fp8 recipes
        """),
    RunConvention(
      source: "NVIDIA dgxc-benchmarking", document: "grok1/README_314b.md",
      framework: "nemo-24.09-flash-attention-2", gradient: "bf16",
      overlap: [.gradients, .parameters, .tensor, .pipeline], splitsSequence: true,
      vocabulary: 128_256, hasNarrowPrimaryWeights: true,
      evidence: """
        dgxc-benchmarking grok1/grok1_314b.yaml and configure.sh of release 25.01: NVTE_FUSED_ATTN=0, \
        ub_tp_comm_overlap, fp8_params, grad_sync_dtype bf16, the tokenizer of Llama 3; no degree of its own for \
        experts, which NeMo then divides as the rest
        """),
    RunConvention(
      source: "NVIDIA dgxc-benchmarking", document: "nemo_megatron/README_175b.md",
      framework: "nemo-24.09-flash-attention-2", gradient: "bf16",
      overlap: [.gradients, .parameters, .tensor, .pipeline], splitsSequence: true,
      vocabulary: 131072, hasNarrowPrimaryWeights: true,
      evidence:
        "dgxc-benchmarking nemo_megatron/configure.sh of release 25.01: NVTE_FUSED_ATTN=0; the rest as below"),
    RunConvention(
      source: "NVIDIA dgxc-benchmarking", document: "llama4/", hardware: "H100", gradient: "bf16",
      overlap: [.gradients, .parameters, .tensor, .pipeline], splitsSequence: true,
      hasNarrowPrimaryWeights: true,
      evidence: "dgxc-benchmarking llama4/launch.sh: ETP 4 as TP on H100; the rest as below"),
    RunConvention(
      source: "NVIDIA dgxc-benchmarking", gradient: "bf16",
      overlap: [.gradients, .parameters, .tensor, .pipeline], splitsSequence: true, expertTensor: 1,
      vocabulary: 131072, hasNarrowPrimaryWeights: true,
      evidence: """
        dgxc-benchmarking recipes over NeMo's performance scripts: as Megatron-Bridge; the Grok recipe keeps \
        expert_tensor_parallel_size 1 and its proxies the 131,072 words of Grok-1
        """),
    RunConvention(
      source: "NVIDIA JAX-Toolbox MaxText", overlap: [.gradients, .parameters],
      evidence:
        "JAX-Toolbox rosetta/rosetta/projects/maxtext: XLA's latency-hiding scheduler, cuDNN flash attention"),
    RunConvention(
      source: "stas00", framework: "pytorch-2-liger", gradient: "bf16", overlap: [.gradients, .parameters],
      evidence: "DeepSpeed ZeRO-3 with overlap_comm, bf16 reduction"),
    RunConvention(
      source: "LitGPT", framework: "litgpt-2023", overlap: [.gradients, .parameters], reducesOnce: true,
      evidence: """
        lit-gpt tutorials/resource-tables.md: PyTorch 2.1, bitsandbytes 0.41.1, bf16-true; finetune/lora.py: \
        FSDPStrategy of every Block, no_backward_sync until the last micro-batch
        """),
    RunConvention(
      source: "MLPerf Training", model: "resnet50", framework: "mxnet-ngc", overlap: [.gradients],
      network: "8x400 Gb/s InfiniBand NDR",
      evidence:
        "NVIDIA's ResNet-50 implementation in MXNet, NHWC layout, Horovod; system descriptions as below"),
    RunConvention(
      source: "Pollux/Sia", framework: "pytorch", overlap: [.gradients],
      evidence: "AdaptDL's ImageNet example: torchvision's ResNet-50 under DistributedDataParallel"),
    RunConvention(
      source: "MLPerf Training", framework: "none", gradient: "bf16",
      overlap: [.gradients, .parameters, .tensor, .pipeline],
      network: "8x400 Gb/s InfiniBand NDR", splitsSequence: true, zeroStage: 1, virtualStages: 6,
      hasDropout: false, hasNarrowPrimaryWeights: true,
      evidence: """
        mlcommons/training_results_v3.1, NVIDIA's gpt3 implementation: config_common.sh USE_DIST_OPTIMIZER, \
        config_DGXH100_*: TP_COMM_OVERLAP; six chunks as NVIDIA's own page of NeMo 24.07 has for GPT-3 175B at the \
        same degrees; system descriptions: eight ConnectX-7 of 400 Gb/s; \
        layouts of all these rows are of NVIDIA's NeMo configurations. fp8 weights alone are inferred: NeMo's fp8 recipe \
        has them, and the LoRA runs peak at 82 GiB on one rank's model, whose 16-bit weights would be 128 GiB
        """),
  ]
}
