import Catalogues
import Diagnostics
import ModelGraphs
import Testing

/// The dimensions of published configuration files, and the catalogue's name of the same model.
let publishedConfigs: [(name: String, text: String)] = [
  (
    "llama-3.1-8b",
    """
    {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "hidden_act": "silu",
     "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 131072,
     "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
     "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
     "rope_scaling": {"factor": 8.0, "rope_type": "llama3"}, "rope_theta": 500000.0,
     "tie_word_embeddings": false, "torch_dtype": "bfloat16", "vocab_size": 128256}
    """
  ),
  (
    "qwen3-30b-a3b",
    """
    {"model_type": "qwen3_moe", "decoder_sparse_step": 1, "head_dim": 128, "hidden_act": "silu",
     "hidden_size": 2048, "intermediate_size": 6144, "max_position_embeddings": 40960,
     "max_window_layers": 48, "mlp_only_layers": [], "moe_intermediate_size": 768,
     "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8, "num_hidden_layers": 48,
     "num_key_value_heads": 4, "sliding_window": null, "tie_word_embeddings": false,
     "use_sliding_window": false, "vocab_size": 151936, "attention_bias": false}
    """
  ),
  (
    "gpt-oss-120b",
    """
    {"model_type": "gpt_oss", "attention_bias": true, "experts_per_token": 4, "head_dim": 64,
     "hidden_act": "silu", "hidden_size": 2880, "intermediate_size": 2880,
     "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
     "max_position_embeddings": 131072, "num_attention_heads": 64, "num_hidden_layers": 36,
     "num_key_value_heads": 8, "num_local_experts": 128, "sliding_window": 128,
     "tie_word_embeddings": false, "vocab_size": 201088}
    """
  ),
  (
    "mixtral-8x22b",
    """
    {"model_type": "mixtral", "hidden_act": "silu", "hidden_size": 6144, "intermediate_size": 16384,
     "max_position_embeddings": 65536, "num_attention_heads": 48, "num_experts_per_tok": 2,
     "num_hidden_layers": 56, "num_key_value_heads": 8, "num_local_experts": 8, "sliding_window": null,
     "tie_word_embeddings": false, "vocab_size": 32768}
    """
  ),
  (
    "deepseek-v3",
    """
    {"model_type": "deepseek_v3", "first_k_dense_replace": 3, "hidden_act": "silu", "hidden_size": 7168,
     "intermediate_size": 18432, "kv_lora_rank": 512, "max_position_embeddings": 163840,
     "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 256,
     "n_shared_experts": 1, "num_attention_heads": 128, "num_experts_per_tok": 8,
     "num_hidden_layers": 61, "num_key_value_heads": 128, "num_nextn_predict_layers": 1,
     "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
     "tie_word_embeddings": false, "vocab_size": 129280, "attention_bias": false}
    """
  ),
  (
    "deepseek-v2-lite",
    """
    {"model_type": "deepseek_v2", "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 2048,
     "intermediate_size": 10944, "kv_lora_rank": 512, "max_position_embeddings": 163840,
     "moe_intermediate_size": 1408, "moe_layer_freq": 1, "n_routed_experts": 64, "n_shared_experts": 2,
     "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 27,
     "num_key_value_heads": 16, "q_lora_rank": null, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
     "v_head_dim": 128, "vocab_size": 102400}
    """
  ),
  (
    "gpt2",
    """
    {"model_type": "gpt2", "activation_function": "gelu_new", "n_ctx": 1024, "n_embd": 768, "n_head": 12,
     "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1, "vocab_size": 50257}
    """
  ),
  (
    "opt-350m",
    """
    {"model_type": "opt", "activation_function": "relu", "do_layer_norm_before": false, "dropout": 0.1,
     "ffn_dim": 4096, "hidden_size": 1024, "max_position_embeddings": 2048, "num_attention_heads": 16,
     "num_hidden_layers": 24, "vocab_size": 50272, "word_embed_proj_dim": 512}
    """
  ),
  (
    "falcon-7b",
    """
    {"model_type": "falcon", "alibi": false, "bias": false, "hidden_size": 4544, "multi_query": true,
     "new_decoder_architecture": false, "num_attention_heads": 71, "num_hidden_layers": 32,
     "parallel_attn": true, "vocab_size": 65024}
    """
  ),
  (
    "falcon-40b",
    """
    {"model_type": "falcon", "alibi": false, "bias": false, "hidden_size": 8192,
     "new_decoder_architecture": true, "num_attention_heads": 128, "num_hidden_layers": 60,
     "num_kv_heads": 8, "parallel_attn": true, "vocab_size": 65024}
    """
  ),
  (
    "bloom-560m",
    """
    {"model_type": "bloom", "n_embed": 1024, "n_layer": 24, "num_attention_heads": 16,
     "hidden_dropout": 0.0, "vocab_size": 250880}
    """
  ),
  (
    "mpt-7b",
    """
    {"model_type": "mpt", "attn_config": {"alibi": true}, "d_model": 4096, "expansion_ratio": 4,
     "max_seq_len": 2048, "n_heads": 32, "n_layers": 32, "no_bias": true, "vocab_size": 50432}
    """
  ),
  (
    "dbrx",
    """
    {"model_type": "dbrx", "attn_config": {"kv_n_heads": 8, "clip_qkv": 8}, "d_model": 6144,
     "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4},
     "max_seq_len": 32768, "n_heads": 48, "n_layers": 40, "tie_word_embeddings": false,
     "vocab_size": 100352}
    """
  ),
  (
    "phi-2",
    """
    {"model_type": "phi", "hidden_act": "gelu_new", "hidden_size": 2560, "intermediate_size": 10240,
     "max_position_embeddings": 2048, "num_attention_heads": 32, "num_hidden_layers": 32,
     "resid_pdrop": 0.1, "tie_word_embeddings": false, "vocab_size": 51200}
    """
  ),
  (
    "phi-3.5-moe",
    """
    {"model_type": "phimoe", "attention_bias": true, "hidden_act": "silu", "hidden_size": 4096,
     "intermediate_size": 6400, "lm_head_bias": true, "max_position_embeddings": 131072,
     "num_attention_heads": 32, "num_experts_per_tok": 2, "num_hidden_layers": 32,
     "num_key_value_heads": 8, "num_local_experts": 16, "tie_word_embeddings": false, "vocab_size": 32064}
    """
  ),
  (
    "gpt-neox-20b",
    """
    {"model_type": "gpt_neox", "hidden_act": "gelu_fast", "hidden_size": 6144, "intermediate_size": 24576,
     "max_position_embeddings": 2048, "num_attention_heads": 64, "num_hidden_layers": 44,
     "tie_word_embeddings": false, "vocab_size": 50432}
    """
  ),
  (
    "gpt-j-6b",
    """
    {"model_type": "gptj", "activation_function": "gelu_new", "n_embd": 4096, "n_head": 16,
     "n_inner": null, "n_layer": 28, "n_positions": 2048, "resid_pdrop": 0.0,
     "tie_word_embeddings": false, "vocab_size": 50400}
    """
  ),
  (
    "gemma-2-9b",
    """
    {"model_type": "gemma2", "attention_bias": false, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
     "hidden_size": 3584, "intermediate_size": 14336, "max_position_embeddings": 8192,
     "num_attention_heads": 16, "num_hidden_layers": 42, "num_key_value_heads": 8,
     "sliding_window": 4096, "vocab_size": 256000}
    """
  ),
  (
    "gemma-3-4b",
    """
    {"model_type": "gemma3", "vision_config": {"hidden_size": 1152},
     "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
                     "num_hidden_layers": 34, "sliding_window": 1024}}
    """
  ),
  (
    "llama-4-maverick-17b-128e",
    """
    {"model_type": "llama4",
     "text_config": {"attention_chunk_size": 8192, "head_dim": 128, "hidden_act": "silu",
       "hidden_size": 5120, "interleave_moe_layer_step": 2, "intermediate_size": 8192,
       "intermediate_size_mlp": 16384, "max_position_embeddings": 1048576, "model_type": "llama4_text",
       "num_attention_heads": 40, "num_experts_per_tok": 1, "num_hidden_layers": 48,
       "num_key_value_heads": 8, "num_local_experts": 128, "tie_word_embeddings": false,
       "vocab_size": 202048}}
    """
  ),
  (
    "qwen1.5-moe-a2.7b",
    """
    {"model_type": "qwen2_moe", "decoder_sparse_step": 1, "hidden_act": "silu", "hidden_size": 2048,
     "intermediate_size": 5632, "max_position_embeddings": 8192, "moe_intermediate_size": 1408,
     "num_attention_heads": 16, "num_experts": 60, "num_experts_per_tok": 4, "num_hidden_layers": 24,
     "num_key_value_heads": 16, "shared_expert_intermediate_size": 5632, "use_sliding_window": false,
     "vocab_size": 151936}
    """
  ),
  (
    "qwen-7b",
    """
    {"model_type": "qwen", "hidden_size": 4096, "intermediate_size": 22016, "kv_channels": 128,
     "no_bias": true, "num_attention_heads": 32, "num_hidden_layers": 32, "seq_length": 8192,
     "tie_word_embeddings": false, "vocab_size": 151936}
    """
  ),
  (
    "glm-4-9b",
    """
    {"model_type": "chatglm", "add_bias_linear": false, "add_qkv_bias": true, "ffn_hidden_size": 13696,
     "hidden_size": 4096, "kv_channels": 128, "multi_query_attention": true, "multi_query_group_num": 2,
     "num_attention_heads": 32, "num_layers": 40, "padded_vocab_size": 151552, "seq_length": 131072,
     "tie_word_embeddings": false}
    """
  ),
  (
    "olmo-2-7b",
    """
    {"model_type": "olmo2", "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 11008,
     "max_position_embeddings": 4096, "num_attention_heads": 32, "num_hidden_layers": 32,
     "num_key_value_heads": 32, "tie_word_embeddings": false, "vocab_size": 100352}
    """
  ),
  (
    "nemotron-4-340b",
    """
    {"model_type": "nemotron", "hidden_act": "relu2", "hidden_size": 18432, "intermediate_size": 73728,
     "max_position_embeddings": 4096, "num_attention_heads": 96, "num_hidden_layers": 96,
     "num_key_value_heads": 8, "tie_word_embeddings": false, "vocab_size": 256000}
    """
  ),
  (
    "bert-base",
    """
    {"model_type": "bert", "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "hidden_size": 768,
     "intermediate_size": 3072, "max_position_embeddings": 512, "num_attention_heads": 12,
     "num_hidden_layers": 12, "type_vocab_size": 2, "vocab_size": 30522}
    """
  ),
  (
    "multilingual-e5-base",
    """
    {"model_type": "xlm-roberta", "hidden_act": "gelu", "hidden_size": 768, "intermediate_size": 3072,
     "max_position_embeddings": 514, "num_attention_heads": 12, "num_hidden_layers": 12,
     "type_vocab_size": 1, "vocab_size": 250002}
    """
  ),
  (
    "t5-small",
    """
    {"model_type": "t5", "d_ff": 2048, "d_kv": 64, "d_model": 512, "dropout_rate": 0.1,
     "n_positions": 512, "num_heads": 8, "num_layers": 6, "relative_attention_num_buckets": 32,
     "vocab_size": 32128}
    """
  ),
  (
    "mamba-130m",
    """
    {"model_type": "mamba", "conv_kernel": 4, "expand": 2, "hidden_size": 768, "intermediate_size": 1536,
     "num_hidden_layers": 24, "state_size": 16, "time_step_rank": 48, "vocab_size": 50280}
    """
  ),
  (
    "jamba-v0.1",
    """
    {"model_type": "jamba", "attn_layer_offset": 4, "attn_layer_period": 8, "expert_layer_offset": 1,
     "expert_layer_period": 2, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336,
     "mamba_d_conv": 4, "mamba_d_state": 16, "mamba_dt_rank": 256, "mamba_expand": 2,
     "max_position_embeddings": 262144, "num_attention_heads": 32, "num_experts": 16,
     "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8,
     "tie_word_embeddings": false, "vocab_size": 65536}
    """
  ),
]

@Suite("Hugging Face configurations") struct HuggingFaceConfigTests {
  @Test(arguments: publishedConfigs.map(\.name))
  func `give the architecture of the catalogue`(name: String) throws {
    let text = try #require(publishedConfigs.first { $0.name == name }?.text)
    let read = try readHuggingFaceConfig(text, file: "config.json")
    guard case .transformer(let expected) = try Catalogue.bundled.model(named: name).architecture else {
      Issue.record("\(name) is no transformer")
      return
    }
    #expect(read.parameterCount == expected.parameterCount)
    #expect(read.attention == expected.attention)
    #expect(read.feedForward == expected.feedForward)
    #expect(read.experts == expected.experts)
    #expect(read.stateSpace == expected.stateSpace)
    #expect(read.norm == expected.norm)
    #expect(read.embedding == expected.embedding)
    #expect(read.head == expected.head)
  }

  @Test func `reads the vision encoder with its classes`() throws {
    let labels = (0..<1000).map { "\"\($0)\": \"c\"" }.joined(separator: ", ")
    let read = try readHuggingFaceConfig(
      """
      {"model_type": "vit", "hidden_act": "gelu", "hidden_size": 768, "image_size": 224,
       "intermediate_size": 3072, "num_attention_heads": 12, "num_hidden_layers": 12, "patch_size": 16,
       "id2label": {\(labels)}}
      """, file: "config.json")
    #expect(read.parameterCount == 86_567_656)
  }

  @Test func `reads sparse attention of DeepSeek V3.2`() throws {
    let base = try #require(publishedConfigs.first { $0.name == "deepseek-v3" }?.text)
    let text = "{\"index_head_dim\": 128, \"index_n_heads\": 64, \"index_topk\": 2048, " + base.dropFirst()
    let read = try readHuggingFaceConfig(text.replacing("deepseek_v3", with: "deepseek_v32"), file: "c.json")
    #expect(read.hidden == 7168 && read.layerCount == 61 && read.attention?.heads == 128)
    #expect(read.attention?.latent?.queryRank == 1536 && read.attention?.latent?.keyValueRank == 512)
    #expect(read.experts?.count == 256 && read.experts?.denseFirst == 3)
    #expect(read.attention?.window(ofBlock: 0) == 2048)
    // The scorer adds per layer 1536 · 64 · 128 + 7168 · 128 + 7168 · 64 + 2 · 128 = 13,959,424.
    #expect(read.parameterCount == 671_026_419_200 + 61 * 13_959_424)
  }

  @Test func `windows follow the layer types`() throws {
    let text = try #require(publishedConfigs.first { $0.name == "gpt-oss-120b" }?.text)
    let read = try readHuggingFaceConfig(text, file: "config.json")
    #expect(read.attention?.window(ofBlock: 0) == 128)
    #expect(read.attention?.window(ofBlock: 1) == nil)
  }

  @Test(arguments: [
    (
      "{\"model_type\": \"rwkv\"}",
      """
      config.json:1:16: model_type: model_type 'rwkv' is not supported
        mend: supported: \(supportedFamilies)
      """
    ),
    (
      "{\"model_type\": \"lama\"}",
      "config.json:1:16: model_type: model_type 'lama' is not supported\n  mend: did you mean 'llama'?"
    ),
    ("{\"hidden_size\": 8}", "config.json:1:1: required key 'model_type' is missing"),
    (
      "{\"model_type\": \"llama\",\n \"hidden_size\": \"big\", \"num_hidden_layers\": 2,\n"
        + " \"num_attention_heads\": 0, \"vocab_size\": 9}",
      """
      config.json:2:17: hidden_size: expected a whole number, found the text 'big'
      config.json:3:25: num_attention_heads: 0 is out of range: 1 to 4096
      """
    ),
    ("[1]", "config.json:1:1: expected a mapping, found a list"),
  ])
  func `faults are reported where they stand`(text: String, message: String) {
    let error = #expect(throws: Diagnostics.self) { try readHuggingFaceConfig(text, file: "config.json") }
    #expect(error?.description == message)
  }

  @Test func `broken JSON is located`() {
    let error = #expect(throws: Diagnostics.self) {
      try readHuggingFaceConfig("{\"model_type\": \"llama\",\n\"hidden_size\": [1}\n}", file: "config.json")
    }
    #expect(
      error?.description
        == "config.json:2:18: did not find expected ',' or ']' while parsing a flow sequence that starts in line 2"
    )
  }
}

private let supportedFamilies =
  "bert, bloom, chatglm, dbrx, deepseek, deepseek_v2, deepseek_v3, deepseek_v32, falcon, falcon_mamba, gemma, "
  + "gemma2, gemma3_text, gpt2, gpt_neox, gpt_oss, gptj, grok-1, jamba, kimi_k2, llama, llama4_text, mamba, "
  + "mistral, mixtral, mpt, nemotron, olmo2, opt, phi, phi3, phimoe, qwen, qwen2, qwen2_moe, qwen3, qwen3_moe, "
  + "roberta, t5, vit, xlm-roberta"
