#include "tiny_checkpoint.h"

#include <algorithm>

#include "safetensors_builder.h"

namespace abstractllm::test {
namespace {

// Heads of the rotated matrices, whose rows a checkpoint has in another order; else 0.
uint64_t HeadsOf(const std::string& name, const TinyLlama& model) {
  const auto ends_with = [&](const std::string& end) {
    return name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
  };
  if (ends_with("attn_q.weight")) return model.heads;
  return ends_with("attn_k.weight") ? model.kv_heads : 0;
}

// From GGUF's order of rows to the checkpoint's: the reverse of HeadPermutation.
std::string Unpermute(const std::string& data, uint64_t heads, uint64_t rows) {
  const uint64_t head_rows = rows / heads;
  const size_t row_bytes = data.size() / rows;
  std::string result(data.size(), '\0');
  for (uint64_t row = 0; row < rows; ++row) {
    const uint64_t inside = row % head_rows;
    const uint64_t to = row - inside + inside % 2 * (head_rows / 2) + inside / 2;
    result.replace(to * row_bytes, row_bytes, data, row * row_bytes, row_bytes);
  }
  return result;
}

}  // namespace

std::string TinyTokenizerJson() {
  return R"({"version":"1.0",
    "added_tokens":[{"id":6,"content":"<|end|>","special":true},{"id":7,"content":"  "}],
    "normalizer":null,
    "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
    "post_processor":null,
    "decoder":{"type":"ByteLevel"},
    "model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4,"Ċ":5},
             "merges":["a b",["ab","c"]]}})";
}

TinyCheckpoint::TinyCheckpoint(const TinyLlama& model) {
  GgufBuilder gguf = BuildTinyLlama(model);
  SafetensorsBuilder files[2];
  for (const GgufBuilder::Tensor& source : gguf.tensors()) {
    const auto file = static_cast<uint32_t>(plan.tensors.size() % 2);
    std::vector<uint64_t> shape(source.shape.rbegin(), source.shape.rend());
    const uint64_t rows = shape.size() == 2 ? shape[0] : 1;
    const uint64_t heads = HeadsOf(source.name, model);
    files[file].Add("model." + source.name, "F32", shape,
                    heads == 0 ? source.data : Unpermute(source.data, heads, rows));
    PlanSegment segment;
    segment.file = file;
    segment.tensor = "model." + source.name;
    if (heads == 0) {
      segment.rows = {{0, rows, 1}};
    } else {
      segment.permute = HeadPermutation{heads, rows / heads, 0};
    }
    PlanTensor tensor;
    tensor.name = source.name;
    tensor.shape = source.shape;
    tensor.type = "F32";
    tensor.segments = {segment};
    plan.tensors.push_back(std::move(tensor));
  }
  plan.files = {folder_.Path("model-1.safetensors"), folder_.Path("model-2.safetensors")};
  for (size_t i = 0; i < 2; ++i) files[i].Write(plan.files[i]);
  plan.vocabulary.tokenizer_json = folder_.Path("tokenizer.json");
  WriteBytes(plan.vocabulary.tokenizer_json, TinyTokenizerJson());
  plan.vocabulary.size = static_cast<uint32_t>(gguf.ArrayLengthOf("tokenizer.ggml.tokens"));
  plan.vocabulary.eos = std::string("<|end|>");
  plan.vocabulary.stop = {std::string("<|end|>"), uint32_t{3}};
  plan.metadata = {{"general.architecture", std::string("llama")},
                   {"llama.context_length", model.context_length},
                   {"llama.embedding_length", model.embedding},
                   {"llama.block_count", model.layers},
                   {"llama.feed_forward_length", model.feed_forward},
                   {"llama.attention.head_count", model.heads},
                   {"llama.attention.head_count_kv", model.kv_heads},
                   {"llama.attention.layer_norm_rms_epsilon", 1e-5f}};
}

PlanTensor& TinyCheckpoint::tensor(const std::string& name) {
  return *std::find_if(plan.tensors.begin(), plan.tensors.end(),
                       [&](const PlanTensor& tensor) { return tensor.name == name; });
}

}  // namespace abstractllm::test
