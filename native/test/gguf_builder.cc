#include "gguf_builder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "file_io.h"
#include "ggml.h"

namespace abstractllm::test {
namespace {

template <typename T>
std::string Bytes(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string StringBytes(const std::string& text) { return Bytes<uint64_t>(text.size()) + text; }

template <typename T>
std::string ArrayBytes(GgufType type, const std::vector<T>& values) {
  std::string bytes = Bytes(static_cast<uint32_t>(type)) + Bytes<uint64_t>(values.size());
  for (const T& value : values) bytes += Bytes(value);
  return bytes;
}

uint64_t Pad(uint64_t size, uint64_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

std::string Utf8(uint32_t code_point) {
  std::string text;
  if (code_point < 0x80) return std::string(1, static_cast<char>(code_point));
  text += static_cast<char>(0xC0 | code_point >> 6);
  text += static_cast<char>(0x80 | (code_point & 0x3F));
  return text;
}

// GPT-2's alphabet: printable bytes stand for themselves, the others follow U+0100.
std::vector<std::string> ByteAlphabet() {
  std::vector<std::string> alphabet;
  uint32_t next = 0x100;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    alphabet.push_back(Utf8(printable ? byte : next++));
  }
  return alphabet;
}

constexpr const char* kPairs[][2] = {
    {"t", "h"},        {"i", "n"},        {"e", "r"},          {"a", "n"},
    {"o", "n"},        {"th", "e"},       {"in", "g"},         {"an", "d"},
    {"\xC4\xA0", "t"}, {"\xC4\xA0", "a"}, {"\xC4\xA0t", "he"}, {"h", "e"},
    {"l", "l"},        {"o", "r"},        {"o", "u"},          {"s", "t"},
    {"w", "or"},       {"l", "d"},        {"he", "ll"},        {"hell", "o"},
    {"wor", "ld"},     {"\xC4\xA0", "w"}, {"\xC4\xA0w", "or"}, {"e", "d"},
};

void SetBytePairVocabulary(GgufBuilder& file, const std::string& pre) {
  std::vector<std::string> tokens = ByteAlphabet();
  std::vector<std::string> merges;
  for (const auto& pair : kPairs) {
    merges.push_back(std::string(pair[0]) + ' ' + pair[1]);
    const std::string token = std::string(pair[0]) + pair[1];
    if (std::find(tokens.begin(), tokens.end(), token) == tokens.end()) tokens.push_back(token);
  }
  std::vector<int32_t> types(tokens.size(), 1);
  const auto first_special = static_cast<uint32_t>(tokens.size());
  for (const char* special : {"<|begin|>", "<|endoftext|>", "<|im_start|>", "<|im_end|>"}) {
    tokens.push_back(special);
    types.push_back(3);
  }
  file.Set("tokenizer.ggml.model", "gpt2")
      .Set("tokenizer.ggml.pre", pre)
      .Set("tokenizer.ggml.tokens", tokens)
      .Set("tokenizer.ggml.token_type", types)
      .Set("tokenizer.ggml.merges", merges)
      .Set("tokenizer.ggml.bos_token_id", first_special)
      .Set("tokenizer.ggml.eos_token_id", first_special + 1)
      .Set("tokenizer.ggml.add_bos_token", false);
}

void SetSentencePieceVocabulary(GgufBuilder& file) {
  std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
  std::vector<int32_t> types = {2, 3, 3};
  for (int byte = 0; byte < 256; ++byte) {
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", byte);
    tokens.push_back(text);
    types.push_back(6);
  }
  const std::string space = "\xE2\x96\x81";
  std::vector<std::string> pieces = {space,       space + "t", space + "the", space + "a", "he",
                                     "in",        "ing",       "er",          "on",        "and",
                                     space + "w", "or",        "world",       "hello"};
  for (char c = 'a'; c <= 'z'; ++c) pieces.push_back(std::string(1, c));
  for (const std::string& piece : pieces) {
    tokens.push_back(piece);
    types.push_back(1);
  }
  std::vector<float> scores(tokens.size());
  for (size_t i = 259; i < scores.size(); ++i) scores[i] = -static_cast<float>(i - 258);
  file.Set("tokenizer.ggml.model", "llama")
      .Set("tokenizer.ggml.tokens", tokens)
      .Set("tokenizer.ggml.token_type", types)
      .Set("tokenizer.ggml.scores", scores)
      .Set("tokenizer.ggml.bos_token_id", uint32_t{1})
      .Set("tokenizer.ggml.eos_token_id", uint32_t{2})
      .Set("tokenizer.ggml.unknown_token_id", uint32_t{0});
}

}  // namespace

GgufBuilder& GgufBuilder::SetRaw(const std::string& key, uint32_t type, const std::string& bytes) {
  for (Entry& entry : entries_) {
    if (entry.key != key) continue;
    entry = {key, type, bytes};
    return *this;
  }
  return Append(key, type, bytes);
}

GgufBuilder& GgufBuilder::Append(const std::string& key, uint32_t type, const std::string& bytes) {
  entries_.push_back({key, type, bytes});
  return *this;
}

GgufBuilder& GgufBuilder::Remove(const std::string& key) {
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                [&](const Entry& entry) { return entry.key == key; }),
                 entries_.end());
  return *this;
}

uint64_t GgufBuilder::ArrayLengthOf(const std::string& key) const {
  uint64_t length = 0;
  for (const Entry& entry : entries_) {
    if (entry.key != key) continue;
    // Behind the type of the elements.
    entry.bytes.copy(reinterpret_cast<char*>(&length), sizeof length, sizeof(uint32_t));
  }
  return length;
}

GgufBuilder& GgufBuilder::Set(const std::string& key, uint32_t value) {
  return SetRaw(key, static_cast<uint32_t>(GgufType::kUint32), Bytes(value));
}

GgufBuilder& GgufBuilder::Set(const std::string& key, float value) {
  return SetRaw(key, static_cast<uint32_t>(GgufType::kFloat32), Bytes(value));
}

GgufBuilder& GgufBuilder::Set(const std::string& key, bool value) {
  return SetRaw(key, static_cast<uint32_t>(GgufType::kBool), std::string(1, value ? '\1' : '\0'));
}

GgufBuilder& GgufBuilder::Set(const std::string& key, const std::string& value) {
  return SetRaw(key, static_cast<uint32_t>(GgufType::kString), StringBytes(value));
}

GgufBuilder& GgufBuilder::Set(const std::string& key, const std::vector<std::string>& values) {
  std::string bytes =
      Bytes(static_cast<uint32_t>(GgufType::kString)) + Bytes<uint64_t>(values.size());
  for (const std::string& value : values) bytes += StringBytes(value);
  return SetRaw(key, static_cast<uint32_t>(GgufType::kArray), bytes);
}

GgufBuilder& GgufBuilder::Set(const std::string& key, const std::vector<int32_t>& values) {
  return SetRaw(key, static_cast<uint32_t>(GgufType::kArray), ArrayBytes(GgufType::kInt32, values));
}

GgufBuilder& GgufBuilder::Set(const std::string& key, const std::vector<float>& values) {
  return SetRaw(key, static_cast<uint32_t>(GgufType::kArray),
                ArrayBytes(GgufType::kFloat32, values));
}

GgufBuilder& GgufBuilder::Add(Tensor tensor) {
  tensors_.push_back(std::move(tensor));
  return *this;
}

GgufBuilder& GgufBuilder::AddRandom(const std::string& name, std::vector<uint64_t> shape,
                                    uint32_t* seed) {
  uint64_t count = 1;
  for (const uint64_t extent : shape) count *= extent;
  std::string data;
  data.reserve(count * sizeof(float));
  for (uint64_t i = 0; i < count; ++i) {
    *seed = *seed * 1664525u + 1013904223u;
    data += Bytes((static_cast<float>(*seed >> 8) / static_cast<float>(1 << 24) - 0.5f) * 0.2f);
  }
  return Add({name, GGML_TYPE_F32, std::move(shape), std::move(data)});
}

GgufBuilder::Tensor& GgufBuilder::tensor(const std::string& name) {
  for (Tensor& tensor : tensors_) {
    if (tensor.name == name) return tensor;
  }
  throw std::out_of_range("no tensor " + name);
}

std::string GgufBuilder::BuildHeader() const {
  std::string file = "GGUF" + Bytes(version);
  file += Bytes(claimed_tensors < 0 ? static_cast<int64_t>(tensors_.size()) : claimed_tensors);
  file += Bytes(claimed_entries < 0 ? static_cast<int64_t>(entries_.size()) : claimed_entries);
  for (const Entry& entry : entries_) {
    file += StringBytes(entry.key) + Bytes(entry.type) + entry.bytes;
  }
  uint64_t offset = 0;
  for (const Tensor& tensor : tensors_) {
    file += StringBytes(tensor.name);
    file += Bytes(static_cast<uint32_t>(
        tensor.dimensions < 0 ? static_cast<int64_t>(tensor.shape.size()) : tensor.dimensions));
    for (const uint64_t extent : tensor.shape) file += Bytes(extent);
    file += Bytes(tensor.type);
    file += Bytes(tensor.offset < 0 ? offset : static_cast<uint64_t>(tensor.offset));
    offset += Pad(tensor.data.size(), alignment);
  }
  if (!tensors_.empty()) file.resize(Pad(file.size(), alignment));
  return file;
}

std::string GgufBuilder::Build() const {
  std::string file = BuildHeader();
  for (const Tensor& tensor : tensors_) {
    file += tensor.data;
    file.append(Pad(tensor.data.size(), alignment) - tensor.data.size(), '\0');
  }
  return file;
}

bool GgufBuilder::Write(const std::string& path) const { return WriteBytes(path, Build()); }

GgufBuilder BuildTinyLlama(const TinyLlama& model) {
  const std::string key = model.architecture + '.';
  GgufBuilder file;
  file.Set("general.architecture", model.architecture)
      .Set("general.name", "tiny random llama")
      .Set(key + "context_length", model.context_length)
      .Set(key + "embedding_length", model.embedding)
      .Set(key + "block_count", model.layers)
      .Set(key + "feed_forward_length", model.feed_forward)
      .Set(key + "attention.head_count", model.heads)
      .Set(key + "attention.head_count_kv", model.kv_heads)
      .Set(key + "attention.layer_norm_rms_epsilon", 1e-5f);
  if (model.architecture == "qwen2vl") {
    // Pairs of a head's numbers that turn with time, row and column.
    file.Set(key + "rope.dimension_sections", std::vector<int32_t>{2, 1, 1, 0});
  }
  if (model.vocabulary == TinyLlama::Vocabulary::kBytePair) {
    SetBytePairVocabulary(file, model.pre);
  } else {
    SetSentencePieceVocabulary(file);
  }
  if (!model.chat_template.empty()) file.Set("tokenizer.chat_template", model.chat_template);

  const uint64_t vocabulary = file.ArrayLengthOf("tokenizer.ggml.tokens");
  const uint64_t width = model.embedding;
  const uint64_t kv_width = width / model.heads * model.kv_heads;
  const uint64_t hidden = model.feed_forward;
  uint32_t seed = model.seed;
  file.AddRandom("token_embd.weight", {width, vocabulary}, &seed);
  for (uint32_t layer = 0; layer < model.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + '.';
    file.AddRandom(block + "attn_norm.weight", {width}, &seed)
        .AddRandom(block + "attn_q.weight", {width, width}, &seed)
        .AddRandom(block + "attn_k.weight", {width, kv_width}, &seed)
        .AddRandom(block + "attn_v.weight", {width, kv_width}, &seed)
        .AddRandom(block + "attn_output.weight", {width, width}, &seed)
        .AddRandom(block + "ffn_norm.weight", {width}, &seed)
        .AddRandom(block + "ffn_gate.weight", {width, hidden}, &seed)
        .AddRandom(block + "ffn_up.weight", {width, hidden}, &seed)
        .AddRandom(block + "ffn_down.weight", {hidden, width}, &seed);
  }
  file.AddRandom("output_norm.weight", {width}, &seed);
  file.AddRandom("output.weight", {width, vocabulary}, &seed);
  return file;
}

bool WriteBytes(const std::string& path, const std::string& bytes) {
  std::FILE* file = OpenFile(path, "wb");
  if (file == nullptr) return false;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && written;
}

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  static std::atomic<unsigned> count{0};
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
  const fs::path path = fs::temp_directory_path() /
                        ("abstractllm-" + std::to_string(ticks) + '-' + std::to_string(count++));
  fs::create_directories(path);
  path_ = path.u8string();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(fs::u8path(path_), ignored);
}

std::string TemporaryFolder::Path(const std::string& name) const {
  return (fs::u8path(path_) / fs::u8path(name)).u8string();
}

}  // namespace abstractllm::test
