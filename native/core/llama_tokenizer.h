// The engine's own vocabulary behind the Tokenizer interface.
#pragma once

#include <optional>

#include "text_pieces.h"
#include "tokenizer.h"

struct llama_vocab;

namespace abstractllm {

// What a file says about its tokenizer besides the vocabulary.
struct TokenizerTraits {
  std::string model;              // tokenizer.ggml.model
  std::string pre;                // tokenizer.ggml.pre
  bool adds_space_prefix = true;  // tokenizer.ggml.add_space_prefix; SentencePiece only
};

// Owns: nothing; the model that owns `vocab` must outlive it.
class LlamaTokenizer final : public Tokenizer {
 public:
  LlamaTokenizer(const llama_vocab* vocab, TokenizerTraits traits);

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
  // Takes over, token by token, what Encode and its callers need to know about them.
  void ReadTokens();
  // Errors: kAborted.
  Status EncodeInPieces(const std::vector<std::string_view>& pieces, const EncodeOptions& options,
                        std::vector<int32_t>* tokens) const;
  Status EncodePiece(std::string_view text, const EncodeOptions& options,
                     std::vector<int32_t>* tokens) const;
  // Whether the special tokens that the file asks for around a text exist in it.
  bool CanAddSpecial() const;

  const llama_vocab* vocab_;
  TokenizerTraits traits_;
  CutRule cut_rule_;
  // The pattern named "whitespace" asserts in llama.cpp that no word has two spaces.
  bool single_spaces_only_;
  int32_t vocabulary_size_;
  std::optional<std::vector<int32_t>> stop_tokens_;
  size_t max_token_bytes_ = 0;
  std::vector<std::string> special_texts_;
  // Texts that the engine looks for before it looks at words; special_texts_ among them.
  std::vector<std::string> fixed_texts_;
};

}  // namespace abstractllm
