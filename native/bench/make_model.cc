// Writes a GGUF with random weights in the shape of a real model, so that benchmarks
// need no download: speed does not depend on what the weights mean.
//
//   make_model OUT.gguf [q8_0|q4_0|f16] [qwen2-0.5b|tiny]
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "ggml.h"
#include "gguf.h"

namespace {

// Figures of Qwen2 0.5B's published configuration.
struct Shape {
  const char* name;
  uint32_t vocabulary, embedding, layers, feed_forward, heads, kv_heads, context;
};
constexpr Shape kShapes[] = {
    {"qwen2-0.5b", 151936, 896, 24, 4864, 14, 2, 32768},
    {"tiny", 4096, 256, 4, 704, 4, 2, 4096},
};

struct Writer {
  gguf_context_ptr file;
  ggml_context_ptr tensors;
  std::mt19937 random{42};

  void Matrix(const std::string& name, ggml_type type, int64_t columns, int64_t rows) {
    ggml_tensor* tensor = ggml_new_tensor_2d(tensors.get(), type, columns, rows);
    ggml_set_name(tensor, name.c_str());
    // One row of real quantised values, repeated with a shift: random enough for
    // caches and branch predictors, and fast to make.
    std::normal_distribution<float> normal(0.0f, 0.02f);
    std::vector<float> row(static_cast<size_t>(columns));
    constexpr int64_t kDistinctRows = 64;
    const size_t row_bytes = ggml_row_size(type, columns);
    auto* data = static_cast<char*>(tensor->data);
    for (int64_t r = 0; r < rows; ++r) {
      if (r >= kDistinctRows) {
        std::memcpy(data + r * row_bytes, data + (r % kDistinctRows) * row_bytes, row_bytes);
        continue;
      }
      for (float& value : row) value = normal(random);
      ggml_quantize_chunk(type, row.data(), data + r * row_bytes, 0, 1, columns, nullptr);
    }
    gguf_add_tensor(file.get(), tensor);
  }

  void Vector(const std::string& name, int64_t size, float value) {
    ggml_tensor* tensor = ggml_new_tensor_1d(tensors.get(), GGML_TYPE_F32, size);
    ggml_set_name(tensor, name.c_str());
    for (int64_t i = 0; i < size; ++i) static_cast<float*>(tensor->data)[i] = value;
    gguf_add_tensor(file.get(), tensor);
  }
};

// GPT-2's printable stand-in for a byte.
std::string ByteToken(int byte) {
  const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  static int next = 256;
  const int code = printable ? byte : next++;
  std::string text;
  if (code < 128) {
    text += static_cast<char>(code);
  } else {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
  return text;
}

void WriteVocabulary(gguf_context* file, uint32_t size) {
  constexpr int32_t kNormal = 1;
  constexpr int32_t kControl = 3;
  std::vector<std::string> texts;
  for (int byte = 0; byte < 256; ++byte) texts.push_back(ByteToken(byte));
  while (texts.size() + 1 < size) texts.push_back("w" + std::to_string(texts.size()));
  texts.push_back("<|endoftext|>");
  std::vector<int32_t> types(size, kNormal);
  types.back() = kControl;
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const char* merges[] = {"t h", "i n"};
  gguf_set_val_str(file, "tokenizer.ggml.model", "gpt2");
  gguf_set_val_str(file, "tokenizer.ggml.pre", "qwen2");
  gguf_set_arr_str(file, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
  gguf_set_arr_data(file, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(), types.size());
  gguf_set_arr_str(file, "tokenizer.ggml.merges", merges, 2);
  gguf_set_val_u32(file, "tokenizer.ggml.eos_token_id", size - 1);
  gguf_set_val_bool(file, "tokenizer.ggml.add_bos_token", false);
}

void WriteConfiguration(gguf_context* file, const Shape& shape) {
  gguf_set_val_str(file, "general.architecture", "qwen2");
  gguf_set_val_str(file, "general.name", shape.name);
  gguf_set_val_u32(file, "qwen2.context_length", shape.context);
  gguf_set_val_u32(file, "qwen2.embedding_length", shape.embedding);
  gguf_set_val_u32(file, "qwen2.block_count", shape.layers);
  gguf_set_val_u32(file, "qwen2.feed_forward_length", shape.feed_forward);
  gguf_set_val_u32(file, "qwen2.attention.head_count", shape.heads);
  gguf_set_val_u32(file, "qwen2.attention.head_count_kv", shape.kv_heads);
  gguf_set_val_f32(file, "qwen2.attention.layer_norm_rms_epsilon", 1e-6f);
  gguf_set_val_f32(file, "qwen2.rope.freq_base", 1000000.0f);
}

void WriteTensors(Writer* writer, const Shape& shape, ggml_type type) {
  const uint32_t head_size = shape.embedding / shape.heads;
  const uint32_t kv_size = head_size * shape.kv_heads;
  writer->Matrix("token_embd.weight", type, shape.embedding, shape.vocabulary);
  writer->Vector("output_norm.weight", shape.embedding, 1.0f);
  for (uint32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    writer->Vector(prefix + "attn_norm.weight", shape.embedding, 1.0f);
    writer->Vector(prefix + "ffn_norm.weight", shape.embedding, 1.0f);
    writer->Matrix(prefix + "attn_q.weight", type, shape.embedding, shape.embedding);
    writer->Vector(prefix + "attn_q.bias", shape.embedding, 0.0f);
    writer->Matrix(prefix + "attn_k.weight", type, shape.embedding, kv_size);
    writer->Vector(prefix + "attn_k.bias", kv_size, 0.0f);
    writer->Matrix(prefix + "attn_v.weight", type, shape.embedding, kv_size);
    writer->Vector(prefix + "attn_v.bias", kv_size, 0.0f);
    writer->Matrix(prefix + "attn_output.weight", type, shape.embedding, shape.embedding);
    writer->Matrix(prefix + "ffn_gate.weight", type, shape.embedding, shape.feed_forward);
    writer->Matrix(prefix + "ffn_up.weight", type, shape.embedding, shape.feed_forward);
    writer->Matrix(prefix + "ffn_down.weight", type, shape.feed_forward, shape.embedding);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: make_model OUT.gguf [q8_0|q4_0|f16] [qwen2-0.5b|tiny]\n");
    return 2;
  }
  const std::string type_name = argc > 2 ? argv[2] : "q8_0";
  const std::string shape_name = argc > 3 ? argv[3] : kShapes[0].name;
  const ggml_type type = type_name == "q4_0"  ? GGML_TYPE_Q4_0
                         : type_name == "f16" ? GGML_TYPE_F16
                                              : GGML_TYPE_Q8_0;
  const Shape* shape = &kShapes[0];
  for (const Shape& candidate : kShapes) {
    if (shape_name == candidate.name) shape = &candidate;
  }
  Writer writer;
  writer.file.reset(gguf_init_empty());
  constexpr size_t kTensorBytes = 2ull << 30;
  writer.tensors.reset(ggml_init({kTensorBytes, nullptr, /*no_alloc=*/false}));
  WriteConfiguration(writer.file.get(), *shape);
  WriteVocabulary(writer.file.get(), shape->vocabulary);
  WriteTensors(&writer, *shape, type);
  return gguf_write_to_file(writer.file.get(), argv[1], /*only_meta=*/false) ? 0 : 1;
}
