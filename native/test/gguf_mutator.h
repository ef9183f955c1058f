// Breaks GGUF files in the ways that matter: one value, type or shape at a time, in a
// file that is otherwise well-formed, so that the damage reaches the engine's loader.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace abstractllm::test {

class GgufMutator {
 public:
  explicit GgufMutator(uint32_t seed) : random_(seed) {}

  // A damaged copy of `file`, without the tensors' data; `size` receives the length that
  // the file must have with it. The input must be well-formed, or it comes back with a
  // few flipped bits.
  std::string Mutate(const std::string& file, uint64_t* size);
  // The header of a well-formed file, or nothing.
  std::string Header(const std::string& file, uint64_t* size);
  // What was done last, for reports.
  const std::string& description() const { return description_; }

 private:
  struct File;
  bool Parse(const std::string& bytes, File* file);
  std::string Serialize(const File& file, uint64_t* size);
  void MutateEntry(File* file);
  void MutateArray(std::string* value);
  void MutateTensor(File* file);
  void AddEntry(File* file);
  void FlipBits(std::string* bytes);
  uint64_t Pick(uint64_t count) { return count == 0 ? 0 : random_() % count; }
  uint64_t Number(uint64_t old);

  std::mt19937 random_;
  std::string description_;
};

}  // namespace abstractllm::test
