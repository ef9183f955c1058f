// The engine's own vocabulary behind the Tokenizer interface.
#pragma once

#include <optional>

#include "tokenizer.h"

struct llama_vocab;

namespace abstractllm {

// The engine's patterns recurse once per character of a run without a boundary
// (up to some 420 bytes of stack each, ggml-org/llama.cpp#27783). Longer runs are cut
// here, so a thread with kTokenizerStackBytes never overflows.
constexpr size_t kMaxRunCharacters = 32 * 1024;
constexpr size_t kTokenizerStackBytes = 64 * 1024 * 1024;

// Splits a text so that no piece has a run of letters, digits, marks or white space
// longer than `max_run` characters. Normally returns one piece: all of it.
std::vector<std::string_view> SplitLongRuns(std::string_view text, size_t max_run);

// Owns: nothing; the model that owns `vocab` must outlive it.
class LlamaTokenizer final : public Tokenizer {
 public:
  // `pre` is the file's tokenizer.ggml.pre.
  LlamaTokenizer(const llama_vocab* vocab, const std::string& pre);

  // From now on generations end at these ids, sorted, and no others. Not after the
  // tokenizer is shared. Without a call, the engine's guesses by tokens' texts count.
  void StopAt(std::vector<int32_t> tokens) { stop_tokens_ = std::move(tokens); }

  Result<std::vector<int32_t>> Encode(std::string_view text, EncodeOptions options) const override;
  Result<std::string> Decode(const std::vector<int32_t>& tokens, bool skip_special) const override;
  void AppendPiece(int32_t token, std::string* bytes) const override;
  bool IsEndOfGeneration(int32_t token) const override;
  int32_t vocabulary_size() const override { return vocabulary_size_; }
  size_t max_token_bytes() const override { return max_token_bytes_; }
  const std::vector<std::string>& special_texts() const override { return special_texts_; }

 private:
  Status EncodePiece(std::string_view text, EncodeOptions options,
                     std::vector<int32_t>* tokens) const;
  // Whether the special tokens that the file asks for around a text exist in it.
  bool CanAddSpecial() const;

  const llama_vocab* vocab_;
  // The pattern named "whitespace" asserts in llama.cpp that no word has two spaces.
  bool single_spaces_only_;
  int32_t vocabulary_size_;
  std::optional<std::vector<int32_t>> stop_tokens_;
  size_t max_token_bytes_ = 0;
  std::vector<std::string> special_texts_;
};

}  // namespace abstractllm
