// Writes GGUF files for tests: whole tiny models, and files that lie.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gguf_file.h"

namespace abstractllm::test {

// Collects a file's contents in memory. Setting a key again replaces it.
class GgufBuilder {
 public:
  // What the header says, whatever the file holds; negative: the truth.
  uint32_t version = 3;
  int64_t claimed_tensors = -1;
  int64_t claimed_entries = -1;
  uint64_t alignment = 32;  // of the data; does not write general.alignment

  GgufBuilder& Set(const std::string& key, uint32_t value);
  GgufBuilder& Set(const std::string& key, float value);
  GgufBuilder& Set(const std::string& key, bool value);
  GgufBuilder& Set(const std::string& key, const std::string& value);
  GgufBuilder& Set(const std::string& key, const char* value) {
    return Set(key, std::string(value));
  }
  GgufBuilder& Set(const std::string& key, const std::vector<std::string>& values);
  GgufBuilder& Set(const std::string& key, const std::vector<int32_t>& values);
  GgufBuilder& Set(const std::string& key, const std::vector<float>& values);
  // Any type with any bytes behind it.
  GgufBuilder& SetRaw(const std::string& key, uint32_t type, const std::string& bytes);
  GgufBuilder& Remove(const std::string& key);
  // An entry after all others, even if its key exists.
  GgufBuilder& Append(const std::string& key, uint32_t type, const std::string& bytes);

  // Elements of an array that was set; 0 if there is none.
  uint64_t ArrayLengthOf(const std::string& key) const;

  struct Tensor {
    std::string name;
    uint32_t type = 0;  // ggml_type
    std::vector<uint64_t> shape;
    std::string data;
    int64_t offset = -1;      // as written; negative: the truth
    int64_t dimensions = -1;  // likewise
  };
  GgufBuilder& Add(Tensor tensor);
  // float32 with small random numbers.
  GgufBuilder& AddRandom(const std::string& name, std::vector<uint64_t> shape, uint32_t* seed);
  Tensor& tensor(const std::string& name);
  std::vector<Tensor>& tensors() { return tensors_; }

  std::string Build() const;
  // Without the tensors' data.
  std::string BuildHeader() const;
  bool Write(const std::string& path) const;

 private:
  struct Entry {
    std::string key;
    uint32_t type;
    std::string bytes;
  };
  std::vector<Entry> entries_;
  std::vector<Tensor> tensors_;
};

// A random Llama that llama.cpp loads and runs: 2 layers, 32 wide, about 300 tokens.
struct TinyLlama {
  enum class Vocabulary { kBytePair, kSentencePiece };
  Vocabulary vocabulary = Vocabulary::kBytePair;
  // One with the same tensors; "qwen2vl" has positions of several axes.
  std::string architecture = "llama";
  std::string pre = "default";  // pre-tokenizer, byte pair only
  std::string chat_template;    // none if empty
  uint32_t context_length = 256;
  uint32_t layers = 2;
  uint32_t embedding = 32;
  uint32_t heads = 4;
  uint32_t kv_heads = 2;
  uint32_t feed_forward = 64;
  uint32_t seed = 1;
};

GgufBuilder BuildTinyLlama(const TinyLlama& model = {});

bool WriteBytes(const std::string& path, const std::string& bytes);

// A folder of its own under the system's temporary folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string Path(const std::string& name) const;

 private:
  std::string path_;
};

}  // namespace abstractllm::test
