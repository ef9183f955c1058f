#include "tiny_bert.h"

namespace abstractllm::test {
namespace {

// Pieces that begin a word carry the mark of a space, as the converter writes them.
void SetWordPieceVocabulary(GgufBuilder& file, uint32_t size) {
  std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
  std::vector<int32_t> types = {3, 2, 3, 3, 3};
  const std::string space = "\xE2\x96\x81";
  for (const char* word : {"hello", "world", "the", "a", "cat", "dog", "sat", "on", "mat"}) {
    tokens.push_back(space + word);
  }
  for (char c = 'a'; c <= 'z'; ++c) {
    tokens.push_back(std::string(1, c));
    if (c != 'a') tokens.push_back(space + c);
  }
  while (tokens.size() < size) tokens.push_back(space + "w" + std::to_string(tokens.size()));
  types.resize(tokens.size(), 1);
  file.Set("tokenizer.ggml.model", "bert")
      .Set("tokenizer.ggml.pre", "jina-v2-en")
      .Set("tokenizer.ggml.tokens", tokens)
      .Set("tokenizer.ggml.token_type", types)
      .Set("tokenizer.ggml.token_type_count", uint32_t{2})
      .Set("tokenizer.ggml.padding_token_id", uint32_t{0})
      .Set("tokenizer.ggml.unknown_token_id", static_cast<uint32_t>(kBertUnknown))
      .Set("tokenizer.ggml.bos_token_id", static_cast<uint32_t>(kBertCls))
      .Set("tokenizer.ggml.seperator_token_id", static_cast<uint32_t>(kBertSep))
      .Set("tokenizer.ggml.mask_token_id", uint32_t{4});
}

}  // namespace

GgufBuilder BuildTinyBert(const TinyBert& model) {
  GgufBuilder file;
  file.Set("general.architecture", "bert")
      .Set("general.name", "tiny random bert")
      .Set("bert.context_length", model.context_length)
      .Set("bert.embedding_length", model.embedding)
      .Set("bert.block_count", model.layers)
      .Set("bert.feed_forward_length", model.feed_forward)
      .Set("bert.attention.head_count", model.heads)
      .Set("bert.attention.layer_norm_epsilon", 1e-12f)
      .Set("bert.attention.causal", false);
  if (model.pooling >= 0) file.Set("bert.pooling_type", static_cast<uint32_t>(model.pooling));
  if (!model.labels.empty()) file.Set("bert.classifier.output_labels", model.labels);
  SetWordPieceVocabulary(file, model.vocabulary);

  const uint64_t vocabulary = file.ArrayLengthOf("tokenizer.ggml.tokens");
  const uint64_t width = model.embedding;
  const uint64_t hidden = model.feed_forward;
  uint32_t seed = model.seed;
  const auto layer_norm = [&](const std::string& name) {
    file.AddRandom(name + ".weight", {width}, &seed).AddRandom(name + ".bias", {width}, &seed);
  };
  const auto linear = [&](const std::string& name, uint64_t from, uint64_t to) {
    file.AddRandom(name + ".weight", {from, to}, &seed).AddRandom(name + ".bias", {to}, &seed);
  };
  file.AddRandom("token_embd.weight", {width, vocabulary}, &seed)
      .AddRandom("token_types.weight", {width, 2}, &seed)
      .AddRandom("position_embd.weight", {width, model.context_length}, &seed);
  layer_norm("token_embd_norm");
  for (uint32_t layer = 0; layer < model.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + '.';
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
      linear(block + name, width, width);
    }
    layer_norm(block + "attn_output_norm");
    linear(block + "ffn_up", width, hidden);
    linear(block + "ffn_down", hidden, width);
    layer_norm(block + "layer_output_norm");
  }
  if (model.head_outputs > 0) {
    linear("cls", width, width);
    linear("cls.output", width, model.head_outputs);
  }
  return file;
}

}  // namespace abstractllm::test
