#include "model_layout.h"

#include <string>

#include "model_vocabulary.h"

namespace abstractllm::bench {
namespace {

void WriteConfiguration(const ModelShape& shape, gguf_context* file) {
  const std::string prefix = std::string(shape.architecture) + ".";
  const auto set = [&](const char* key, uint32_t value) {
    gguf_set_val_u32(file, (prefix + key).c_str(), value);
  };
  gguf_set_val_str(file, "general.architecture", shape.architecture);
  gguf_set_val_str(file, "general.name", shape.name);
  set("context_length", shape.context);
  set("embedding_length", shape.embedding);
  set("block_count", shape.layers);
  set("feed_forward_length", shape.feed_forward);
  set("attention.head_count", shape.heads);
  set("attention.head_count_kv", shape.kv_heads);
}

void SetFloat(const ModelShape& shape, const char* key, float value, gguf_context* file) {
  gguf_set_val_f32(file, (std::string(shape.architecture) + "." + key).c_str(), value);
}

std::string Block(uint32_t layer) { return "blk." + std::to_string(layer) + "."; }

}  // namespace

void WriteDecoder(const ModelShape& shape, ModelWriter* writer) {
  const bool has_bias = std::string(shape.architecture) == "qwen2";
  gguf_context* file = writer->metadata();
  WriteConfiguration(shape, file);
  SetFloat(shape, "attention.layer_norm_rms_epsilon", 1e-6f, file);
  SetFloat(shape, "rope.freq_base", shape.rope_base, file);
  WriteByteVocabulary(file, shape.vocabulary, has_bias ? "qwen2" : "llama-bpe");

  const uint32_t kv_size = shape.embedding / shape.heads * shape.kv_heads;
  // The end token's row is zero, and so is its logit: no engine ever draws it, and all
  // generate as much as they are asked for. Nor single bytes, half of which are no text by
  // themselves, so that each token is a text that can be waited for.
  const SpecialRows special = {kByteTokens, shape.vocabulary - 1};
  writer->Matrix("token_embd.weight", shape.embedding, shape.vocabulary, special);
  writer->Vector("output_norm.weight", shape.embedding, 1.0f);
  for (uint32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string block = Block(layer);
    writer->Vector(block + "attn_norm.weight", shape.embedding, 1.0f);
    writer->Vector(block + "ffn_norm.weight", shape.embedding, 1.0f);
    writer->Matrix(block + "attn_q.weight", shape.embedding, shape.embedding);
    writer->Matrix(block + "attn_k.weight", shape.embedding, kv_size);
    writer->Matrix(block + "attn_v.weight", shape.embedding, kv_size);
    if (has_bias) {
      writer->Vector(block + "attn_q.bias", shape.embedding, 0.0f);
      writer->Vector(block + "attn_k.bias", kv_size, 0.0f);
      writer->Vector(block + "attn_v.bias", kv_size, 0.0f);
    }
    writer->Matrix(block + "attn_output.weight", shape.embedding, shape.embedding);
    writer->Matrix(block + "ffn_gate.weight", shape.embedding, shape.feed_forward);
    writer->Matrix(block + "ffn_up.weight", shape.embedding, shape.feed_forward);
    writer->Matrix(block + "ffn_down.weight", shape.feed_forward, shape.embedding);
  }
}

void WriteEncoder(const ModelShape& shape, ModelWriter* writer) {
  constexpr uint32_t kPoolingMean = 1;
  gguf_context* file = writer->metadata();
  WriteConfiguration(shape, file);
  SetFloat(shape, "attention.layer_norm_epsilon", 1e-12f, file);
  gguf_set_val_bool(file, "bert.attention.causal", false);
  gguf_set_val_u32(file, "bert.pooling_type", kPoolingMean);
  WriteWordPieceVocabulary(file, shape.vocabulary);

  const auto norm = [&](const std::string& name) {
    writer->Vector(name + ".weight", shape.embedding, 1.0f);
    writer->Vector(name + ".bias", shape.embedding, 0.0f);
  };
  const auto linear = [&](const std::string& name, int64_t columns, int64_t rows) {
    writer->Matrix(name + ".weight", columns, rows);
    writer->Vector(name + ".bias", rows, 0.0f);
  };
  writer->Matrix("token_embd.weight", shape.embedding, shape.vocabulary);
  // The engine takes these two as f32 only.
  writer->Constant("position_embd.weight", shape.embedding, shape.context, 0.01f);
  writer->Constant("token_types.weight", shape.embedding, 2, 0.01f);
  norm("token_embd_norm");
  for (uint32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string block = Block(layer);
    for (const char* part : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
      linear(block + part, shape.embedding, shape.embedding);
    }
    norm(block + "attn_output_norm");
    linear(block + "ffn_up", shape.embedding, shape.feed_forward);
    linear(block + "ffn_down", shape.feed_forward, shape.embedding);
    norm(block + "layer_output_norm");
  }
}

}  // namespace abstractllm::bench
